"""Reading the bank's folder anew when it changed or somebody asks, and serving what came of it."""

from __future__ import annotations

import asyncio
import logging
import time
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from ..bank.changes import changes
from ..housekeeping import begin
from ..text import shown
from .delays import debounced
from .edition import Previous
from .library import log_faults
from .loss import expected_quotes
from .releasing import Releases

if TYPE_CHECKING:
    from collections.abc import Callable

    from .child_process import ChildProcess
    from .delays import Delays
    from .edition import Outcome
    from .library import Library

log = logging.getLogger(__name__)

COALESCED = 5
"""How often a reading that was asked for waits for more who ask."""


@dataclass(slots=True)
class Request:
    """One reading that has not begun: all who ask until then wait for it.

    `people` counts those who asked; `confirmed` is the key of the bank whose loss somebody says is meant.
    """

    people: int = 0
    confirmed: str = ""


class Reloader:
    """Has the folder read again and gives the library what came of it: one reading at a time, and one that waits.

    Whoever asks while one is under way may mean a later change, and shares the next one with all others who ask.
    """

    def __init__(
        self, library: Library, child: ChildProcess, delays: Delays, clock: Callable[[], float] = time.time
    ) -> None:
        self._library = library
        self._child = child
        self._delays = delays
        self._clock = clock
        self._lock = asyncio.Lock()
        self._next: tuple[Request, asyncio.Task[Outcome]] | None = None
        self._changed: asyncio.Event | None = None
        self._closed = False
        self._tasks: set[asyncio.Task[Outcome]] = set()
        self._releases = Releases(delays.release)

    async def reload(self, *, confirm: str = "") -> Outcome:
        """Read the folder now. What is new is served when this returns. `confirm` names the edition whose loss is
        meant: another's is told, and waits.

        A fault is for who asked; that there is none any more is for all who heard of one. Telling them is no part of
        the answer to who asked, and is not over when that is due.
        """
        library = self._library
        confirmed = library.unconfirmed_key if confirm == library.unconfirmed else ""
        outcome = await self._request(people=1, confirmed=confirmed)
        if not outcome.faulty:
            await begin(self._tell(outcome))
        return outcome

    async def follow(self, changed: asyncio.Event) -> None:
        """Read the folder again after every change, for ever."""
        self._changed = changed
        while True:
            await debounced(changed, self._delays)
            try:
                outcome = await self._request()
                if outcome.faulty and changed.is_set():
                    continue  # half of a change: it is read again when it is over, and nobody need hear of this
                await self._tell(outcome)
            except Exception:  # the next change must find somebody at home
                log.exception("a change of the bank could not be taken up")

    async def close(self) -> None:
        """Take nothing up and let go of nothing any more. Waits for a reading under way, which was ended."""
        self._closed = True
        await self._releases.close()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _request(self, *, people: int = 0, confirmed: str = "") -> Outcome:
        """What comes of the next reading, which all who ask before it begins share."""
        if self._next is None:
            request = Request()
            self._next = request, asyncio.create_task(self._read(request))
            self._tasks.add(self._next[1])
            self._next[1].add_done_callback(self._tasks.discard)
        request, done = self._next
        request.people += people
        request.confirmed = confirmed or request.confirmed
        return await asyncio.shield(done)  # who is cancelled takes it from nobody else

    async def _read(self, request: Request) -> Outcome:
        async with self._lock:
            await self._coalesced(request)
            self._next = None  # the files are read from here on
            outcome = await asyncio.to_thread(self._make, request.confirmed)
            half = outcome.faulty and self._changed is not None and self._changed.is_set()
            if self._closed or (half and not request.people):
                return outcome
            return await self._take(outcome)

    async def _coalesced(self, request: Request) -> None:
        """Give those who ask almost at once the time to: what each of them saved is read by the same reading."""
        heard = 0
        for _ in range(COALESCED):
            if request.people == heard or self._closed:
                return
            heard = request.people
            await asyncio.sleep(self._delays.coalesce)

    def _make(self, confirmed: str) -> Outcome:
        library = self._library
        bank = library.edition.bank
        quotes = expected_quotes(bank.by_id, library.gone, self._clock(), pending=library.loss_pending)
        return self._child.make(Previous(bank.key, quotes, confirmed))

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
            self._releases.add(old)
        elif was_faulty:
            log.info("the bank's folder is in order again; edition %s goes on", old.bank.edition)
        else:
            log.info("the bank's folder says what it said before")
        return outcome

    async def _tell(self, outcome: Outcome) -> None:
        if self._library.tell is not None:
            await self._library.tell(outcome)
