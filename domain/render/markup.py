"""The markups of the services: how a text is escaped, made bold and linked in each, so that it is only text."""

import html
import re
from collections.abc import Callable
from dataclasses import dataclass

from domain.render.plain import isolate

_ZERO_WIDTH = "\u200b"


@dataclass(frozen=True, slots=True)
class Markup:
    """One way to write: `escape` makes text only text, `isolated` keeps its direction to itself.

    `bold` and `link` (of a label of ours to an address) take escaped text; `ends` stands between lines; `head` and
    `foot` stand around the whole.
    """

    escape: Callable[[str], str]
    isolated: Callable[[str], str]
    bold: Callable[[str], str]
    link: Callable[[str, str], str]
    ends: str = "\n"
    head: str = ""
    foot: str = ""
    rtl: str = "\u200f"

    def mark(self, text: str) -> str:
        """Mark a word in an escaped text: in bold, or between asterisks where there is no bold."""
        return f"*{text}*" if self.bold is _same else self.bold(text)


def _same(text: str) -> str:
    return text


def _no_mention(text: str) -> str:
    """Keep «@everyone», «@all» and «@channel» from calling anybody."""
    return text.replace("@", "@" + _ZERO_WIDTH)


def _entities(text: str) -> str:
    return _no_mention(text).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _backslashes(text: str) -> str:
    return _no_mention(re.sub(r"([\\`*_{}\[\]#|<>~])", r"\\\1", text))


def _disarmed(text: str) -> str:
    """Break what would be a link or a tag, for services that know no way to escape it."""
    return _no_mention(text).replace("](", f"]{_ZERO_WIDTH}(").replace("<", "‹").replace(">", "›")


def _in_brackets(url: str) -> str:
    return url.replace("(", "%28").replace(")", "%29").replace("<", "%3C").replace(">", "%3E")


def _in_pipes(url: str) -> str:
    return url.replace("&", "&amp;").replace("<", "%3C").replace(">", "%3E").replace("|", "%7C")


def _anchor(label: str, url: str) -> str:
    return f'<a href="{html.escape(url)}">{label}</a>'


def _below(label: str, url: str) -> str:
    """Put an address on a line of its own, where no mark of direction becomes a part of it."""
    return f"{label}:\n{url}"


PLAIN = Markup(_same, isolate, _same, _below)
HTML = Markup(
    html.escape, lambda text: f'<bdi dir="auto">{text}</bdi>', lambda text: f"<b>{text}</b>", _anchor, ends="<br>\n",
    head='<div dir="rtl" lang="ar" style="text-align:right">\n', foot="\n</div>", rtl="",
)  # fmt: skip
_BY_NAME = {
    "plain": PLAIN,
    "html": HTML,
    "telegram": Markup(html.escape, isolate, lambda text: f"<b>{text}</b>", _anchor),
    "mrkdwn": Markup(_entities, isolate, lambda text: f"*{text}*", lambda label, url: f"<{_in_pipes(url)}|{label}>"),
    "markdown": Markup(
        _backslashes, isolate, lambda text: f"**{text}**", lambda label, url: f"[{label}](<{_in_brackets(url)}>)"
    ),
    "teams": Markup(
        _disarmed, isolate, _same, lambda label, url: f"[{label}]({_in_brackets(url)})", ends="\n\n"
    ),
    "bare": Markup(_disarmed, isolate, _same, _below),
}  # fmt: skip


def markup(name: str) -> Markup:
    """Give a markup by its name, as `domain.channels.Service` has it."""
    return _BY_NAME[name]
