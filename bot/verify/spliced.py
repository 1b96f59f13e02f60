"""The verdict on real passages that do not stand together: which they are, and what lies between them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..bank.dates import show
from ..text import words
from . import fingerprint_search as in_article
from .reference import cut, reference
from .verdict import Change, Verdict

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ..bank.bank import Bank
    from ..bank.quote import Quote
    from .claim import Claim
    from .matching_runs import MatchingRun
    from .passage_index import PassageIndex


def spliced(
    bank: Bank, passages: PassageIndex, claim: Claim, parts: Sequence[MatchingRun], written: tuple[str, ...]
) -> Verdict:
    """The verdict on a claim made of these parts of quotes, two at least, `written` as they stand there."""
    covered = {at for part in parts for at in range(part.i1, part.i2)}
    quotes = tuple(bank.quotes[doc] for doc in dict.fromkeys(part.doc for part in parts))
    loose = [at for at in range(len(claim.words)) if at not in covered]
    return Verdict(
        claim.pasted,
        "spliced",
        quotes,
        quotes[0].source,
        sum(part.i2 - part.i1 for part in parts) / max(1, len(claim.words)),
        tuple(Change("added", cut(claim.text, claim.spans, at, at + 1), "") for at in loose),
        passages=written,
        between=_lies_between(bank, passages, parts),
        words=len(claim.words),
    )


def _lies_between(bank: Bank, passages: PassageIndex, parts: Sequence[MatchingRun]) -> str:
    """What lies between the first two passages."""
    one, other = parts[:2]
    first, second = bank.quotes[one.doc], bank.quotes[other.doc]
    if first.source.id != second.source.id:
        return (
            f"They are from different sources: {first.speaker.name} in {_dated(first)}, and "
            f"{second.speaker.name} in {_dated(second)}."
        )
    if one.doc == other.doc and other.j1 < one.j2:
        return "In the source the second of them stands before the first."
    if one.doc == other.doc:
        beside = reference(bank, passages, (one.doc,))
        return f"Between them stands: “{beside.cut(one.j2, other.j1)}”."
    return _between_in_article(bank, one, other, first, second)


def _between_in_article(bank: Bank, one: MatchingRun, other: MatchingRun, first: Quote, second: Quote) -> str:
    far = _far(bank, one, other, first, second)
    if other.doc < one.doc:
        count = f", with {far} words between them" if far is not None and far > 1 else ""
        said = f"In the source the second of them stands before the first{count}."
    else:
        count = f"{far} words" if far is not None and far > 1 else "Other words"
        said = f"{count} of the source lie between them."
    if second.question and second.question != first.question:
        said += f" The second answers another question: “{second.question}”"
    return said


def _far(bank: Bank, one: MatchingRun, other: MatchingRun, first: Quote, second: Quote) -> int | None:
    """How many words of the article lie between two parts, whichever stands first; None where it cannot be told."""
    fingerprint = bank.fingerprints.get(first.source.id)
    if fingerprint is None:
        return None
    here = in_article.place_of(fingerprint, words(first.text))
    there = in_article.place_of(fingerprint, words(second.text))
    if here is None or there is None:
        return None
    return there + other.j1 - here - one.j2 if here <= there else here + one.j1 - there - other.j2


def _dated(quote: Quote) -> str:
    when = quote.said or quote.source.published
    return f"{quote.source.outlet}, {show(when)}"
