"""What an index is made of, as a cache keeps it."""

from __future__ import annotations

from bot.bank.packed.parts import Part, Parts, bytes_of, ints_of, lines_of, text_of

__all__ = ["Part", "Parts", "bytes_of", "ints_of", "lines_of", "text_of"]
