"""Values as JSON between processes that need not trust each other: a broken reader may say anything.

Frozen dataclasses are lists of their fields in order, enumerations their values, times ISO 8601. What is read is
checked against the types of the fields, and nothing in it can name a class or a function, as it can in a pickle.
"""

import json
import types
from collections.abc import Callable, Hashable
from dataclasses import fields, is_dataclass
from datetime import datetime
from enum import Enum
from functools import lru_cache
from operator import attrgetter
from typing import Any, TypeVar, Union, cast, get_args, get_origin, get_type_hints

Value = TypeVar("Value")
_Read = Callable[[Any], Any]


class NotPlain(ValueError):
    """The bytes are no JSON, or do not hold what was expected."""


def write(value: object) -> bytes:
    """Write a value. Raises TypeError for what has no plain form."""
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"), default=_plain)
    return text.encode("utf-8", "surrogatepass")


def _plain(value: object) -> object:
    if isinstance(value, datetime):
        return value.isoformat()
    if is_dataclass(value) and not isinstance(value, type):
        return _fields(type(value))(value)
    raise TypeError(f"{type(value).__name__} has no plain form")


@lru_cache(maxsize=64)
def _fields(kind: type[Any]) -> _Read:
    names = [field.name for field in fields(kind)]
    return attrgetter(*names) if len(names) > 1 else lambda value: [getattr(value, names[0])]


def load(data: bytes) -> Any:
    """Read JSON. Raises NotPlain."""
    try:
        return json.loads(data.decode("utf-8", "surrogatepass"))
    except (ValueError, RecursionError) as error:
        raise NotPlain(str(error)[:100]) from None


def read(kind: type[Value], value: Any) -> Value:
    """Give what `load` gave as a value of a type, such as a dataclass or `tuple[str, ...]`. Raises NotPlain."""
    try:
        found: Value = _reader(cast(Hashable, kind))(value)
    except (TypeError, ValueError, OverflowError) as error:
        raise NotPlain(str(error)[:100]) from None
    return found


@lru_cache(maxsize=256)
def _reader(kind: Any) -> _Read:
    """Give the function that reads values of a type."""
    origin, inside = get_origin(kind), get_args(kind)
    if origin in (Union, types.UnionType):
        return _optional(next(part for part in inside if part is not types.NoneType))
    if origin is tuple:
        return _tuple(inside)
    if is_dataclass(kind):
        return _dataclass(kind)
    if isinstance(kind, type) and issubclass(kind, Enum):
        return kind
    if kind is datetime:
        return lambda value: _zoned(datetime.fromisoformat(value))
    if kind is float:
        return lambda value: float(_checked(value, (int, float)))
    if kind not in (str, int, bool):
        raise TypeError(f"{kind} has no plain form")
    return lambda value: _checked(value, kind)


def _tuple(inside: tuple[Any, ...]) -> _Read:
    """Read `tuple[str, ...]`, or one of so many values such as `tuple[str, bool]`."""
    if inside[-1] is Ellipsis:
        each = _reader(inside[0])
        return lambda value: tuple(map(each, _checked(value, list)))
    readers = [_reader(part) for part in inside]
    return lambda value: tuple(one(part) for one, part in zip(readers, _checked(value, list), strict=True))


def _optional(kind: Any) -> _Read:
    some = _reader(kind)
    return lambda value: None if value is None else some(value)


def _dataclass(kind: Any) -> _Read:
    hints = get_type_hints(kind)
    readers = [_reader(hints[field.name]) for field in fields(kind)]

    def one(value: Any) -> Any:
        return kind(*[each(part) for each, part in zip(readers, _checked(value, list), strict=True)])

    return one


def _zoned(when: datetime) -> datetime:
    if when.tzinfo is None:
        raise ValueError("a time without zone")
    return when


def _checked(value: Any, kind: Any) -> Any:
    if not isinstance(value, kind) or (isinstance(value, bool) and kind is not bool):
        raise TypeError(f"{type(value).__name__} where another type belongs")
    return value
