"""A fault in a person's file: where it is, what is wrong, how to mend it. A value, never raised."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from .text import shown, without_tokens

Severity = Literal["error", "warning"]


@dataclass(frozen=True, slots=True, order=True)
class Problem:
    """One fault. `line` and `column` count from 1; 0 means the file as a whole.

    Nothing in it is invisible or looks like a token; words that are cut for one go through `quoted` before.
    """

    file: str
    line: int
    column: int
    severity: Severity
    code: str
    message: str
    hint: str = ""

    def __post_init__(self) -> None:
        for name in ("file", "message", "hint"):
            object.__setattr__(self, name, shown(without_tokens(getattr(self, name))))

    def __str__(self) -> str:
        place = f"{self.file}:{self.line}:{self.column}" if self.line else self.file
        mend = f"; {self.hint}" if self.hint else ""
        return f"{place}: {self.message}{mend}"
