"""Whether words that were found were said by whom and when it is claimed."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from bot.verify import claimed_attribution as attributed
from bot.verify.tuning import EXACT_BELOW
from bot.verify.verdict import Verdict

if TYPE_CHECKING:
    from bot.bank.quote import Quote
    from bot.verify.claimed_attribution import Attribution, Date


def check_attribution(verdict: Verdict, told: Attribution, *, by_option: bool) -> Verdict:
    """The verdict with what is wrong in who and when; where only that is wrong, the words are misattributed.

    `by_option` says that the speaker was named as such; what was read as a name may also be an outlet's.
    """
    if not verdict.quotes or (told.speaker is None and told.date is None):
        return verdict
    faults = [(_faults(quote, told, by_option=by_option), quote) for quote in verdict.quotes]
    if verdict.kind == "verbatim" and any(fault == (None, None) for fault, _ in faults):
        right = tuple(quote for fault, quote in faults if fault == (None, None))
        return replace(verdict, quotes=right, source=right[0].source)
    (by, on), quote = min(faults, key=lambda one: sum(part is not None for part in one[0]))
    if by is None and on is None:
        return verdict
    if verdict.kind != "verbatim":
        return replace(verdict, said_by=by, said_on=on)
    if verdict.words < EXACT_BELOW:  # anybody may have said so few words
        return Verdict(verdict.text, "unknown", words=verdict.words)
    return replace(verdict, kind="misattributed", quotes=(quote,), source=quote.source, said_by=by, said_on=on)


def _faults(quote: Quote, told: Attribution, *, by_option: bool) -> tuple[str | None, Date | None]:
    by = told.speaker
    if by is not None and (attributed.is_by(by, quote.speaker) or (not by_option and attributed.is_outlet(by, quote))):
        by = None
    return by, None if told.date is None or attributed.is_on(told.date, quote) else told.date
