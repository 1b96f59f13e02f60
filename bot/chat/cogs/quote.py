"""`/quote`: the main thing."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from discord import app_commands
from discord.ext import commands

from bot.chat.answers import Asked
from bot.chat.limits import CHOICE_NAME, CHOICES
from bot.chat.replies import reply_to
from bot.search.query import Query
from bot.search.suggest import complete
from bot.text import fold, shorten

if TYPE_CHECKING:
    import discord

    from bot.chat.client import Quoth

ABOUT_MOST = 300
FIRST_YEAR, LAST_YEAR = 1900, 2100


class QuoteCommand(commands.Cog):
    """Answer a query with a sourced quote."""

    def __init__(self, client: Quoth) -> None:
        self.client = client

    @app_commands.command(name="quote", description="A sourced quote, word for word: about anything, or any at all")
    @app_commands.describe(
        about="A topic, a word, a phrase you remember; leave it out for any quote",
        speaker="Who said it",
        year="When it was said",
        source="Where it was published",
        private="Show the answer to you alone",
    )
    async def quote(
        self,
        interaction: discord.Interaction[Any],
        about: app_commands.Range[str, 1, ABOUT_MOST] | None = None,
        speaker: str | None = None,
        year: app_commands.Range[int, FIRST_YEAR, LAST_YEAR] | None = None,
        source: str | None = None,
        private: bool = False,
    ) -> None:
        """Read the options into a query and hand it on."""
        answers = self.client.answers
        asked = Asked(
            id=interaction.id,
            way="slash",
            guild=interaction.guild_id,
            channel=interaction.channel_id or 0,
            began=answers.clock(),
            private=private,
        )
        query = Query(words=about or "", speaker=speaker, source=source, first_year=year, last_year=year)
        await answers.give(reply_to(interaction), query, asked)

    @quote.autocomplete("about")
    async def suggest_about(self, _: discord.Interaction[Any], typed: str) -> list[app_commands.Choice[str]]:
        """Topics with counts, and the quotes' own words."""
        index = self.client.answers.library.edition.index
        return [app_commands.Choice(name=one.label, value=one.value) for one in complete(index, typed, CHOICES)]

    @quote.autocomplete("speaker")
    async def suggest_speaker(self, _: discord.Interaction[Any], typed: str) -> list[app_commands.Choice[str]]:
        """The speakers of the bank."""
        bank = self.client.answers.library.edition.bank
        return _matching(typed, ((speaker.name, speaker.id) for speaker in bank.speakers))

    @quote.autocomplete("source")
    async def suggest_source(self, _: discord.Interaction[Any], typed: str) -> list[app_commands.Choice[str]]:
        """The sources of the bank."""
        bank = self.client.answers.library.edition.bank
        return _matching(
            typed,
            (
                (
                    f"{source.outlet} {source.said.first.year if source.said else ''} · {source.title or source.kind}",
                    source.id,
                )
                for source in bank.sources
            ),
        )

    @quote.autocomplete("year")
    async def suggest_year(self, _: discord.Interaction[Any], typed: int | str) -> list[app_commands.Choice[int]]:
        """The years something was said in."""
        years = sorted({quote.year for quote in self.client.answers.library.edition.bank.quotes if quote.year})
        return [app_commands.Choice(name=str(year), value=year) for year in years if str(typed or "") in str(year)][
            :CHOICES
        ]


def _matching(typed: str, known: Any) -> list[app_commands.Choice[str]]:
    wanted = fold(typed)
    return [
        app_commands.Choice(name=shorten(label, CHOICE_NAME), value=value)
        for label, value in known
        if wanted in fold(label)
    ][:CHOICES]
