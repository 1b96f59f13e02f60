"""The filters of a query: what its options, and the years and outlets among its words, leave of a bank."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING, NamedTuple

from ...text import fold

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from ..query import Reason


class Filter(NamedTuple):
    """One filter: the numbers of the quotes it leaves, ascending, and whether it leaves one."""

    docs: Sequence[int]
    test: Callable[[int], bool]


@dataclass(frozen=True, slots=True)
class Filters:
    """The filters of a query. `key` is their part of a round's key, `reasons` the reasons they give, `note` what cannot
    be served. They are sorted: the one that leaves fewest is first.
    """

    size: int
    each: tuple[Filter, ...] = ()
    key: str = ""
    reasons: tuple[Reason, ...] = ()
    note: str | None = None

    @property
    def accepts(self) -> Callable[[int], bool] | None:
        """Whether a quote is left in; None where all are."""
        return _all_of(self.each)

    def docs(self, most: int) -> Sequence[int]:
        """The first quotes that are left in, at most so many: no more are looked for."""
        if not self.each:
            return range(min(most, self.size))
        fewest, *others = self.each
        accepts = _all_of(others)
        return fewest.docs[:most] if accepts is None else list(islice(filter(accepts, fewest.docs), most))

    def and_only(self, one: Filter, reason: Reason) -> Filters:
        """The same with one filter more."""
        each = tuple(sorted((*self.each, one), key=lambda one: len(one.docs)))
        return Filters(self.size, each, f"{self.key}|{fold(reason.matched)}", (*self.reasons, reason), self.note)


def _all_of(each: Sequence[Filter]) -> Callable[[int], bool] | None:
    """Whether all of these filters leave a quote in; None where there are none."""
    if not each:
        return None
    if len(each) == 1:
        return each[0].test
    tests = [one.test for one in each]
    return lambda doc: all(test(doc) for test in tests)
