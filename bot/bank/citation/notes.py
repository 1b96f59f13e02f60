"""What has no field of its own in a reference manager and must not be lost."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..dates import show_span
from .facts import is_inferred

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ..quote import Reprint, Source


def notes(source: Source) -> Iterator[str]:
    """Sentences: what is inferred, what a reader must know of the outlet, where it was published again."""
    if source.published and is_inferred(source.published):
        yield f"Date of publication inferred: {show_span(source.published)}."
    if source.outlet_basis == "inferred":
        yield "Outlet inferred."
    if source.outlet_note:
        yield f"{source.outlet}: {source.outlet_note.rstrip('.')}."
    if source.reprint:
        yield reprinted(source.reprint)


def reprinted(reprint: Reprint) -> str:
    """One sentence on a reprint: "Reprinted by AVIM, 26 May 2017."; its address last, so that no stop spoils it."""
    when = reprint.published
    dated = f", {show_span(when)}{' (inferred)' if is_inferred(when) else ''}" if when else ""
    return f"Reprinted by {reprint.by}{dated}" + (f", {reprint.address.value}" if reprint.address else ".")
