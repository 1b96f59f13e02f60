"""The one way from a request to its answer, for a slash command, a mention, a keyword, a button and a menu alike."""

from __future__ import annotations

import asyncio
import time
from contextlib import asynccontextmanager, contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING

from ...errors import TooBusy
from ...store.records import Use
from ...text import shorten
from .. import faults
from ..admission.gate import BUSY
from ..admission.heavy_work import HeavyWork
from ..admission.task_deadlines import Overdue
from ..deadline import may_have_left, waiting_for_log
from ..escaping import clean
from ..ui import card_menu, cards
from .reply import Made, Reply, Result
from .shared_words import Sharing

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Iterator
    from datetime import datetime

    import discord

    from ...editions.edition import Edition
    from ...editions.library import Library
    from ...store.store import Store
    from ..requests.request import Request
    from .reply import Maker, Send

MAX_LOGGED_QUERY = 200
"""Characters of a folded query that the log keeps."""
FOR_A_REFUSAL = 0.4
"""Seconds before the deadline at which heavy work is given up, so that saying so is in time."""


class Responder:
    """Answers requests from the edition in use. Clock and calendar are arguments."""

    def __init__(
        self,
        library: Library,
        store: Store,
        *,
        now: Callable[[], datetime],
        accent: int,
        log_wait: float,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.now = now
        self.clock = clock
        self._library = library
        self._store = store
        self._accent = accent
        self._log_wait = log_wait
        self._sharing = Sharing(clock)
        self._heavy = HeavyWork()
        self._overdue = Overdue()
        self._under_way = 0
        self._quiet = asyncio.Event()
        self._quiet.set()

    async def serve(self, send: Send, request: Request, make: Maker) -> None:
        """Answer a request: its reply is made from the edition in use, its use committed, then it is sent.

        Where there is no time for what takes long, that is said.
        """
        edition = self._library.edition  # once: whoever took the old one finishes with it

        async def aside(work: Callable[[], Made], /, *, light: bool = False) -> Made:
            until = None if request.deadline is None else request.deadline - FOR_A_REFUSAL
            return work() if light else await self.heavily(work, until, request.person)

        try:
            reply = await make(edition, aside)
        except TooBusy:
            self._store.record_later(
                replace(self._use(request, Result("", None, found=False), edition), outcome="failed:busy")
            )
            reply = Reply(cards.notice(BUSY), private=True)
        use = None if reply.use is None else self._use(request, reply.use, edition)
        async with self._sending(request, use):
            await send(self.finished(replace(reply, private=reply.private or request.private), request))

    async def heavily(self, work: Callable[[], Made], until: float | None, person: int | None) -> Made:
        """What `work` gives, without anybody else waiting for it. Raises TooBusy where there is no time for it."""
        return await self._heavy.do(work, until, person or 0)

    def tint(self, view: discord.ui.LayoutView) -> None:
        """Give a view our colour."""
        cards.tint(view, self._accent)

    def finished(self, reply: Reply, request: Request) -> Reply:
        """The reply in our colour, and with a way to show others what one alone sees; and so what follows it."""
        if reply.tinted and reply.view is not None:
            self.tint(reply.view)
        if reply.view is not None and reply.shows and request.open_to_all and (reply.private or request.seen_alone):
            card_menu.offer(reply.view, reply.shows)
        make = reply.follow_up
        if make is None:
            return reply

        async def follow_up() -> Reply | None:
            later = await make()
            return later and self.finished(later, request)

        return replace(reply, follow_up=follow_up)

    @asynccontextmanager
    async def _sending(self, request: Request, use: Use | None) -> AsyncIterator[None]:
        """Where an answer is sent: its use is committed before (or kept to be written), and what became of it after.

        It ends at the deadline of what was asked. Without a use (turning a page) nothing is logged.
        """
        try:
            with self._overdue.by(request.deadline):
                if use is not None:
                    with waiting_for_log():
                        await self._store.record(use, wait=self._log_wait)
                yield
        except BaseException as error:
            if use is not None:
                left_behind = isinstance(error, asyncio.CancelledError)
                why = "busy" if left_behind else faults.why(error)
                self._store.settle(request.id, "unknown" if left_behind and may_have_left() else f"failed:{why}")
            raise
        if use is not None:
            self._store.settle(request.id, "answered")

    def _use(self, request: Request, result: Result, edition: Edition) -> Use:
        """A use of now. Where it was asked in private, neither the words, the key made of them nor the quote is in it.

        Words count as asked by a member who typed them, not by one who pressed a button that carries them.
        """
        words, key, quote = (
            shorten(clean(result.words[:MAX_LOGGED_QUERY]), MAX_LOGGED_QUERY),
            clean(result.key),
            result.quote,
        )
        if request.guild is not None and not self._store.present(request.guild):  # left since it was asked
            request = replace(request, guild=None, outside=True)
        if request.unwritten:
            words, key, quote = "", "", None
        typed = bool(words) and request.entry_point != "button"
        return Use(
            asked=request.id,
            time=self.now(),
            guild=request.guild,
            channel=request.written_in,
            entry_point=request.entry_point,
            query=words,
            key=key,
            found=result.found,
            quote=quote,
            edition=edition.bank.edition,
            duration=(self.clock() - request.began) * 1000,
            # Both together: a key may hold what one of them alone typed besides.
            shared=typed and self._sharing.asked(request.guild, f"{words}\n{key}", request.person),
        )

    def tidy(self) -> None:
        """Keep the counts of who asked the same words no longer than a day."""
        self._sharing.tidy()

    def forget(self, guild: int) -> None:
        """Remember nothing of which words a server's members asked."""
        self._sharing.forget(guild)

    @contextmanager
    def working(self) -> Iterator[None]:
        """Something that must be finished before the bot goes down."""
        self._under_way += 1
        self._quiet.clear()
        try:
            yield
        finally:
            self._under_way -= 1
            if not self._under_way:
                self._quiet.set()

    async def finish(self, seconds: float) -> bool:
        """Wait for what is under way, so long at most. Says whether all of it was finished."""
        try:
            async with asyncio.timeout(seconds):
                await self._quiet.wait()
        except TimeoutError:
            return False
        return True

    def close(self) -> None:
        """Begin no more work that takes long."""
        self._heavy.close()
