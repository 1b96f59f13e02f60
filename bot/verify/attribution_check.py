"""Whether words that were found were said by whom and when it is claimed."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from rapidfuzz import fuzz

from ..text import words
from .tuning import EXACT_BELOW, MIN_NAME_LETTERS, SAME_NAME
from .verdict import Verdict

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ..bank.quote import Quote, Speaker, When
    from .claimed_attribution import Attribution, Date

_TITLES = frozenset(
    """
    mr mrs ms dr prof professor sir lord lady president vice prime minister secretary general gen sec secgen sg chief
    head boss former ex then foreign defence defense senator governor chancellor ambassador king queen pope saint st
    nato chairman chair director ceo captain colonel judge justice mayor spokesman spokeswoman
    """.split()  # noqa: SIM905
)
_SMALL = frozenset({"the", "of", "a", "an", "and"})
"""Words of titles and roles that tell nobody from anybody."""


def check_attribution(verdict: Verdict, claimed_attribution: Attribution, *, by_option: bool) -> Verdict:
    """The verdict with what is wrong in who and when; where only that is wrong, the words are misattributed.

    `by_option` says that the speaker was named as such; what was read as a name may also be an outlet's.
    """
    if not verdict.quotes or (claimed_attribution.speaker is None and claimed_attribution.date is None):
        return verdict
    faults = [(_faults(quote, claimed_attribution, by_option=by_option), quote) for quote in verdict.quotes]
    right = tuple(quote for fault, quote in faults if fault == (None, None))
    if right:
        return replace(verdict, quotes=right, source=right[0].source) if verdict.kind == "verbatim" else verdict
    (by, on), quote = min(faults, key=lambda pair: sum(part is not None for part in pair[0]))
    if verdict.kind != "verbatim":
        return replace(verdict, said_by=by, said_on=on)
    if verdict.words < EXACT_BELOW:  # anybody may have said so few words
        return Verdict(verdict.text, "unknown", words=verdict.words)
    return replace(verdict, kind="misattributed", quotes=(quote,), source=quote.source, said_by=by, said_on=on)


def _faults(quote: Quote, claimed_attribution: Attribution, *, by_option: bool) -> tuple[str | None, Date | None]:
    by = claimed_attribution.speaker
    if by is not None and (is_by(by, quote.speaker) or (not by_option and is_outlet(by, quote))):
        by = None
    return by, None if claimed_attribution.date is None or is_on(
        claimed_attribution.date, quote
    ) else claimed_attribution.date


def is_by(called: str, speaker: Speaker) -> bool:
    """Whether a name somebody wrote may mean this speaker: name, alias, id, role or a near spelling of them."""
    spoken = _words_that_tell(called)
    names = [
        _words_that_tell(name)
        for name in (speaker.name, *speaker.aliases, speaker.id, f"{speaker.given} {speaker.family}")
    ]
    if not spoken or spoken in names:
        return True
    roles = {word for role in speaker.roles for word in words(role.title)} - _SMALL
    left = [word for word in spoken if word not in _TITLES and word not in roles]
    if not left:
        return not roles.isdisjoint(spoken)
    return _is_name(left, {word for name in names for word in name}, set(words(speaker.family)))


def _words_that_tell(name: str) -> list[str]:
    return [word for word in words(name) if word not in _SMALL] or words(name)


def _is_name(left: Sequence[str], own: set[str], family: set[str]) -> bool:
    """Whether words, without titles and roles, are somebody's name: all their own, and one of several the family's."""
    if not all(_named(word, own) for word in left):
        return False
    long = [word for word in left if len(word) > 1]
    if len(left) == 1 or not family:
        return bool(long)
    return any(_named(word, family) for word in long)


def _named(word: str, own: set[str]) -> bool:
    """Whether a word is one of a name's: it, its possessive without the apostrophe, an initial, nearly it."""
    if word in own:
        return True
    if len(word) == 1:
        return any(name.startswith(word) for name in own)
    long = len(word) > MIN_NAME_LETTERS
    return long and (word.removesuffix("s") in own or any(fuzz.ratio(word, name) >= SAME_NAME for name in own))


def is_outlet(called: str, quote: Quote) -> bool:
    """Whether what was read as a name is where the words were published."""
    source = quote.source
    named = " ".join(words(called))
    around = (source.outlet, source.reprint.by if source.reprint else "", source.title or "", source.event or "")
    return any(named == " ".join(words(text)) for text in around if text) or named in source.id.split("-")


def is_on(claimed: Date, quote: Quote) -> bool:
    """Whether a quote may have been said, published or printed again on a date."""
    source = quote.source
    dates = [quote.said, source.published, source.reprint.published if source.reprint else None]
    dated = [when for when in dates if when is not None]
    return not dated or any(_holds(when, claimed) for when in dated)


def _holds(when: When, claimed: Date) -> bool:
    first = (when.first.year, when.first.month or 1, when.first.day or 1)
    last = (when.last.year, when.last.month or 12, when.last.day or 31)
    low = (claimed.year, claimed.month or 1, claimed.day or 1)
    high = (claimed.year, claimed.month or 12, claimed.day or 31)
    return first <= high and low <= last
