"""Reading the bank's folder anew when it changed or somebody asks, and parting with the edition that served before."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import time
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from bot.bank.changes import changes
from bot.editions.columnar.bank_columns import made
from bot.editions.library import log_faults
from bot.editions.loss import held_against
from bot.editions.malloc import give_back
from bot.housekeeping import begin
from bot.strict_yaml import shown

if TYPE_CHECKING:
    from collections.abc import Callable

    from bot.bank.bank import Bank
    from bot.editions.child_process import Apart
    from bot.editions.library import Edition, Library, Outcome

log = logging.getLogger(__name__)

A_LITTLE = 300
"""Quotes that are let go of at a time."""
TOGETHER = 5
"""How often a reading that was asked for waits for more who ask."""
LEAVING = 1
"""Old editions that are waited with at a time; of more, the oldest is let go of at once."""


@dataclass(frozen=True, slots=True)
class Pace:
    """How soon a change is taken up, in seconds.

    A change counts as finished when nothing more happened for `quiet`; one that never is, is read after `longest`. The
    folder is looked over every `look`, whatever the system tells of it. The last answers from an old edition are most
    likely given before `let_go` is over; one that is not keeps what it needs. A reading somebody asked for begins when
    nobody asked any more for `together`, but after five times as long at most: all who ask until then share it.
    """

    quiet: float = 0.2
    longest: float = 10.0
    look: float = 2.0
    let_go: float = 1.0
    together: float = 0.1


async def quiet(dirty: asyncio.Event, pace: Pace, clock: Callable[[], float] = time.monotonic) -> None:
    """Wait for a change, and then until it is over."""
    await dirty.wait()
    began = clock()
    while dirty.is_set():
        dirty.clear()
        if clock() - began >= pace.longest or not await set_within(dirty, pace.quiet):
            return


async def set_within(event: asyncio.Event, seconds: float) -> bool:
    """Wait for an event, so long at most. Says whether it is set."""
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(seconds):
            await event.wait()
    return event.is_set()


@dataclass(slots=True)
class Turn:
    """One reading that has not begun: all who ask until then wait for it.

    `asked` counts the people who did; `confirmed` is the key of the bank whose loss somebody says is meant.
    """

    asked: int = 0
    confirmed: str = ""


class Renewal:
    """Reads the folder again and gives the library what came of it: one reading at a time, and one that waits.

    Whoever asks while one is under way may mean a later change, and shares the next one with all others who ask.
    """

    def __init__(self, library: Library, apart: Apart, pace: Pace, clock: Callable[[], float] = time.time) -> None:
        self._library = library
        self._clock = clock
        self._apart = apart
        self._pace = pace
        self._one = asyncio.Lock()
        self._next: tuple[Turn, asyncio.Task[Outcome]] | None = None
        self._dirty: asyncio.Event | None = None
        self._closed = False
        self._leaving: dict[asyncio.Task[None], list[Edition]] = {}
        self._tasks: set[asyncio.Task[Outcome]] = set()

    async def reload(self, *, confirm: str = "") -> Outcome:
        """Read the folder now. What is new is served when this returns. `confirm` names the edition whose loss is
        meant: another's is told, and waits.

        A fault is for who asked; that there is none any more is for all who heard of one. Telling them is no part of
        the answer to who asked, and is not over when that is due.
        """
        held = self._library.held if confirm == self._library.unconfirmed else ""
        outcome = await self._turn(asked=True, confirmed=held)
        if not outcome.faulty:
            await begin(self._tell(outcome))
        return outcome

    async def follow(self, dirty: asyncio.Event) -> None:
        """Read the folder again after every change, for ever."""
        self._dirty = dirty
        while True:
            await quiet(dirty, self._pace)
            try:
                outcome = await self._turn()
                if outcome.faulty and dirty.is_set():
                    continue  # half of a change: it is read again when it is over, and nobody need hear of this
                await self._tell(outcome)
            except Exception:  # the next change must find somebody at home
                log.exception("a change of the bank could not be taken up")

    async def close(self) -> None:
        """Take nothing up and let go of nothing any more. Waits for a reading under way, which was ended."""
        self._closed = True
        for task in self._leaving:
            task.cancel()
        await asyncio.gather(*self._tasks, *self._leaving, return_exceptions=True)

    async def _turn(self, *, asked: bool = False, confirmed: str = "") -> Outcome:
        if self._next is None:
            turn = Turn()
            self._next = turn, asyncio.create_task(self._read(turn))
            self._tasks.add(self._next[1])
            self._next[1].add_done_callback(self._tasks.discard)
        turn, done = self._next
        turn.asked += asked
        turn.confirmed = confirmed or turn.confirmed
        return await asyncio.shield(done)  # who is cancelled takes it from nobody else

    async def _read(self, turn: Turn) -> Outcome:
        async with self._one:
            await self._gathered(turn)
            self._next = None  # the files are read from here on
            bank = self._library.edition.bank
            before = await asyncio.to_thread(self._before, bank)
            outcome = await asyncio.to_thread(self._apart.read, bank.key, before, turn.confirmed)
            half = outcome.faulty and self._dirty is not None and self._dirty.is_set()
            if self._closed or (half and not turn.asked):
                return outcome
            return await self._take(outcome)

    async def _gathered(self, turn: Turn) -> None:
        """Give those who ask almost at once the time to: what each of them saved is read by the same reading."""
        heard = 0
        for _ in range(TOGETHER):
            if turn.asked == heard or self._closed:
                return
            heard = turn.asked
            await asyncio.sleep(self._pace.together)

    def _before(self, bank: Bank) -> dict[str, float]:
        """What the next reading is held against. While a loss waits to be confirmed, no time makes it a smaller one."""
        library = self._library
        return held_against(bank.by_id, library.gone, self._clock(), waits=library.waits)

    async def _take(self, outcome: Outcome) -> Outcome:
        library = self._library
        old, was_faulty = library.edition, library.faulty
        library.take(outcome)
        if outcome.faulty:
            log_faults(outcome.problems, old)
        elif outcome.edition is not None:
            new = outcome.edition.bank
            outcome = replace(outcome, changes=await asyncio.to_thread(changes, old.bank, new))
            log.info("edition %s in the place of %s: %s", new.edition, old.bank.edition, shown(str(outcome.changes)))
            self._part_with(old)
        elif was_faulty:
            log.info("the bank's folder is in order again; edition %s goes on", old.bank.edition)
        else:
            log.info("the bank's folder says what it said before")
        return outcome

    def _part_with(self, old: Edition) -> None:
        """Let go of an edition after a while; of the oldest now, where many wait for that."""
        self._let_go([old], self._pace.let_go)
        waiting = {task: editions for task, editions in self._leaving.items() if editions}
        for task in list(waiting)[:-LEAVING]:
            task.cancel()
            self._let_go(waiting[task], 0)

    async def _tell(self, outcome: Outcome) -> None:
        if self._library.tell is not None:
            await self._library.tell(outcome)

    def _let_go(self, editions: list[Edition], after: float) -> None:
        task = begin(let_go(editions, after))
        self._leaving[task] = editions
        task.add_done_callback(self._leaving.pop)


async def let_go(leaving: list[Edition], after: float) -> None:
    """Take an edition that nobody uses any more apart, a little at a time: all at once would hold up an answer."""
    await asyncio.sleep(after)
    if not leaving:
        return
    bank = leaving.pop().bank
    quotes, fingerprints = made(bank)
    del bank
    while quotes or fingerprints:
        del quotes[-A_LITTLE:], fingerprints[-1:]
        await asyncio.sleep(0)
    await asyncio.to_thread(give_back)
