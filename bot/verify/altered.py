"""The verdict on a claim that was set beside the quote it is nearest to: the same words, altered, or cut short."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from ..bank.sentences import sentences
from ..text import words
from .claim import bracketed
from .differences import change, differences, in_order_of_weight, pieces
from .reference import apart, cut
from .tuning import LEFT_OUT_AROUND, LEFT_OUT_WORDS
from .verdict import Change, Verdict

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ..bank.quote import Quote
    from .alignment import Alignment, Step
    from .claim import Claim
    from .reference import Reference


def verbatim(claim: Claim, quotes: Sequence[Quote]) -> Verdict:
    """The words stand in these quotes as they were claimed."""
    size = len(words(quotes[0].text))
    excerpt = len(claim.words) < size
    found = tuple(quotes)
    return Verdict(claim.pasted, "verbatim", found, quotes[0].source, 1.0, words=len(claim.words), is_excerpt=excerpt)


def compared(claim: Claim, alignment: Alignment, reference: Reference) -> Verdict:
    """What a claim is beside these words: the same, altered, or a splice of what is left of them."""
    steps = differences(
        alignment,
        claim.words,
        reference.words,
        gaps=frozenset(claim.gaps),
        in_claim=claim.optional,
        in_quote=bracketed(reference.text) if "[" in reference.text else frozenset(),
    )
    first = reference.quotes[0]
    if not steps:
        size = alignment.end - alignment.start
        found = verbatim(claim, reference.quotes)
        return replace(found, is_excerpt=size < len(reference.words))
    if all(_leaves_out_much(step, alignment, reference) for step in steps):
        return _cut_short(claim, steps, alignment, reference)
    changes = [
        change(step, claim.words, reference.words, cut(claim.text, claim.spans, step.i1, step.i2), theirs)
        for step in steps
        for theirs in (reference.cut(step.j1, step.j2),)
    ]
    return Verdict(
        claim.pasted,
        "altered",
        reference.quotes,
        first.source,
        alignment.likeness(len(claim.words)),
        in_order_of_weight(changes),
        pieces(steps, alignment, apart(claim.text, claim.spans), apart(reference.text, reference.spans)),
        words=len(claim.words),
        is_excerpt=alignment.end - alignment.start < len(reference.words),
    )


def _leaves_out_much(step: Step, alignment: Alignment, reference: Reference) -> bool:
    """Whether a difference is whole sentences left out, or many words, between passages that are whole."""
    if step.i2 > step.i1:
        return False
    around = [near for near in alignment.steps if near.same and (near.j2 == step.j1 or near.j1 == step.j2)]
    if len(around) < 2 or any(near.i2 - near.i1 < LEFT_OUT_AROUND for near in around):  # one on either side
        return False
    return step.j2 - step.j1 >= LEFT_OUT_WORDS or _spans_sentences(reference, step.j1, step.j2)


def _spans_sentences(reference: Reference, first: int, last: int) -> bool:
    """Whether a stretch of words begins with a sentence and ends with one."""
    text, (start, _), (_, end) = reference.text, reference.spans[first], reference.spans[last - 1]
    starts, ends = zip(*sentences(text), strict=True)
    begins = any(place <= start and not words(text[place:start]) for place in starts)
    return begins and any(end <= place and not words(text[end:place]) for place in ends)


def _cut_short(claim: Claim, steps: Sequence[Step], alignment: Alignment, reference: Reference) -> Verdict:
    """One passage with much of its middle left out and nothing to say so."""
    edges = [alignment.start, *(edge for step in steps for edge in (step.j1, step.j2)), alignment.end]
    passages = tuple(reference.cut(start, end) for start, end in zip(edges[::2], edges[1::2], strict=True))
    left_out = " … ".join(reference.cut(step.j1, step.j2) for step in steps)
    return Verdict(
        claim.pasted,
        "spliced",
        reference.quotes,
        reference.quotes[0].source,
        alignment.likeness(len(claim.words)),
        tuple(Change("dropped", "", reference.cut(step.j1, step.j2)) for step in steps),
        pieces(steps, alignment, apart(claim.text, claim.spans), apart(reference.text, reference.spans)),
        passages,
        f"Between them stands: “{left_out}”.",
        words=len(claim.words),
    )
