"""Lists by a name, as a cache keeps them: one is made when it is asked for."""

from __future__ import annotations

from array import array
from collections.abc import Mapping
from functools import cached_property
from itertools import accumulate, chain
from typing import TYPE_CHECKING, TypeVar

from ...columns import ints_of, text_of

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator

    from ...columns import Columns

T = TypeVar("T")


def rows_to_columns(name: str, rows: Mapping[str, Collection[int]]) -> Columns:
    """Rows of numbers, under keys without line breaks."""
    return {
        f"{name}.keys": "\n".join(rows),
        f"{name}.ends": array("I", accumulate(map(len, rows.values()), initial=0)),
        f"{name}.numbers": array("I", chain.from_iterable(rows.values())),
    }


class LazyRows(Mapping[str, T]):
    """What `make` makes of the numbers under each key. Raises ValueError where the parts do not fit together."""

    def __init__(self, name: str, parts: Columns, make: Callable[[array[int]], T]) -> None:
        self._keys = text_of(parts[f"{name}.keys"])
        self._ends, self._numbers = ints_of(parts[f"{name}.ends"]), ints_of(parts[f"{name}.numbers"])
        self._make = make
        self._count = self._keys.count("\n") + 1 if self._keys else 0
        if len(self._ends) != self._count + 1 or self._ends[-1] != len(self._numbers):
            raise ValueError("the rows do not fit together")

    @cached_property
    def _at(self) -> dict[str, int]:
        """Where each key stands: told when it is first asked, since some rows are asked for by few queries."""
        return dict(zip(self._keys.split("\n"), range(self._count), strict=True)) if self._keys else {}

    def __len__(self) -> int:
        return self._count

    def __iter__(self) -> Iterator[str]:
        return iter(self._at)

    def __contains__(self, key: object) -> bool:
        return key in self._at

    def __getitem__(self, key: str) -> T:
        at = self._at[key]
        return self._make(self._numbers[self._ends[at] : self._ends[at + 1]])

    def get(self, key: str, default: T | None = None) -> T | None:  # type: ignore[override]  # of its own type only
        """As a dict's, without the cost of a KeyError for the many words that no row is kept of."""
        return self[key] if key in self._at else default
