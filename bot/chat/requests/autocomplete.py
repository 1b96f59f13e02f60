"""What is suggested while somebody types an option. Shared by every command that has it."""

from __future__ import annotations

from dataclasses import replace
from itertools import islice
from typing import TYPE_CHECKING, Any

from discord import app_commands

from ...errors import TooBusy
from ...search.autocomplete import complete
from ...search.holdings import quotes_of
from ...search.query import Query
from ...text import fold, shorten
from ..escaping import plain
from ..limits import CHOICE_NAME, CHOICES
from .weight import completes_quickly, finds_quickly

if TYPE_CHECKING:
    from collections.abc import Callable, Container, Iterable, Sequence

    import discord

    from ...bank.bank import Bank
    from ...bank.quote import Quote, Source
    from ...editions.edition import Edition
    from ...search.query import Completion

ABOUT_MOST = 300
"""Characters of a query that Discord lets a person type."""
NAME_MOST = 100
"""And of the name or the id of a speaker, a source or a style: as many as a suggestion may have."""
FIRST_YEAR, LAST_YEAR = 1900, 2100
ABOUT = "A topic, a word, a phrase you remember"
SPEAKER, YEAR, SOURCE = "Who said it", "When it was said", "Where it was published"
BETWEEN = " · "
"""What stands between the parts of a label."""


def _edition(interaction: discord.Interaction[Any]) -> Edition:
    edition: Edition = interaction.client.library.edition
    return edition


async def about(interaction: discord.Interaction[Any], typed: str) -> list[app_commands.Choice[str]]:
    """Topics with counts, and the quotes' own words."""
    index = _edition(interaction).index
    return await offered(interaction, typed, lambda: complete(index, typed, CHOICES))


async def offered(
    interaction: discord.Interaction[Any], typed: str, work: Callable[[], Sequence[Completion]]
) -> list[app_commands.Choice[str]]:
    """What `work` offers for what is typed, holding nobody up; nothing where there is no time for it."""
    client = interaction.client
    try:
        if completes_quickly(typed, _edition(interaction)):
            offers = work()
        else:
            until = client.gate.deadline_of(interaction.id)
            offers = await client.responder.heavily(work, until, interaction.user.id)
    except TooBusy:
        return []
    return [app_commands.Choice(name=plain(offer.label), value=offer.value) for offer in offers]


async def speaker(interaction: discord.Interaction[Any], typed: str) -> list[app_commands.Choice[str]]:
    """The speakers of what answers the other options; where none is called that, whoever there is."""
    edition = _edition(interaction)
    quotes = _answering(edition, replace(_asked(interaction), speaker=None))
    return _SPEAKERS.matching(typed, edition.bank, {quote.speaker.id for quote in quotes} if quotes else None)


async def source(interaction: discord.Interaction[Any], typed: str) -> list[app_commands.Choice[str]]:
    """The sources of what answers the other options; where none is called that, whichever there are."""
    edition = _edition(interaction)
    quotes = _answering(edition, replace(_asked(interaction), source=None))
    return _SOURCES.matching(typed, edition.bank, {quote.source.id for quote in quotes} if quotes else None)


async def year(interaction: discord.Interaction[Any], typed: int | str) -> list[app_commands.Choice[int]]:
    """The years of what answers the other options; where none looks like what is typed, all there are."""
    edition = _edition(interaction)
    quotes = _answering(edition, replace(_asked(interaction), first_year=None, last_year=None))
    years = sorted({quote.year for quote in quotes if quote.year}) or edition.index.dates.each_year()
    fitting = [known for known in years if str(typed or "") in str(known)] or years
    return [app_commands.Choice(name=str(known), value=known) for known in fitting[:CHOICES]]


def _asked(interaction: discord.Interaction[Any]) -> Query:
    """What stands in the options so far, of which any may be half typed."""
    named = interaction.namespace
    about, speaker, source = (
        said if isinstance(said, str) else None for said in (named.about, named.speaker, named.source)
    )
    year = named.year if isinstance(named.year, int) and FIRST_YEAR <= named.year <= LAST_YEAR else None
    return Query(about or "", speaker or None, source or None, year, year)


def _answering(edition: Edition, query: Query) -> Sequence[Quote]:
    """All that answers the other options; none where nothing stands in them, or where nobody can tell soon."""
    return quotes_of(edition.index, query) or () if finds_quickly(query.words, edition) else ()


def _parts(source: Source) -> tuple[str, ...]:
    when = source.said or source.published
    return tuple(filter(None, (str(when.first.year) if when else "", source.outlet, source.title or source.kind)))


class _Labels:
    """Labels of what a bank knows, folded once an edition: of thousands that takes too long for every letter typed."""

    def __init__(self, known: Callable[[Bank], Iterable[tuple[tuple[str, ...], str]]]) -> None:
        self._known = known
        self._key = ""
        self._folded: tuple[tuple[str, str, str], ...] = ()

    def matching(self, typed: str, bank: Bank, among: Container[str] | None = None) -> list[app_commands.Choice[str]]:
        """The first of them in which it stands, of those `among` which it may be; where there is none, of these any."""
        if bank.key != self._key:
            # A part is folded by itself: most are ASCII then, which is quick.
            self._folded = tuple(
                (BETWEEN.join(map(fold, parts)), BETWEEN.join(parts), value) for parts, value in self._known(bank)
            )
            self._key = bank.key
        wanted = fold(typed)
        there = [known for known in self._folded if among is None or known[2] in among]
        fitting = list(islice((known for known in there if wanted in known[0]), CHOICES)) or there[:CHOICES]
        return [
            app_commands.Choice(name=shorten(plain(label), CHOICE_NAME), value=value) for _, label, value in fitting
        ]


_SPEAKERS = _Labels(lambda bank: (((speaker.name,), speaker.id) for speaker in bank.speakers))
_SOURCES = _Labels(lambda bank: ((_parts(source), source.id) for source in bank.sources))
