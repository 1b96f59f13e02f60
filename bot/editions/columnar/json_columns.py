"""Values of a class as columns, as JSON holds them, and back: checked against the types that the class states.

There may be tens of thousands (speakers, problems), and each is needed at once; so every step goes over a column.
"""

from __future__ import annotations

from dataclasses import fields, is_dataclass
from functools import lru_cache
from itertools import accumulate, chain, pairwise
from types import NoneType, UnionType
from typing import TYPE_CHECKING, Any, Literal, TypeVar, get_args, get_origin, get_type_hints

if TYPE_CHECKING:
    from collections.abc import Sequence

T = TypeVar("T")


def plain(kind: Any, values: Sequence[Any]) -> Any:
    """Values of one kind as lists of strings and numbers."""
    form, parts = _form(kind)
    if form is tuple:
        return [list(map(len, values)), plain(parts[0], list(chain.from_iterable(values)))]
    if form is UnionType:
        some = [value for value in values if value is not None]
        return [[value is not None for value in values], plain(parts[0], some)]
    if form is object:
        return [plain(part, [getattr(value, name) for value in values]) for name, part in parts]
    return _shared(values) if kind is str else list(values)


def revived(kind: type[T], told: Any) -> list[T]:
    """The values that `plain` made plain. Raises ValueError, TypeError or IndexError where they are no such values."""
    values: list[T] = _revived(kind, told)
    return values


def _revived(kind: Any, told: Any) -> list[Any]:
    form, parts = _form(kind)
    if form is tuple:
        lengths, whole = told
        every = _revived(parts[0], whole)
        ends = list(accumulate(_checked(lengths, int), initial=0))
        if ends[-1] != len(every) or min(lengths, default=0) < 0:
            raise ValueError("the columns do not fit together")
        return [tuple(every[start:end]) for start, end in pairwise(ends)]
    if form is UnionType:
        given, whole = told
        every = _revived(parts[0], whole)
        if sum(_checked(given, bool)) != len(every):
            raise ValueError("the columns do not fit together")
        some = iter(every)
        return [next(some) if one else None for one in given]
    if form is object:
        columns = [_revived(part, column) for (_, part), column in zip(parts, told, strict=True)]
        if len({len(column) for column in columns}) > 1:
            raise ValueError("the columns do not fit together")
        return list(map(kind, *columns))
    if form is Literal and not set(told) <= set(parts):
        raise ValueError("this is none of the words that may stand here")
    if kind is str:
        words, places = told
        return [words[place] for place in _checked(places, int)] if _checked(words, str) else []
    return list(told) if form is Literal else _checked(told, kind)


@lru_cache(maxsize=64)
def _form(kind: Any) -> tuple[Any, Any]:
    """What a type is, and what it is of."""
    if is_dataclass(kind):
        hints = get_type_hints(kind)
        return object, [(field.name, hints[field.name]) for field in fields(kind)]
    origin = get_origin(kind)
    return origin, [one for one in get_args(kind) if one not in (NoneType, ...)]


def _shared(values: Sequence[Any]) -> list[Any]:
    """Each text once, and which of them stands where."""
    places = {value: place for place, value in enumerate(dict.fromkeys(values))}
    return [list(places), list(map(places.__getitem__, values))]


def _checked(told: Any, kind: type) -> list[Any]:
    if type(told) is not list or not set(map(type, told)) <= {kind}:
        raise TypeError(f"a list of {kind.__name__} was expected")
    return told
