"""What somebody wrote about a quote that is wrong: kept for those who look after the bank, without a name."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ...errors import LogUnavailable, LogUncertain
from ..deadline import from_log
from ..requests.request import NOT_HERE
from ..ui.cards import GONE

if TYPE_CHECKING:
    from ...bank.bank import Bank
    from ...store.records import Complaint
    from ...store.store import Store

THANKS = "Thank you. The people who look after the bank will see it; your name is not kept."
NOTHING_WRITTEN = "Nothing was written that I could read, so nothing was sent in. Please say what is wrong."
NOT_SAVED = "I could not keep that just now: my memory is unavailable. Please try again later."
MAYBE_SAVED = (
    "Thank you. My memory is slow or in trouble, so I cannot say yet whether that is kept. It may well be: "
    "please wait a while before you send it once more."
)


async def keep(store: Store, bank: Bank, complaint: Complaint, *, outside: bool) -> tuple[bool, str]:
    """Whether it is kept, and what is said. `outside`: written in a server that the bot is not in."""
    if not complaint.text:
        return False, NOTHING_WRITTEN
    if complaint.quote not in bank.by_id:
        return False, GONE
    if outside:
        return False, NOT_HERE
    try:
        await from_log(store.complain(complaint))
    except LogUncertain:
        return False, MAYBE_SAVED
    except LogUnavailable:
        return False, NOT_SAVED
    return True, THANKS
