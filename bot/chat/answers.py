"""Find, pick, log, show: one way for a slash command, a mention, a keyword, a button and a menu alike."""

from __future__ import annotations

import asyncio
import time
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, Protocol

from bot.card import found_line, plain_card
from bot.chat.again import pack
from bot.chat.ui import cards, results
from bot.chat.words import Sharing
from bot.errors import LogUnavailable
from bot.search.pick import Pick
from bot.store.records import Use
from bot.text import fold, shorten

if TYPE_CHECKING:
    import random
    from collections.abc import Callable, Iterator
    from datetime import datetime

    import discord

    from bot.card import Card
    from bot.library import Edition, Library
    from bot.search.pick import Rounds
    from bot.search.query import Found, Query
    from bot.store.records import Way
    from bot.store.store import Store

QUERY_KEPT = 200
"""Characters of a folded query that the log keeps."""
ROUND = 1000
"""Quotes one round goes through at most."""
LATELY = 2 * ROUND
"""Uses of one round read back from the log when the bot has just started."""

DRAWN = 4096
"""Cards kept drawn: what a card says of its quote does not change within an edition."""


class Send(Protocol):
    """The place a reply goes."""

    async def __call__(self, view: discord.ui.LayoutView, *, private: bool) -> None: ...


@dataclass(frozen=True, slots=True)
class Asked:
    """Facts of one request. `id` is Discord's id of the interaction or message; `began` is a clock reading.

    `private` is answered to the asker alone; `apart` was asked where nobody else saw it. `person` is the member's id,
    for counting who asked the same: in memory only, never logged or stored.
    """

    id: int
    way: Way
    guild: int | None
    channel: int
    began: float
    private: bool = False
    apart: bool = False
    person: int | None = field(default=None, repr=False)

    @classmethod
    def by(cls, interaction: discord.Interaction[Any], way: Way, began: float, *, private: bool = False) -> Asked:
        """The facts of an interaction."""
        return cls(
            id=interaction.id,
            way=way,
            guild=interaction.guild_id,
            channel=interaction.channel_id or 0,
            began=began,
            private=private,
            apart=_apart(interaction),
            person=interaction.user.id,
        )

    @property
    def unwritten(self) -> bool:
        """Whether its words, and the key made of them, are never written: asked of the bot alone, or outside a server.

        In doubt they are not.
        """
        return self.private or self.apart or self.guild is None or self.way == "menu"


def _apart(interaction: discord.Interaction[Any]) -> bool:
    """Whether nobody else saw it: under a message for one person, or by an app that only that person installed."""
    shown_to_one = interaction.message is not None and interaction.message.flags.ephemeral
    own_app = interaction.is_user_integration() and not interaction.is_guild_integration()
    return shown_to_one or own_app


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
        self.rng = rng
        self.now = now
        self.accent = accent
        self.log_wait = log_wait
        self.clock = clock
        self.sharing = Sharing(clock)
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
        with self.working():
            edition = self.library.edition
            found = edition.index.find(query, ROUND)
            pick = await self._pick(found, asked.channel, skip)
            words = fold(trigger if trigger is not None else query.words)[:QUERY_KEPT]
            await self.store.record(self._use(words, found, pick, asked, edition), wait=self.log_wait)
            if pick is None:
                await send(self.miss_card(query, found), private=True)
                return False
            card = self._draw(edition, found, pick)
            view = cards.answer(
                card, again=pack(query, found.key), accent=self.accent, note=found.note, trigger=trigger
            )
            await send(view, private=asked.private)
            return True

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
        with self.working():
            edition = self.library.edition
            found = edition.index.find(query, ROUND)
            if not turning:
                await self.note(found, asked, edition)
            if not found.hits:
                await send(self.miss_card(query, found, private=True), private=True)
                return
            view = results.results(found, page, packed=pack(query), accent=self.accent)
            await send(view, private=asked.private)

    async def note(self, found: Found, asked: Asked, edition: Edition) -> None:
        """Keep in the log that something was asked: a use where quotes answer it, else a miss."""
        first = Pick(found.hits[0], 1, len(found.hits)) if found.hits else None
        use = self._use(fold(found.query.words)[:QUERY_KEPT], found, first, asked, edition)
        await self.store.record(use, wait=self.log_wait)

    def miss_card(self, query: Query, found: Found, *, private: bool = False) -> discord.ui.LayoutView:
        """That nothing was found, and what there is."""
        return cards.miss(query, found, self.library.edition.bank, accent=self.accent, private=private)

    async def _pick(self, found: Found, channel: int, skip: str | None) -> Pick | None:
        if not found.hits:
            return None
        lately: list[str] = []
        if found.equals > 1 and self.rounds.needs_seed(channel, found.key):
            try:
                lately = await self.store.lately(channel, found.key, LATELY)
            except LogUnavailable:
                lately = []
        return self.rounds.pick(found, channel, lately, self.rng, skip=skip)

    def _use(self, words: str, found: Found, pick: Pick | None, asked: Asked, edition: Edition) -> Use:
        query, key = ("", "") if asked.unwritten else (shorten(words, QUERY_KEPT), found.key)
        return Use(
            asked=asked.id,
            time=self.now(),
            guild=asked.guild,
            channel=asked.channel,
            way=asked.way,
            query=query,
            key=key,
            found=pick is not None,
            quote=pick.hit.quote.id if pick else None,
            edition=edition.bank.edition,
            duration=(self.clock() - asked.began) * 1000,
            # Both together: a key may hold what one of them alone typed besides.
            shared=bool(query) and self.sharing.asked(asked.guild, f"{query}\n{key}", asked.person),
        )

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
