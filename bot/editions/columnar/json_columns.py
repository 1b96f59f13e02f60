"""Values of a class as columns, as JSON holds them, and back: checked against the types that the class states.

There may be tens of thousands (speakers, problems), and each is needed at once; so every step goes over a column. Two
topics, roads (aliases: streets) and bells (no alias), are four columns, one a field:

    [[["roads-1", "bells-1"], [0, 1]], [["roads", "bells"], [0, 1]], [[1, 0], [["streets"], [0]]], [[0, 0], [[], []]]]

Texts are written once, then which of them stands where; tuples are lengths, then all they hold.
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


def to_json(kind: Any, values: Sequence[Any]) -> Any:
    """Values of one type as lists of strings and numbers."""
    form, parts = _form(kind)
    if form is tuple:
        return [list(map(len, values)), to_json(parts[0], list(chain.from_iterable(values)))]
    if form is UnionType:
        given = [value for value in values if value is not None]
        return [[value is not None for value in values], to_json(parts[0], given)]
    if form is object:
        return [to_json(part, [getattr(value, name) for value in values]) for name, part in parts]
    return _shared(values) if kind is str else list(values)


def from_json(kind: type[T], column: Any) -> list[T]:
    """The values that `to_json` wrote. Raises ValueError, TypeError or IndexError where they are no such values."""
    values: list[T] = _values(kind, column)
    return values


def _values(kind: Any, column: Any) -> list[Any]:
    form, parts = _form(kind)
    if form is tuple:
        return _tuples(parts[0], *column)
    if form is UnionType:
        return _optional(parts[0], *column)
    if form is object:
        return _objects(kind, parts, column)
    if form is Literal:
        return _literals(parts, column)
    return _texts(*column) if kind is str else _checked(column, kind)


def _objects(kind: Any, members: Sequence[tuple[str, Any]], columns: Any) -> list[Any]:
    each_field = [_values(part, column) for (_, part), column in zip(members, columns, strict=True)]
    if len(set(map(len, each_field))) > 1:
        raise ValueError("the columns do not fit together")
    return list(map(kind, *each_field))


def _literals(allowed: Sequence[Any], column: Any) -> list[Any]:
    if not set(column) <= set(allowed):
        raise ValueError("this is none of the words that may stand here")
    return list(column)


def _texts(texts: Any, places: Any) -> list[Any]:
    return [texts[place] for place in _checked(places, int)] if _checked(texts, str) else []


def _tuples(kind: Any, lengths: Any, column: Any) -> list[Any]:
    values = _values(kind, column)
    ends = list(accumulate(_checked(lengths, int), initial=0))
    if ends[-1] != len(values) or min(lengths, default=0) < 0:
        raise ValueError("the columns do not fit together")
    return [tuple(values[start:end]) for start, end in pairwise(ends)]


def _optional(kind: Any, given: Any, column: Any) -> list[Any]:
    values = _values(kind, column)
    if sum(_checked(given, bool)) != len(values):
        raise ValueError("the columns do not fit together")
    left = iter(values)
    return [next(left) if is_given else None for is_given in given]


@lru_cache(maxsize=64)
def _form(kind: Any) -> tuple[Any, Any]:
    """What a type is (tuple, UnionType with None, Literal, or object for a class of fields), and what it is of."""
    if is_dataclass(kind):
        hints = get_type_hints(kind)
        return object, [(field.name, hints[field.name]) for field in fields(kind)]
    return get_origin(kind), [part for part in get_args(kind) if part not in (NoneType, ...)]


def _shared(values: Sequence[Any]) -> list[Any]:
    """Each text once, and which of them stands where."""
    places = {value: place for place, value in enumerate(dict.fromkeys(values))}
    return [list(places), list(map(places.__getitem__, values))]


def _checked(column: Any, kind: type) -> list[Any]:
    if type(column) is not list or not set(map(type, column)) <= {kind}:
        raise TypeError(f"a list of {kind.__name__} was expected")
    return column
