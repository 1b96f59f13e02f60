"""What is suggested while somebody types an option. Shared by every command that has it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from discord import app_commands

from bot.chat.answers import is_light
from bot.chat.limits import CHOICE_NAME, CHOICES, plain
from bot.errors import TooBusy
from bot.search.suggest import complete
from bot.text import fold, shorten

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    import discord

    from bot.bank.quote import Source
    from bot.library import Edition
    from bot.search.query import Completion

ABOUT_MOST = 300
"""Characters of a query that Discord lets a person type."""
NAME_MOST = 100
"""And of the name or the id of a speaker, a source or a style: as many as a suggestion may have."""
FIRST_YEAR, LAST_YEAR = 1900, 2100
ABOUT = "A topic, a word, a phrase you remember"
SPEAKER, YEAR, SOURCE = "Who said it", "When it was said", "Where it was published"


def _edition(interaction: discord.Interaction[Any]) -> Edition:
    edition: Edition = interaction.client.answers.library.edition
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
        if is_light(typed, _edition(interaction)):
            offers = work()
        else:
            until = client.gate.deadline_of(interaction.id)
            offers = await client.answers.heavy.do(work, until, interaction.user.id)
    except TooBusy:
        return []
    return [app_commands.Choice(name=plain(one.label), value=one.value) for one in offers]


async def speaker(interaction: discord.Interaction[Any], typed: str) -> list[app_commands.Choice[str]]:
    """The speakers of the bank."""
    return _matching(typed, ((one.name, one.id) for one in _edition(interaction).bank.speakers))


async def source(interaction: discord.Interaction[Any], typed: str) -> list[app_commands.Choice[str]]:
    """The sources of the bank."""
    return _matching(typed, ((_label(one), one.id) for one in _edition(interaction).bank.sources))


async def year(interaction: discord.Interaction[Any], typed: int | str) -> list[app_commands.Choice[int]]:
    """The years something was said in."""
    years = _edition(interaction).index.dates.each_year()
    return [app_commands.Choice(name=str(one), value=one) for one in years if str(typed or "") in str(one)][:CHOICES]


def _label(source: Source) -> str:
    when = source.said or source.published
    return " · ".join(filter(None, (str(when.first.year) if when else "", source.outlet, source.title or source.kind)))


def _matching(typed: str, known: Iterable[tuple[str, str]]) -> list[app_commands.Choice[str]]:
    wanted = fold(typed)
    return [
        app_commands.Choice(name=shorten(plain(label), CHOICE_NAME), value=value)
        for label, value in known
        if wanted in fold(label)
    ][:CHOICES]
