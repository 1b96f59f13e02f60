"""The gate: what arrives is let in, or not, before anything is made of it; what was let in is answered in turn."""

from __future__ import annotations

import asyncio
import logging
from collections import Counter
from contextlib import ExitStack, asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from typing import TYPE_CHECKING, Any

from ...store.records import Use
from ..deadline import deadline
from ..deadline import turn as current_turn
from . import raw_requests
from .ages import LATE, WRONG, ArrivalClock, Clocks, sent_at
from .lanes import TYPED_ON, lane_of, lanes
from .queues import TELLING_AT_ONCE, Cost, EachInTurn, Turn, taken
from .raw_requests import PRESS, TYPING, RawRequest
from .recent_requests import RecentRequests

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Coroutine, Mapping

    from ...store.records import EntryPoint
    from ...store.store import Store
    from .queues import Turns
    from .raw_requests import Light

    Tell = Callable[[str], Coroutine[Any, Any, Any]]

log = logging.getLogger(__name__)

LATE_MESSAGE = 60.0
"""Seconds after which nobody waits for the answer to a message any more."""
MAX_PENDING_REFUSALS = 2000
"""Refusals that wait at most; beyond them nobody is told."""
DEAREST = 0.004
"""Seconds one refusal costs at most, whatever one of them took."""
BUSY = "Too many ask at once just now. Please try again in a moment."
SLOWER = "That is more than I can answer you at once. Please wait a few seconds."


class Gate:
    """Lets in what is fresh, new and not too much. Clocks are arguments; ids of people stay in memory.

    `tell(data, sentence)` answers an interaction, given as it came, with a private sentence; with None, a press is
    acknowledged without a word. `calls` says of a message, given as it came, whether it may call for an answer;
    `present` of a server, whether the bot is in it: it may have been left, and people use an app of their own in any;
    `light` of an act and a text, whether what the act does with the text holds nobody up. `recent` outlives the gate.
    """

    def __init__(
        self,
        store: Store,
        *,
        edition: Callable[[], str] = str,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
        clocks: Clocks | None = None,
        tell: Callable[[Mapping[str, Any], str | None], Coroutine[Any, Any, None]] | None = None,
        calls: Callable[[Mapping[str, Any]], EntryPoint | None] = lambda _: None,
        present: Callable[[int], bool] = lambda _: True,
        light: Light = lambda _act, _text: True,
        recent: RecentRequests | None = None,
    ) -> None:
        self.store, self.tell = store, tell
        self.calls, self.present, self.light = calls, present, light
        self.leaving = False
        self.counts: Counter[str] = Counter()
        self._clocks = clocks or Clocks()
        self.arrivals = ArrivalClock(self._clocks.age(), self._clocks.wall())
        self._edition = edition
        self._now = now
        self.recent = recent or RecentRequests()
        self._cost = Cost()
        self._turns = lanes(_loop_time, self._cost)
        self._own: dict[tuple[str, int], EachInTurn] = {}  # of a channel, or of a member in a lane
        self._telling = asyncio.Semaphore(TELLING_AT_ONCE)
        self._tasks: set[asyncio.Task[None]] = set()
        self._logged_offset = self._last_refusal = 0.0

    # What arrives

    def arrived(self, kind: str, data: Any) -> bool:
        """Whether an event, as it came, is to be worked on. Never raises; what cannot be read is left to the parser."""
        if kind == "INTERACTION_CREATE":
            request = raw_requests.interaction(data, self.light)
        elif kind == "MESSAGE_CREATE":
            request = raw_requests.message(data, self.calls)
        else:
            return True
        if request is None:
            return True
        refused = self._refused(request, data)
        if refused:
            self.counts[refused] += 1
        return not refused

    def session(self, *, resumed: bool) -> None:
        """A session with Discord begins anew, or goes on: only then what arrives may have waited there."""
        self.arrivals.replayed = resumed

    def observe_response_date(self, date: datetime, at: float | None = None) -> None:
        """A response of Discord bore this time; `at` is a reading of the gate's clock, now where left out."""
        self.arrivals.observe_response_date(date, self._clocks.age() if at is None else at)
        self._say_when_wrong()

    def ahead(self) -> float | None:
        """Seconds by which this machine's time of day is ahead of Discord's just now; None until anything told."""
        return self.arrivals.ahead(self._clocks.wall(), self._clocks.age())

    def leave(self) -> None:
        """Take nothing more."""
        self.leaving = True

    def _refused(self, request: RawRequest, data: Mapping[str, Any]) -> str:
        """Why something is not let in; empty when it is."""
        if self.leaving:
            return "leaving"
        if request.id in self.recent.let_in:
            return "repeated"
        at = self._clocks.age()
        stamp = sent_at(request.id)
        age = 0.0 if stamp is None else self.arrivals.age(stamp, at)
        self._say_when_wrong()
        self.recent.remember(request, _loop_time() + _time_for(request) - age)
        if age > _time_for(request):
            if request.kind != TYPING and request.entry_point != "keyword":
                self._note(request, "expired")
            return "expired"
        if request.kind == TYPING:
            before = ("quick", "suggestion", "heavy") if request.heavy else ("quick", "suggestion")
            free = not any(self._turns[lane].full for lane in before)
            free = free and self.recent.typing.take(request.who or 0, self._clocks.pace())
            return "" if free else "suggestions"
        return self._too_much(request, data, self._clocks.pace())

    def _too_much(self, request: RawRequest, data: Mapping[str, Any], at: float) -> str:
        who = request.who or 0
        if request.entry_point == "keyword":  # a member who talks much asks for nothing by it, so nobody is told
            return "" if self.recent.talking.take(who, at) else "talk"
        for pace, much in ((self.recent.member, 1.0), (self.recent.member_heavy, request.heavy)):
            if much and not pace.take(who, at, much):
                self._slow_down(request, data, first=pace.first_refusal(who, at))
                return "pace"
        if request.guild and not self.recent.server.take(request.guild, at) and self._turns["quick"].full:
            self._note(request, "failed:busy")
            self._tell_soon(request, data, BUSY)
            return "busy"
        return ""

    def _slow_down(self, request: RawRequest, data: Mapping[str, Any], *, first: bool) -> None:
        """A member is told once, and logged once. Discord lets nobody end a command without a word, but a press."""
        if first:
            self._note(request, "failed:busy")
        silently = not first and request.kind == PRESS
        self._tell_soon(request, data, None if silently else SLOWER)

    def _note(self, request: RawRequest, outcome: str) -> None:
        guild, channel = request.place(self.present)
        self.store.record_later(
            Use(
                asked=request.id,
                time=self._now(),
                guild=guild,
                channel=channel,
                entry_point=request.entry_point,
                query="",
                key="",
                found=False,
                quote=None,
                edition=self._edition(),
                duration=0.0,
                outcome=outcome,
            )
        )

    def _say_when_wrong(self) -> None:
        offset = self.arrivals.offset
        if offset is not None and abs(offset) > WRONG and abs(offset - self._logged_offset) > WRONG:
            if not self._logged_offset:
                direction = "ahead of" if offset > 0 else "behind"
                log.warning(
                    "this machine's clock is about %.0f seconds %s Discord's; set it right", abs(offset), direction
                )
            self._logged_offset = offset

    # What was let in

    def let_in(self, asked: int) -> bool:
        """Whether an interaction or message of that id came, and asks for something."""
        return asked in self.recent.let_in

    def deadline_of(self, asked: int) -> float | None:
        """Until when an interaction or message is to be answered, on the event loop's clock; None when nobody knows."""
        known = self.recent.let_in.get(asked)
        return known[0] if known else None

    def weighs(self, asked: int, act: str, text: str) -> bool:
        """Whether a message may be answered, now that it is known what it asks for, and of which text.

        Where it asks for more of what takes long than its member may, nobody is told.
        """
        until, request = self.recent.let_in[asked]
        request = replace(request, heavy=raw_requests.weight("mention", act, (text,), self.light))
        self.recent.let_in[asked] = until, request
        who, at = request.who or 0, self._clocks.pace()
        if not request.heavy or self.recent.member_heavy.take(who, at, request.heavy):
            return True
        self.counts["pace"] += 1
        self._slow_down(request, {}, first=self.recent.member_heavy.first_refusal(who, at))
        return False

    @asynccontextmanager
    async def turn(self, asked: int, tell: Tell) -> AsyncIterator[bool]:
        """The turn of what was let in under that id. False when there is none in time: then `tell` says so.

        Of suggestions few are under way, and the rest are dropped. A turn covers the work only: it is given back where
        the answer is sent (`deadline.turn`).
        """
        until, request = self.recent.let_in.get(asked, (None, None))
        if until is None or request is None:
            yield True
        elif request.kind == TYPING and self._turns["suggestion"].full:
            self.counts["suggestions"] += 1
            yield False
        else:
            async with self._place(request, until) as turn:
                if turn is None:
                    await self._too_late(request, until, tell)
                    yield False
                    return
                deadline.set(until)  # for the whole task, also for what is said where this ends in an error
                current_turn.set(turn)
                try:
                    yield True
                finally:
                    turn.leave()

    async def _too_late(self, request: RawRequest, until: float, tell: Tell) -> None:
        if request.kind == TYPING:
            self.counts["suggestions"] += 1
            return
        self.counts["busy"] += 1
        self._note(request, "failed:busy")
        if request.kind:
            await self._say(lambda: tell(BUSY), until)

    def _left_behind(self, request: RawRequest) -> None:
        """It waited for its turn when the bot left: nobody is told, but it counts."""
        if request.kind != TYPING:
            self._note(request, "failed:busy")

    @asynccontextmanager
    async def _place(self, request: RawRequest, until: float) -> AsyncIterator[Turn | None]:
        """The turn that was taken, None where there was none in time. Of a channel's messages, and of a member's
        interactions, few take one at a time; those of a member until the work is done.
        """
        left = partial(self._left_behind, request)
        of, key, most, waiting = lane_of(request)
        own = self._own.setdefault(key, EachInTurn(most, _loop_time, waiting))
        try:
            async with taken(own, until, left, request.who or 0) as mine:
                if mine is None:
                    yield None
                    return
                with ExitStack() as cleanup:
                    cleanup.callback(mine.leave)
                    if request.kind == TYPING and await _typed_on(own):
                        yield None
                        return
                    async with taken(self._turns[of], until, left) as turns:
                        if turns is None:
                            yield None
                            return
                        turn = Turn(turns, self._cost.answered_in if request.kind else _unmeasured)
                        if request.kind:
                            turn.sent = cleanup.close
                        yield turn
        finally:
            if own.idle and self._own.get(key) is own:
                del self._own[key]

    def _tell_soon(self, request: RawRequest, data: Mapping[str, Any], sentence: str | None) -> None:
        tell = self.tell
        if tell is None or not request.kind or len(self._tasks) >= MAX_PENDING_REFUSALS:
            return
        said = self._say(lambda: tell(data, sentence), self.recent.let_in[request.id][0])
        task = asyncio.get_running_loop().create_task(said)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _say(self, say: Callable[[], Coroutine[Any, Any, Any]], until: float) -> None:
        """Say a refusal, if there is still time. Whatever becomes of it, nothing more is said."""
        async with self._telling:
            began = _loop_time()
            if began >= until:
                self.counts["untold"] += 1
                return
            mine = deadline.set(until)
            try:
                async with asyncio.timeout_at(until):
                    await say()
            except Exception as fault:  # noqa: BLE001  who asked too much is not told twice
                self.counts["untold"] += 1
                log.info("a refusal could not be told: %s", type(fault).__name__)
                return
            finally:
                deadline.reset(mine)
            self.counts["told"] += 1
            self._measure_refusal(_loop_time(), began)

    def _measure_refusal(self, now: float, began: float) -> None:
        """Learn what one refusal costs: the time between two while so many are told that one waits for another."""
        if self._telling.locked() and self._last_refusal > began:
            cost = self._cost
            cost.measured += (min(now - self._last_refusal, DEAREST) - cost.measured) / 32
        self._last_refusal = now


async def _typed_on(own: Turns) -> bool:
    await asyncio.sleep(TYPED_ON)
    return own.waiting > 0


def _unmeasured(_seconds: float) -> None:
    """A message's answer waits for its channel, which says nothing of how quick Discord is."""


def _time_for(request: RawRequest) -> float:
    return LATE if request.kind else LATE_MESSAGE


def _loop_time() -> float:
    return asyncio.get_running_loop().time()
