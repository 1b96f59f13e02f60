"""Find, pick, log, show: one way for a slash command, a mention, a keyword, a button and a menu alike."""

from __future__ import annotations

import asyncio
import time
from contextlib import asynccontextmanager, contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING, Protocol, TypeVar

from bot.card import found_line, plain_card
from bot.chat import faults
from bot.chat.acts.saved_query import pack
from bot.chat.deadline import may_have_left
from bot.chat.gate.gate import BUSY
from bot.chat.gate.heavy import HeavyWork
from bot.chat.gate.overdue import Overdue
from bot.chat.limits import clean
from bot.chat.serving.shared_words import Sharing
from bot.chat.ui import cards
from bot.chat.ui import hit_list as results
from bot.errors import LogUnavailable, TooBusy
from bot.search.pick import Pick, Rounds
from bot.store.records import Use
from bot.text import fold, is_longer, shorten

if TYPE_CHECKING:
    import random
    from collections.abc import AsyncIterator, Callable, Iterator
    from datetime import datetime

    import discord

    from bot.card import Card
    from bot.chat.requests.request import Asked
    from bot.library import Edition, Library
    from bot.search.query import Found, Query
    from bot.store.store import Store

QUERY_KEPT = 200
"""Characters of a folded query that the log keeps."""
ROUND = 1000
"""Quotes one round goes through at most."""
LATELY = 2 * ROUND
"""Uses of one round read back from the log when the bot has just started."""

DRAWN = 4096
"""Cards kept drawn: what a card says of its quote does not change within an edition."""
LIGHT, LIGHT_TYPED = 400_000, 200_000
"""Characters of a query, times quotes of the bank, up to which finding takes some milliseconds, whatever the words; and
what is typed, of which completing takes twice as long. Measured by benchmarks/answers/stalls.py.
"""
FOR_A_REFUSAL = 0.4
"""Seconds before the deadline at which heavy work is given up, so that saying so is in time."""

Done = TypeVar("Done")


class Send(Protocol):
    """The place a reply goes."""

    async def __call__(self, view: discord.ui.LayoutView, *, private: bool) -> None: ...


def is_light(words: str, edition: Edition, *, typed: bool = False) -> bool:
    """Whether finding these words holds nobody up, or completing what is typed."""
    return not is_longer(words, (LIGHT_TYPED if typed else LIGHT) // max(1, len(edition.bank.quotes)))


class Answers:
    """Answers queries from the edition in use. Clock, calendar and chance are arguments."""

    def __init__(
        self,
        library: Library,
        store: Store,
        *,
        rounds: Rounds,
        rng: random.Random,
        now: Callable[[], datetime],
        accent: int,
        log_wait: float,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.library = library
        self.store = store
        self.rounds = rounds
        self.rounds_alone = Rounds()
        self.rng = rng
        self.now = now
        self.accent = accent
        self.log_wait = log_wait
        self.clock = clock
        self.sharing = Sharing(clock)
        self.heavy = HeavyWork()
        self.overdue = Overdue()
        self._drawn_of: Edition | None = None
        self._drawn: dict[str, Card] = {}
        self._under_way = 0
        self._quiet = asyncio.Event()
        self._quiet.set()

    async def give(
        self,
        send: Send,
        query: Query,
        asked: Asked,
        *,
        skip: str | None = None,
        trigger: str | None = None,
    ) -> bool:
        """Answer one query: the use is committed (or kept to be written) before the answer is sent.

        `skip` is the quote shown now, which another is wanted for; `trigger` is the phrase that called for a
        keyword reply, which is shown and logged instead of the message. Says whether a quote was given.
        """
        edition = self.library.edition
        found = await self.find(send, edition, query, asked, ROUND)
        if found is None:
            return False
        pick = await self._pick(found, asked, skip)
        words = fold(trigger if trigger is not None else query.words)[:QUERY_KEPT]
        async with self.sending(asked, self._use(words, found, pick, asked, edition)):
            if pick is None:
                await send(self.miss_card(query, found, private=asked.alone), private=True)
                return False
            card = self._draw(edition, found, pick)
            view = cards.answer(
                card, again=pack(query, found.key), accent=self.accent, note=found.note, trigger=trigger
            )
            await send(view, private=asked.private)
            return True

    @asynccontextmanager
    async def sending(self, asked: Asked, use: Use | None) -> AsyncIterator[None]:
        """Where an answer is sent: its use is committed before (or kept to be written), and what became of it after.

        It ends at the deadline of what was asked. Without a use (turning a page) nothing is logged.
        """
        try:
            with self.overdue.by(asked.deadline):
                if use is not None:
                    await self.store.record(use, wait=self.log_wait)
                yield
        except BaseException as error:
            if use is not None:
                left_behind = isinstance(error, asyncio.CancelledError)
                why = "busy" if left_behind else faults.why(error)
                self.store.settle(asked.id, "unknown" if left_behind and may_have_left() else f"failed:{why}")
            raise
        if use is not None:
            self.store.settle(asked.id, "answered")

    async def find(self, send: Send, edition: Edition, query: Query, asked: Asked, most: int) -> Found | None:
        """What answers a query; a long one, in a large bank, is heavy work. None where there was no time for it."""
        if is_light(query.words, edition):
            return edition.index.find(query, most)
        return await self.heavily(send, asked, lambda: edition.index.find(query, most))

    async def heavily(self, send: Send, asked: Asked, work: Callable[[], Done]) -> Done | None:
        """What `work` gives, without anybody else waiting for it; None, and said so, where there is no time for it."""
        until = None if asked.deadline is None else asked.deadline - FOR_A_REFUSAL
        try:
            return await self.heavy.do(work, until, asked.person or 0)
        except TooBusy:
            self.store.note(replace(self.use(asked, key="", quote=None, found=False), outcome="failed:busy"))
            async with self.sending(asked, None):
                await send(cards.notice(BUSY), private=True)
            return None

    def _draw(self, edition: Edition, found: Found, pick: Pick) -> Card:
        if self._drawn_of is not edition:
            self._drawn_of, self._drawn = edition, {}
        quote = pick.hit.quote
        if quote.id not in self._drawn:
            if len(self._drawn) >= DRAWN:
                self._drawn.clear()
            self._drawn[quote.id] = plain_card(quote)
        goes_round = found.equals > 1 or pick.position > 1  # the best answer alone is not "1 of" anything
        line = found_line(
            quote,
            hit=pick.hit,
            corrections=found.corrections,
            position=pick.position if goes_round else None,
            total=pick.total,
            proved=quote.source.id in edition.bank.fingerprints,
        )
        return replace(self._drawn[quote.id], found=line)

    async def list_hits(self, send: Send, query: Query, asked: Asked, *, page: int = 0, turning: bool = False) -> None:
        """Show everything that answers a query, a page at a time. Asking is a use, turning pages is not."""
        edition = self.library.edition
        found = await self.find(send, edition, query, asked, ROUND)
        if found is None:
            return
        async with self.sending(asked, None if turning else self.use_of(found, asked, edition)):
            if not found.hits:
                await send(self.miss_card(query, found, private=True), private=True)
                return
            view = results.results(found, page, packed=pack(query), accent=self.accent)
            await send(view, private=asked.private)

    def use_of(self, found: Found, asked: Asked, edition: Edition) -> Use:
        """That something was asked: a use where quotes answer it, else a miss."""
        first = Pick(found.hits[0], 1, len(found.hits)) if found.hits else None
        return self._use(fold(found.query.words)[:QUERY_KEPT], found, first, asked, edition)

    def miss_card(self, query: Query, found: Found, *, private: bool) -> discord.ui.LayoutView:
        """That nothing was found, and what there is; choosing of it is as private as the asking."""
        return cards.miss(query, found, self.library.edition.bank, accent=self.accent, private=private)

    async def _pick(self, found: Found, asked: Asked, skip: str | None) -> Pick | None:
        """The next of the channel's round; of what is not written, of a round of the person's own, in memory alone.

        How far a round has come is told to everybody in the channel, so what nobody else may know is not in it.
        """
        if not found.hits:
            return None
        if asked.unwritten:
            # What others could see goes round apart from what they could not.
            own = (asked.person or asked.id, 0 if asked.alone else asked.channel)
            return self.rounds_alone.pick(found, own, (), self.rng, skip=skip)
        lately: list[str] = []
        place = (asked.guild, asked.channel)
        if found.equals > 1 and self.rounds.needs_seed(place, found.key):
            try:
                lately = await self.store.lately(asked.channel, found.key, LATELY)
            except LogUnavailable:
                lately = []
        return self.rounds.pick(found, place, lately, self.rng, skip=skip)

    def _use(self, words: str, found: Found, pick: Pick | None, asked: Asked, edition: Edition) -> Use:
        quote = pick.hit.quote.id if pick else None
        words = shorten(clean(words), QUERY_KEPT)
        return self.use(asked, key=found.key, quote=quote, found=pick is not None, edition=edition, words=words)

    def use(
        self,
        asked: Asked,
        *,
        key: str,
        quote: str | None,
        found: bool = True,
        edition: Edition | None = None,
        words: str = "",
    ) -> Use:
        """A use of now. Where it was asked in private, neither the words, the key made of them nor the quote is in it.

        Words count as asked by a member who typed them, not by one who pressed a button that carries them.
        """
        if asked.guild is not None and not self.store.present(asked.guild):  # left since it was asked
            asked = replace(asked, guild=None, outside=True)
        if asked.unwritten:
            words, key, quote = "", "", None
        typed = bool(words) and asked.way != "button"
        return Use(
            asked=asked.id,
            time=self.now(),
            guild=asked.guild,
            channel=asked.written_in,
            way=asked.way,
            query=words,
            key=key,
            found=found,
            quote=quote,
            edition=(edition or self.library.edition).bank.edition,
            duration=(self.clock() - asked.began) * 1000,
            # Both together: a key may hold what one of them alone typed besides.
            shared=typed and self.sharing.asked(asked.guild, f"{words}\n{key}", asked.person),
        )

    def forget(self, guild: int) -> None:
        """Remember nothing of a server: neither which words its members asked, nor how far its rounds have come."""
        self.sharing.forget(guild)
        self.rounds.forget(lambda place: isinstance(place, tuple) and place[0] == guild)

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
