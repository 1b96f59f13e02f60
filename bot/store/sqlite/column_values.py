"""Values as SQLite holds them, and back."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Sequence
    from types import UnionType

    Types = tuple[type | UnionType, ...]

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_TICK = timedelta(microseconds=1)
_FIRST, _LAST = ((datetime(year, 1, 1, tzinfo=UTC) - _EPOCH) // _TICK for year in (1, 9999))


def ticks(time: datetime) -> int:
    """Microseconds since 1970 in UTC. A time without a zone is taken as UTC."""
    return ((time if time.tzinfo else time.replace(tzinfo=UTC)) - _EPOCH) // _TICK


def moment(stored: int) -> datetime:
    """The time of a stored number, in UTC; of a number that is no time, the first or last there is."""
    return _EPOCH + timedelta(microseconds=min(max(stored, _FIRST), _LAST))


def number(stored: object) -> int:
    """What is stored as text, as the number it should be; 0 where it is none."""
    try:
        return int(str(stored))
    except ValueError:
        return 0


def of_types(rows: Sequence[Sequence[Any]], types: Types) -> list[Sequence[Any]]:
    """The rows whose values are of these types; others are damaged."""
    return [row for row in rows if all(map(isinstance, row, types))]


def storable(text: str) -> str:
    """Text SQLite can hold: half of a surrogate pair, which no file can, becomes a question mark."""
    return text if text.isascii() else text.encode("utf-8", "replace").decode("utf-8")
