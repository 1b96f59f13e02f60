"""Values as plain lists, as JSON holds them, and back: checked against the types their classes state."""

from __future__ import annotations

from dataclasses import fields, is_dataclass
from functools import lru_cache
from types import NoneType, UnionType
from typing import TYPE_CHECKING, Any, Literal, TypeVar, get_args, get_origin, get_type_hints

if TYPE_CHECKING:
    from collections.abc import Callable

T = TypeVar("T")


def plain(value: Any) -> Any:
    """A frozen value as lists of strings, numbers and lists."""
    if is_dataclass(value):
        return [plain(getattr(value, field.name)) for field in fields(value)]
    return [plain(one) for one in value] if isinstance(value, tuple) else value


def revived(kind: type[T], told: Any) -> T:
    """The value that `plain` made plain. Raises ValueError or TypeError where it is no such value."""
    of: Any = kind
    value: T = _reviver(of)(told)
    return value


@lru_cache(maxsize=64)
def _reviver(kind: Any) -> Callable[[Any], Any]:
    if is_dataclass(kind):
        return _of_class(kind)
    if get_origin(kind) is tuple:
        of = _reviver(get_args(kind)[0])
        return lambda told: tuple([of(one) for one in _checked(told, list)]) if told else ()
    if get_origin(kind) is UnionType:
        (some,) = (one for one in get_args(kind) if one is not NoneType)
        given = _reviver(some)
        return lambda told: None if told is None else given(told)
    if get_origin(kind) is Literal:
        known = get_args(kind)
        return lambda told: known[known.index(told)]
    return lambda told: _checked(told, kind)


def _of_class(kind: Any) -> Callable[[Any], Any]:
    hints = get_type_hints(kind)
    parts = [_reviver(hints[field.name]) for field in fields(kind)]

    def revive(told: Any) -> Any:
        return kind(*[part(one) for part, one in zip(parts, told, strict=True)])

    return revive


def _checked(told: Any, kind: type) -> Any:
    if type(told) is not kind:
        raise TypeError(f"{kind.__name__} was expected")
    return told
