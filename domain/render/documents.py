"""The documents that are sent (`domain.alerts`), each as a message in Arabic. What a document lacks is left out."""

import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from domain.difference import as_read
from domain.errors import BadInput
from domain.reasons import ARABIC
from domain.render.message import (
    MOST_HEADLINE,
    MOST_PASSAGE,
    MOST_SUBJECT,
    Block,
    Line,
    Message,
    Piece,
    foreign,
    host_of,
    linked,
    ours,
)
from domain.render.plain import cut, line

Data = Mapping[str, Any]

_PERIODS: Mapping[str, str] = {"hourly": "ساعي", "daily": "يومي", "weekly": "أسبوعي"}
_COUNTS = (("copies", "إعادة نشر"), ("independent_sources", "مصادر مستقلة"), ("outlets", "الوسائل الإعلامية"))
_REPEATED = "أُعيد إرسال هذا التنبيه بطلب من المحلل"
_DOUBTFUL = "قد يكون هذا التنبيه مكررًا: لم يصلنا تأكيد وصول محاولة سابقة"
_MOST_PASSAGES = 3
_MOST_STORIES = 200


def message_of(document: str, *, doubtful: bool = False) -> Message:
    """Put a document (JSON) into words. `doubtful`: an earlier try may have arrived, which is said.

    Raises BadInput for a kind of document that is not known.
    """
    found = json.loads(document)
    kind, data = found.get("type"), found.get("data") or {}
    writers = {"topic.match": _match, "topic.digest": _digest, "service.health": _health, "test": _test}
    if kind not in writers:
        raise BadInput(f"no words for a document of type {str(kind)[:40]}")
    made = writers[kind](data)
    notes = [note for note, true in ((_REPEATED, found.get("repeated")), (_DOUBTFUL, doubtful)) if true]
    blocks = (*made.blocks, *(Block(((ours(note),),)) for note in notes))
    return Message(line(made.title, MOST_SUBJECT) or "مرصد", blocks)


def _match(data: Data) -> Message:
    """Say what an alert says: headline, outlet and host, reason, what changed, passages, counts, links, topics."""
    article: Data = data.get("article") or {}
    names = _topics(data)
    headline = line(str(article.get("title") or ""), MOST_HEADLINE)
    blocks = (
        Block((_headline(article), _outlet(article))),
        Block((_reason(data), *_changes(data)), 3),
        Block(_links(article)),
        Block((_counts(data), _first_seen(article)), 4),
        Block(_passages(article), 6),
        Block((_named("موضوع الرصد" if len(names) == 1 else "مواضيع الرصد", names), _provisional(article)), 5),
    )
    title = f"{cut('، '.join(names), 60)}: {headline}" if names else headline
    return Message(title, blocks)


def _digest(data: Data) -> Message:
    period = _PERIODS.get(str(data.get("period")), "")
    stories: Sequence[Data] = list(data.get("stories") or ())[:_MOST_STORIES]
    title = " ".join(part for part in ("موجز دوري", period) if part) + f"، عدد الأحداث: {len(stories)}"
    names = _topics(data)
    span = [ours("من "), foreign(_time(data.get("since"))), ours(" إلى "), foreign(_time(data.get("until")))]
    head = Block(((Piece(title, bold=True),), tuple(span), _named("مواضيع الرصد", names)))
    told = [Block(_story(number, story), number + 1, counted=True) for number, story in enumerate(stories)]
    over, more = int(data.get("over_budget") or 0), int(data.get("more") or 0)
    foot = Block((
        (ours(f"فوق سقف التنبيهات: {over}"),) if over else (),
        (ours(f"أحداث أخرى لم تُذكر هنا: {more}"),) if more else (),
    ))  # fmt: skip
    return Message(f"{title} · {'، '.join(names)}" if names else title, (head, *told, foot))


def _story(number: int, story: Data) -> tuple[Line, ...]:
    article: Data = story.get("article") or {}
    reasons = [ARABIC.get(str(code), str(code)) for code in story.get("reasons") or ()]
    return (
        (ours(f"{number + 1}. "), *_headline(article)),
        _outlet(article),
        _named("سبب التنبيه", reasons),
        *_changes(story),
        _counts(story),
        _first_seen(article),
        *_passages(article)[:1],
        *_links(article),
    )


def _health(data: Data) -> Message:
    problems: Sequence[Data] = data.get("problems") or ()
    title = f"حال مرصد: أمور تحتاج إلى نظر، عددها {len(problems)}"
    told = [
        Block((
            (foreign(str(one.get("what") or one.get("kind") or ""), bold=True),),
            (foreign(str(one.get("text") or ""), MOST_PASSAGE),),
            (ours("منذ "), foreign(_time(one.get("since")))) if one.get("since") else (),
        ), number + 1, counted=True)
        for number, one in enumerate(problems)
    ]  # fmt: skip
    still, ended = int(data.get("still") or 0), int(data.get("ended") or 0)
    foot = Block((
        (ours(f"أمور سابقة ما زالت قائمة: {still}"),) if still else (),
        (ours(f"أمور انتهت: {ended}"),) if ended else (),
    ))  # fmt: skip
    return Message(title, (Block(((Piece(title, bold=True),),)), *told, foot))


def _test(data: Data) -> Message:
    return Message("تنبيه تجريبي من مرصد", (Block(((foreign(str(data.get("message") or ""), 200),),)),))


def _topics(data: Data) -> list[str]:
    """Give the names of the topics, each a clean line; documents of before had one name."""
    rows = data.get("topics") or data.get("topic") or ()
    rows = [rows] if isinstance(rows, str) else rows
    names = [line(str(row["name"] if isinstance(row, Mapping) else row), 80) for row in rows]
    return list(dict.fromkeys(name for name in names if name))[:20]


def _headline(article: Data) -> Line:
    return (foreign(str(article.get("title") or "") or "بلا عنوان", MOST_HEADLINE, bold=True),)


def _outlet(article: Data) -> Line:
    """Name the outlet and, beside it, the host: a name alone may be anybody's."""
    host = str(article.get("host") or "") or host_of(str(article.get("url") or ""))
    parts = [foreign(text) for text in (str(article.get("outlet") or ""), host) if text]
    return (parts[0], ours(" · "), parts[1]) if len(parts) == 2 else tuple(parts)


def _reason(data: Data) -> Line:
    code = str(data.get("reason") or "")
    text = str(data.get("reason_text") or ARABIC.get(code, code))
    return (ours("سبب التنبيه: "), foreign(text, MOST_PASSAGE)) if text else ()


def _changes(data: Data) -> Iterable[Line]:
    """Say what changed."""
    rows: Sequence[Data] = data.get("changes") or ()
    said = [as_read(str(row.get("text") or "")) for row in rows[:10]]
    return [(ours("المستجدّ: "), foreign(text, 150)) for text in said if text]


def _passages(article: Data) -> tuple[Line, ...]:
    """Quote the article's own words, those that matched marked."""
    rows: Sequence[Sequence[Data]] = article.get("passages") or ()
    found = []
    for row in rows[:_MOST_PASSAGES]:
        pieces, left = [ours("«")], MOST_PASSAGE
        for part in row:
            raw = str(part.get("text") or "")
            text = line(raw, left) if left > 1 else ""
            before, after = raw[:1].isspace() and len(pieces) > 1, raw[-1:].isspace() and bool(text)
            pieces.append(Piece(" " * before + text + " " * after, marked=bool(part.get("marked"))))
            left -= len(text)
        found.append((*pieces, ours("»")))
    return tuple(found)


def _counts(data: Data) -> Line:
    counts: Data = data.get("counts") or {}
    said = [f"{word}: {int(counts[name])}" for name, word in _COUNTS if counts.get(name) is not None]
    return (ours(" · ".join(said)),) if said else ()


def _first_seen(article: Data) -> Line:
    when = _time(article.get("first_seen"))
    return (ours("أول رصد: "), foreign(when)) if when else ()


def _links(article: Data) -> tuple[Line, ...]:
    own, page = str(article.get("url") or ""), str(article.get("page") or "")
    return linked("رابط المادة", own), linked("صفحتها في مرصد", page)


def _named(label: str, names: Sequence[str]) -> Line:
    if not names:
        return ()
    pieces = [ours(f"{label}: ")]
    for number, name in enumerate(names):
        pieces += [ours("، ")] * bool(number) + [foreign(name)]
    return tuple(pieces)


def _provisional(article: Data) -> Line:
    if not article.get("provisional"):
        return ()
    return (ours("أولي، عنوان فقط" if article.get("basis") == "headline" else "أولي، عنوان وملخص"),)


def _time(value: object) -> str:
    """Write a time as people read it, with its distance from UTC; "" for none."""
    try:
        when = datetime.fromisoformat(str(value)) if value else None
    except ValueError:
        return ""
    if when is None:
        return ""
    zone = f"{when:%z}"
    return f"{when:%Y-%m-%d %H:%M} " + ("UTC" if zone in ("", "+0000") else f"UTC{zone[:3]}:{zone[3:5]}")
