"""The language of queries, for the search and for topics: words, phrases, OR, NOT, parentheses, the title.

    query := part (OR part)*        OR: OR, أو, |
    part  := one+                   all of them; AND may stand between
    one   := (NOT one) | [title:] (word | "phrase" | (query))        NOT: NOT, ليس, a - before; title: also عنوان:

Words are compared by the terms of `domain.arabic`, so with and without clitics and in every spelling that folding
makes one. What is only excluded cannot be looked for: each query, each side of OR and whatever is excluded needs a word
that is looked for, so that every query can be asked of an index.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import NoReturn

from domain import arabic
from domain.errors import BadQuery

MOST_TERMS = 200
MOST_LETTERS = 4_000
_MOST_DEPTH = 20
_QUOTES = '"“”„«»'
_TOKEN = re.compile(
    rf"(?P<quoted>[{_QUOTES}](?P<inside>[^{_QUOTES}]*)[{_QUOTES}])|(?P<quote>[{_QUOTES}])|(?P<open>\()|(?P<close>\))"
    rf"|(?P<or>\|+)|(?P<word>[^\s()|{_QUOTES}]+)"
)
_FIELD = re.compile("(?:title|عنوان|العنوان):", re.IGNORECASE)
_OPERATORS = {"OR": "or", "او": "or", "أو": "or", "AND": "and", "NOT": "not", "ليس": "not", "وليس": "not"}


@dataclass(frozen=True, slots=True)
class Phrase:
    """Terms in their order, one for a single word; `title`: they must stand in the title. `text` is as typed."""

    terms: tuple[str, ...]
    text: str
    title: bool = False
    stopword: bool = False


@dataclass(frozen=True, slots=True)
class Without:
    """An article must not be as `part` says."""

    part: "Query"


@dataclass(frozen=True, slots=True)
class AllOf:
    """All parts must hold; at least one of them is looked for, not excluded."""

    parts: tuple["Query", ...]


@dataclass(frozen=True, slots=True)
class AnyOf:
    """One of the parts must hold; each of them is looked for."""

    parts: tuple["Query", ...]


Query = Phrase | Without | AllOf | AnyOf


@dataclass(frozen=True, slots=True)
class _Token:
    kind: str
    text: str
    place: int


def parse(text: str) -> Query | None:
    """Read a query; blank input gives None.

    Stop words outside quotation marks are dropped from between other words, unless nothing else was asked for. Raises
    BadQuery, with the place (1 for the first character), for what cannot be read: no word, more than 200 terms,
    parentheses or quotation marks without their partner, an operator without its part, only exclusions.
    """
    if not text.strip():
        return None
    if len(text) > MOST_LETTERS:
        raise BadQuery("long", MOST_LETTERS + 1, f"a query takes at most {MOST_LETTERS} characters")
    tokens = list(_tokens(text))
    if not any(token.kind in ("word", "quoted") for token in tokens):
        raise BadQuery("no_word", 1, "there is no word to search for")
    query = _Parser(tokens, len(text) + 1).query()
    if sum(len(phrase.terms) for phrase in phrases(query)) > MOST_TERMS:
        raise BadQuery("long", 1, f"a query takes at most {MOST_TERMS} words")
    return query


def is_plain(text: str) -> bool:
    """Tell whether a text holds nothing but words: no operator, quotation mark, parenthesis or field."""
    return all(token.kind == "word" for token in _tokens(text))


def phrases(query: Query) -> Iterator[Phrase]:
    """Give the phrases of a query, those that are excluded too, in their order."""
    match query:
        case Phrase():
            yield query
        case Without(part):
            yield from phrases(part)
        case AllOf(parts) | AnyOf(parts):
            for part in parts:
                yield from phrases(part)


def is_looked_for(query: Query) -> bool:
    """Tell whether whatever meets the query holds one of its words."""
    match query:
        case Phrase():
            return True
        case Without():
            return False
        case AllOf(parts):
            return any(map(is_looked_for, parts))
        case AnyOf(parts):
            return all(map(is_looked_for, parts))


def _tokens(text: str) -> Iterator[_Token]:
    """Cut the text; what holds no letter or digit is left out."""
    for found in _TOKEN.finditer(text):
        kind, words, place = str(found.lastgroup), found[0], found.start() + 1
        if kind == "word":
            yield from _word(words, place, text[found.end() : found.end() + 1])
        elif kind != "quoted":
            yield _Token(kind, words, place)
        elif _terms(found["inside"]):
            yield _Token("quoted", found["inside"], place)


def _word(words: str, place: int, after: str) -> Iterator[_Token]:
    """Give a word, or the operator that it is, or the - right before it and the rest; `after` comes right after it."""
    if words.startswith("-") and (words[1:].strip("-") or (words == "-" and after and after in _QUOTES + "(")):
        yield _Token("not", "-", place)
        words, place = words[1:], place + 1
    if found := _FIELD.match(words):
        yield _Token("field", found[0], place)
        words, place = words[found.end() :], place + found.end()
    if operator := _OPERATORS.get(words):
        yield _Token(operator, words, place)
    elif _terms(words):
        yield _Token("word", words, place)


def _terms(text: str) -> tuple[str, ...]:
    return tuple(stem for stem in arabic.stems(text) if stem)


class _Parser:
    """Reads tokens by recursive descent."""

    def __init__(self, tokens: list[_Token], end: int) -> None:
        self._tokens, self._at, self._end, self._depth = tokens, 0, end, 0

    def query(self) -> Query:
        """Read everything."""
        query = self._any(title=False)
        if token := self._next():
            _fail("unopened", token.place, "a ) closes nothing")
        if not is_looked_for(query):
            _fail("excludes", 1, "a query that only excludes finds everything else: add a word that is looked for")
        return query

    def _next(self) -> _Token | None:
        return self._tokens[self._at] if self._at < len(self._tokens) else None

    def _take(self, kind: str) -> _Token | None:
        """Take the next token if it is of a kind."""
        token = self._next()
        if token is None or token.kind != kind:
            return None
        self._at += 1
        return token

    def _any(self, *, title: bool) -> Query:
        """Read parts with OR between them."""
        start = self._place()
        parts = [(start, self._all(title=title))]
        while self._take("or"):
            parts.append((self._place(), self._all(title=title)))
        if len(parts) == 1:
            return parts[0][1]
        for place, part in parts:
            if not is_looked_for(part):
                _fail("excludes", place, "a side of OR only excludes: it needs a word that is looked for")
        return AnyOf(tuple(part for _, part in parts))

    def _all(self, *, title: bool) -> Query:
        """Read what stands side by side."""
        parts: list[Query] = []
        while (token := self._next()) is not None and token.kind not in ("or", "close"):
            if self._take("and"):
                if not parts or (after := self._next()) is None or after.kind in ("or", "and", "close"):
                    _fail("operator", token.place, f"{token.text} needs a word on both sides")
                continue
            one = self._one(title=title)
            parts += one.parts if isinstance(one, AllOf) else [one]
        if not parts:
            _fail("operator", self._place(), "a word is missing")
        telling = [part for part in parts if not (isinstance(part, Phrase) and part.stopword)]
        kept = telling if any(map(is_looked_for, telling)) else parts
        return kept[0] if len(kept) == 1 else AllOf(tuple(kept))

    def _one(self, *, title: bool) -> Query:
        """Read one word, phrase, group, or what is excluded."""
        token = self._next()
        if token is None or token.kind in ("or", "and", "close"):
            _fail("operator", self._place(), "a word is missing")
        self._at += 1
        if token.kind == "quote":
            _fail("quote", token.place, "a quotation mark has no partner")
        if token.kind == "field":
            return self._one(title=True)
        if token.kind == "not":
            part = self._one(title=title)
            if not is_looked_for(part):
                _fail("excludes", token.place, f"{token.text} excludes what is excluded: say what is looked for")
            return Without(part)
        if token.kind == "open":
            return self._group(token, title=title)
        terms, is_word = _terms(token.text), token.kind == "word"
        return Phrase(terms, token.text, title, is_word and arabic.folded(token.text)[0] in arabic.STOPWORDS)

    def _group(self, opened: _Token, *, title: bool) -> Query:
        """Read what stands in parentheses."""
        self._depth += 1
        if self._depth > _MOST_DEPTH:
            _fail("deep", opened.place, f"a query takes at most {_MOST_DEPTH} parentheses in each other")
        query = self._any(title=title)
        if not self._take("close"):
            _fail("unclosed", opened.place, "a ( is not closed")
        self._depth -= 1
        return replace(query, stopword=False) if isinstance(query, Phrase) else query

    def _place(self) -> int:
        token = self._next()
        return token.place if token else self._end


def _fail(fault: str, place: int, line: str) -> NoReturn:
    raise BadQuery(fault, place, f"{line} (character {place} of the query)")
