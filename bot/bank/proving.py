"""The rules of proof: a quote stands in its source word for word, and so do the words around it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..text import words
from .fingerprint import locate, proves
from .placed import segment_places

if TYPE_CHECKING:
    from ..problem import Severity
    from .fingerprint import Fingerprint
    from .page import Page
    from .placed import Placed

WEAK = 1e-3
NO_PROOF = 0.5
"""A proof that false words would pass with a greater chance than this is called weak, or none at all."""


def is_proved(page: Page, placed: Placed, fingerprint: Fingerprint | None) -> None:
    """Stands in its source, word for word and in order."""
    segments = placed.quote.segments
    if fingerprint is None:
        return
    proof = proves(fingerprint, segments)
    if proof is not None:
        if proof.chance > WEAK:
            severity: Severity = "error" if proof.chance > NO_PROOF else "warning"
            hint = "join it with the sentence beside it"
            page.note(segment_places(placed)[0], severity, "weak-proof", "so few words could pass by chance", hint)
        return
    places = segment_places(placed)
    for segment, at in zip(segments, places, strict=False):
        if proves(fingerprint, [segment]) is None:
            page.note(at, "error", *_why_not(fingerprint, segment))
            return
    count = next(count for count in range(2, len(segments) + 1) if proves(fingerprint, segments[:count]) is None)
    message = "this segment does not follow the one above it in the source"
    page.note(places[count - 1], "error", "segments-order", message, "put the segments in the order of the article")


def _why_not(fingerprint: Fingerprint, segment: str) -> tuple[str, str, str]:
    stands = locate(fingerprint, words(segment))
    if not stands:
        message = "these words do not stand in the source like this"
        return "not-in-source", message, "compare them with the article word for word; its words are never mended"
    if any(
        unit.kind == "told"
        for start, end in stands
        for unit in fingerprint.units
        if start < unit.end and unit.start < end
    ):
        message = "these words stand in the source, but not as what somebody says there"
        return "not-speech", message, "leave out what the reporter tells; where it stands in between, use “segments”"
    message = "these words stand in the source, but begin or end inside a sentence"
    return "cut-sentence", message, "take whole sentences; where words are left out, write …"


def has_true_surroundings(page: Page, placed: Placed, fingerprint: Fingerprint | None) -> None:
    """The question and the words around stand in the source too."""
    if fingerprint is None:
        return
    for name in ("question", "before", "after"):
        node, value = placed.node.entries.get(name), getattr(placed.quote, name)
        if value is None or "…" in value or "[" in value or node is None:
            continue
        run = words(value)
        if len(run) >= fingerprint.window and not locate(fingerprint, run):
            message = f"the words of “{name}” do not stand in the source like this"
            hint = "compare them with the article word for word"
            page.note((node.line, node.column), "warning", "context-not-in-source", message, hint)
