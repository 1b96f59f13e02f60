"""What is suggested while somebody types an option. Shared by every command that has it."""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING, Any

from discord import app_commands

from ...errors import TooBusy
from ...search.autocomplete import complete
from ...text import fold, shorten
from ..escaping import plain
from ..limits import CHOICE_NAME, CHOICES
from .weight import completes_quickly

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    import discord

    from ...bank.bank import Bank
    from ...bank.quote import Source
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
    """The speakers of the bank."""
    return _SPEAKERS.matching(typed, _edition(interaction).bank)


async def source(interaction: discord.Interaction[Any], typed: str) -> list[app_commands.Choice[str]]:
    """The sources of the bank."""
    return _SOURCES.matching(typed, _edition(interaction).bank)


async def year(interaction: discord.Interaction[Any], typed: int | str) -> list[app_commands.Choice[int]]:
    """The years something was said in."""
    years = _edition(interaction).index.dates.each_year()
    fitting = [known for known in years if str(typed or "") in str(known)]
    return [app_commands.Choice(name=str(known), value=known) for known in fitting[:CHOICES]]


def _parts(source: Source) -> tuple[str, ...]:
    when = source.said or source.published
    return tuple(filter(None, (str(when.first.year) if when else "", source.outlet, source.title or source.kind)))


class _Labels:
    """Labels of what a bank knows, folded once an edition: of thousands that takes too long for every letter typed."""

    def __init__(self, known: Callable[[Bank], Iterable[tuple[tuple[str, ...], str]]]) -> None:
        self._known = known
        self._key = ""
        self._folded: tuple[tuple[str, str, str], ...] = ()

    def matching(self, typed: str, bank: Bank) -> list[app_commands.Choice[str]]:
        """The first of them in which it stands."""
        if bank.key != self._key:
            # A part is folded by itself: most are ASCII then, which is quick.
            self._folded = tuple(
                (BETWEEN.join(map(fold, parts)), BETWEEN.join(parts), value) for parts, value in self._known(bank)
            )
            self._key = bank.key
        wanted = fold(typed)
        found = ((label, value) for folded, label, value in self._folded if wanted in folded)
        return [
            app_commands.Choice(name=shorten(plain(label), CHOICE_NAME), value=value)
            for label, value in islice(found, CHOICES)
        ]


_SPEAKERS = _Labels(lambda bank: (((speaker.name,), speaker.id) for speaker in bank.speakers))
_SOURCES = _Labels(lambda bank: ((_parts(source), source.id) for source in bank.sources))
