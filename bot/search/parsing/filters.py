"""The filters of a query: what its options, and the years and outlets among its words, leave of a bank."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from ...text import fold

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from ..query import Reason


@dataclass(frozen=True, slots=True)
class Filters:
    """The filters of a query: each a predicate over quote numbers.

    `key` is their part of a round's key, `reasons` the reasons they give, `note` what cannot be served; none is
    left in but those `among`.
    """

    size: int
    tests: tuple[Callable[[int], bool], ...] = ()
    key: str = ""
    reasons: tuple[Reason, ...] = ()
    note: str | None = None
    among: Sequence[int] | None = None

    @property
    def accepts(self) -> Callable[[int], bool] | None:
        """Whether a quote is left in; None where all are."""
        if not self.tests:
            return None
        if len(self.tests) == 1:
            return self.tests[0]
        return lambda doc: all(test(doc) for test in self.tests)

    def docs(self) -> Sequence[int]:
        """Every quote that is left in."""
        accepts = self.accepts
        among = range(self.size) if self.among is None else self.among
        return among if accepts is None else list(filter(accepts, among))

    def and_only(self, test: Callable[[int], bool], reason: Reason, docs: Sequence[int]) -> Filters:
        """The same with one filter more, which leaves `docs` of all quotes."""
        among = docs if self.among is None or len(docs) < len(self.among) else self.among
        key = f"{self.key}|{fold(reason.matched)}"
        return Filters(self.size, (*self.tests, test), key, (*self.reasons, reason), self.note, among)
