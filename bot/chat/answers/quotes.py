"""One quote that answers a query: all that answer equally well go round in a channel before one repeats."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from ...card import found_line, plain_card
from ...errors import LogUnavailable
from ...search.pick import Pick, Rounds
from ...search.query import Query
from ...text import fold
from ..acts.saved_query import shortened
from ..deadline import waiting_for_log
from ..serving.reply import Reply, Result
from ..ui import cards
from .finding import HITS, find, miss

if TYPE_CHECKING:
    import random

    from ...card import Card
    from ...editions.edition import Edition
    from ...search.query import Found
    from ...store.store import Store
    from ..requests.request import Request
    from ..serving.reply import Aside, Maker

LATELY = 2 * HITS
"""Uses of one round read back from the log when the bot has just started."""
UNDER_A_MESSAGE = ("mention", "keyword")
"""Ways of asking that everybody sees the answer of."""
DRAWN = 4096
"""Cards kept drawn: what a card says of its quote does not change within an edition."""


class Quotes:
    """Gives quotes, and knows how far each channel's rounds have come. Chance is an argument."""

    def __init__(self, store: Store, rng: random.Random) -> None:
        self._store = store
        self._rng = rng
        self._rounds = Rounds()
        self._rounds_alone = Rounds()
        self._drawn_of: Edition | None = None
        self._drawn: dict[str, Card] = {}

    def about(
        self,
        query: Query,
        request: Request,
        *,
        skip: str | None = None,
        trigger: str | None = None,
        before: str | None = None,
    ) -> Maker:
        """A quote that answers a query, or what there is instead.

        `skip` is the quote shown now, which another is wanted for, and `before` the same where it takes its place;
        `trigger` is the phrase that called for a keyword reply, which is shown and logged instead of the message.
        """

        async def make(edition: Edition, aside: Aside) -> Reply:
            found = await find(edition, query, HITS, aside)
            pick = await self._pick(found, request, skip)
            words = fold(trigger if trigger is not None else query.words)
            if pick is None:
                nothing = Result(found.key, None, found=False, words=words)
                brief = request.entry_point in UNDER_A_MESSAGE
                return replace(miss(query, found, edition, private=request.alone, brief=brief), use=nothing)
            card = self._draw(edition, found, pick)
            saved_query = shortened(query, found.key)
            view = cards.answer(card, saved_query=saved_query, note=found.note, trigger=trigger, before=before)
            return Reply(view, Result(found.key, card.quote_id, words=words))

        return make

    def shown(self, quote: str, query: Query, trigger: str | None = None) -> Maker:
        """A quote that was shown for a query, as it was; it counts as no use."""

        async def make(edition: Edition, aside: Aside) -> Reply:
            found = await find(edition, query, HITS, aside)
            if not any(hit.quote.id == quote for hit in found.hits):  # the bank changed meanwhile
                found = edition.index.find(Query(f"quote:{quote}"), 1)
            hit = next((hit for hit in found.hits if hit.quote.id == quote), None)
            if hit is None:
                return Reply(content=cards.GONE, private=True)
            card = self._draw(edition, found, Pick(hit, 0, 0))
            view = cards.answer(card, saved_query=shortened(query, found.key), note=found.note, trigger=trigger)
            return Reply(view)

        return make

    def forget(self, guild: int) -> None:
        """Remember nothing of how far a server's rounds have come."""
        self._rounds.forget(lambda place: isinstance(place, tuple) and place[0] == guild)

    async def _pick(self, found: Found, request: Request, skip: str | None) -> Pick | None:
        """The next of the channel's round; of what is not written, of a round of the person's own, in memory alone.

        How far a round has come is told to everybody in the channel, so what nobody else may know is not in it.
        """
        if not found.hits:
            return None
        if request.unwritten:
            # What others could see goes round apart from what they could not.
            own = (request.person or request.id, 0 if request.alone else request.channel)
            return self._rounds_alone.pick(found, own, (), self._rng, skip=skip)
        lately: list[str] = []
        place = (request.guild, request.channel)
        if found.equals > 1 and self._rounds.needs_seed(place, found.key):
            try:
                with waiting_for_log():
                    lately = await self._store.recent_quotes(request.channel, found.key, LATELY)
            except LogUnavailable:
                lately = []
        return self._rounds.pick(found, place, lately, self._rng, skip=skip)

    def _draw(self, edition: Edition, found: Found, pick: Pick) -> Card:
        if self._drawn_of is not edition:
            self._drawn_of, self._drawn = edition, {}
        quote = pick.hit.quote
        if quote.id not in self._drawn:
            if len(self._drawn) >= DRAWN:
                self._drawn.clear()
            self._drawn[quote.id] = plain_card(quote)
        # The best answer alone is not "1 of" anything; nor is what is shown again.
        goes_round = pick.position > 0 and (found.equals > 1 or pick.position > 1)
        line = found_line(
            quote,
            hit=pick.hit,
            corrections=found.corrections,
            position=pick.position if goes_round else None,
            total=pick.total,
            proved=quote.source.id in edition.bank.fingerprints,
        )
        return replace(self._drawn[quote.id], found=line)
