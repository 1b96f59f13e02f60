"""The lanes of what was let in: how many are worked on at a time in each, and of one member or channel."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .queues import WAITING, Cost, Turns
from .raw_requests import TYPING, RawRequest

if TYPE_CHECKING:
    from collections.abc import Callable

QUICK, HEAVY, MESSAGES, HEAVY_MESSAGES = 32, 4, 4, 2
"""Answers that are worked on at most: interactions, those of them that take long, messages, and those of them."""
SUGGESTIONS = 16
"""Suggestions that are worked on at most. The rest are dropped: whoever types on asks again."""
SENDING = {"quick": 256, "heavy": 12, "message": 188, "heavy message": 46, "suggestion": 64}
"""Answers besides, at most, that Discord has been sent and has not taken yet: of a Discord that takes .3 seconds for
each, 256 are 850 a second at most (benchmarks/faults/burst.py). What is sent to channels may wait for
each channel's own limit: two hundred of them that do keep no other waiting.
"""
IN_A_CHANNEL = 1
"""Messages of one channel that are answered at a time: Discord lets few be sent there, and others do not wait. Of the
members who wait there, who was answered longest ago is next.
"""
OF_A_MEMBER = 2
"""Interactions of one member that are worked on at a time: what each of them costs is over before the next begins, and
what others ask comes in between. Of what is being typed one, and the latest: who types on waits for nothing before.
"""
TYPED_ON = 0.02
"""Seconds for which it is seen whether somebody types on: all events come one after another, and by then what was typed
next may be read, and what others ask behind it.
"""


def lanes(clock: Callable[[], float], cost: Cost) -> dict[str, Turns]:
    """The lanes by their names; `cost` is what one refusal to an interaction costs."""
    most = {
        "quick": QUICK,
        "heavy": HEAVY,
        "message": MESSAGES,
        "heavy message": HEAVY_MESSAGES,
        "suggestion": SUGGESTIONS,
    }
    return {
        name: Turns(many, clock, sending=SENDING[name], cost=None if "message" in name else cost)
        for name, many in most.items()
    }


def lane_of(request: RawRequest) -> tuple[str, tuple[str, int], int, int]:
    """In which lane something is worked on, with which others it shares few places there, how many these are, and how
    many wait for them.
    """
    who = request.who or request.id
    if not request.kind:
        return ("heavy message" if request.heavy else "message"), ("channel", request.channel), IN_A_CHANNEL, WAITING
    if request.kind == TYPING:
        return "suggestion", ("typing", who), 1, 1
    if request.heavy:
        return "heavy", ("heavy", who), HEAVY, WAITING
    return "quick", ("quick", who), OF_A_MEMBER, WAITING
