"""The query by which a search service of news is asked for a topic: its names and strongest words. Pure."""

from collections.abc import Iterable
from urllib.parse import quote_plus

from domain.errors import BadInput
from domain.topics.profile import Profile

_MOST_NAMES = 6
_MOST_WORDS = 5
_MOST_QUERY = 300  # characters; search services cut at some thirty words


def search_query(profile: Profile) -> str:
    """Give the query of a topic, in the language that search services share: "phrases", OR within brackets.

    Asked for are the first two deciding words of an example, and one of the names, or of its other heaviest words;
    without an example or names the query as typed. Raises BadInput for a topic that has none of them.
    """
    names = _any(name[0] for name in profile.rules.names[:_MOST_NAMES])
    heaviest = list(dict.fromkeys(term.surface for term in (*profile.facets, *profile.terms)))
    held = 1 if heaviest and " " in heaviest[0].strip() else 2
    parts = [_quoted(words) for words in heaviest[:held]]
    if names or heaviest[held:]:
        parts.append(names or _any(heaviest[held : held + _MOST_WORDS]))
    if not parts and profile.rules.query:
        parts = [" ".join(profile.rules.query.split())]
    if not parts:
        raise BadInput("this topic has no words to search for: give it a reference, a query or names")
    return " ".join(parts)[:_MOST_QUERY]


def search_address(template: str, query: str) -> str:
    """Give the address of a search feed; `template` holds `{query}`. Raises BadInput where it does not."""
    if "{query}" not in template:
        raise BadInput("MARSAD_SEARCH_FEED needs {query} where the words go")
    return template.replace("{query}", quote_plus(query))


def _quoted(words: str) -> str:
    """Quote two words as a phrase; a longer one would hardly be found as it is, so its words are asked for."""
    plain = words.replace('"', " ").strip()
    return f'"{plain}"' if len(plain.split()) == 2 else plain


def _any(values: Iterable[str]) -> str:
    """Give several alternatives as one part."""
    found = list(dict.fromkeys(_quoted(value) for value in values if value.strip()))
    return f"({' OR '.join(found)})" if len(found) > 1 else "".join(found)
