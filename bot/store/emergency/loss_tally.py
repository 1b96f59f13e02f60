"""How many uses neither the log nor the emergency file holds, under a number by which the log says what it knows."""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field, replace


@dataclass(frozen=True, slots=True)
class LossTally:
    """Counted in the emergency file's header; so many of them the log knows of, in one transaction with its rows."""

    number: int = field(default_factory=lambda: secrets.randbits(62))
    counted: int = 0
    known: int = 0

    @property
    def beyond(self) -> int:
        """Those that the log does not know of."""
        return self.counted - self.known

    def more(self, count: int) -> LossTally:
        """With so many more of them (negative: they are held now)."""
        return replace(self, counted=self.counted + count)

    def acknowledged(self, known: int) -> LossTally:
        """When the log knows of so many more."""
        return replace(self, known=min(self.known + known, self.counted))

    def renewed(self) -> LossTally:
        """What is left, under a number of its own."""
        return LossTally(counted=self.beyond)

    def merged_with(self, number: int, counted: int) -> LossTally:
        """With what a header counts: under its number where nothing was counted under ours."""
        if number == self.number:
            return self
        return replace(self, number=self.number if self.counted else number, counted=self.counted + counted)
