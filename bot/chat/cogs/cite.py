"""`/cite`: a citation of one quote, or a reading pack of all that answer."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from discord import app_commands
from discord.ext import commands

from ...search.autocomplete import of_quote
from ...search.query import Query
from ...text import words
from ..answers.reading_packs import cite_all, cite_best
from ..limits import CHOICES
from ..requests import autocomplete
from ..requests.request import Request
from ..serving.destinations import reply_to

if TYPE_CHECKING:
    import discord

    from ...bank.citation import Style
    from ...search.query import Completion
    from ..client import Quoth

NOTHING = (
    "Say what to cite: `quote` is one quote, offered by its words while you type; `about` is a topic, whose quotes "
    "come as a file."
)
NO_STYLE = "That is none of the styles I know: {}. Choose one while you type."


async def _quotes(interaction: discord.Interaction[Any], typed: str) -> list[app_commands.Choice[str]]:
    """Quotes by their words; the first of the bank where nothing is typed."""
    index = interaction.client.library.edition.index

    def found() -> list[Completion]:
        hits = index.find(Query(typed), CHOICES, typing=bool(typed.strip())).hits
        return [of_quote(hit.quote) for hit in hits]

    return await autocomplete.offered(interaction, typed, found)


async def _styles(_interaction: discord.Interaction[Any], typed: str) -> list[app_commands.Choice[str]]:
    """The styles there are."""
    return [app_commands.Choice(name=style.label, value=style.id) for style in styles_like(typed)]


def styles_like(typed: str) -> list[Style]:
    """The styles whose name or id holds what is typed, its last word perhaps half; one that is called that, alone.

    First those that begin with it.
    """
    from ...bank.citation import STYLES  # noqa: PLC0415  loaded when somebody first cites, not at every start

    wanted = words(typed)
    named = {style: (words(style.id), words(style.label)) for style in STYLES.values()}
    exactly = [style for style, names in named.items() if wanted in names]
    held = [style for style, names in named.items() if any(_begins(wanted, name) for name in names)]
    begun = "".join(wanted)
    return exactly or sorted(held, key=lambda style: not any("".join(name).startswith(begun) for name in named[style]))


def _begins(typed: list[str], name: list[str]) -> bool:
    """Whether all typed words are a name's, the last of them as far as it is typed."""
    return set(typed[:-1]) <= set(name) and any(word.startswith("".join(typed[-1:])) for word in name)


class Cite(commands.Cog):
    """Cite a quote or a topic."""

    def __init__(self, client: Quoth) -> None:
        self.client = client

    @app_commands.command(name="cite", description="Cite a quote, or a topic's quotes as a file, for you alone")
    @app_commands.describe(
        quote="One quote: words you remember of it",
        about="A topic, a word: all its quotes as a reading pack",
        style="How to cite: APA, MLA, Chicago, BibTeX …",
    )
    @app_commands.autocomplete(quote=_quotes, about=autocomplete.about, style=_styles)
    @app_commands.allowed_installs(guilds=True, users=True)
    @app_commands.allowed_contexts(guilds=True, dms=True, private_channels=True)
    async def cite(
        self,
        interaction: discord.Interaction[Any],
        quote: app_commands.Range[str, 1, autocomplete.ABOUT_MOST] | None = None,
        about: app_commands.Range[str, 1, autocomplete.ABOUT_MOST] | None = None,
        style: app_commands.Range[str, 1, autocomplete.NAME_MOST] | None = None,
    ) -> None:
        """Read the options into a query and hand it on."""
        asked_for = quote or about
        chosen = styles_like(style) if style else []
        if not asked_for or (style and len(chosen) != 1):
            said = NO_STYLE.format(", ".join(known.label for known in styles_like(""))) if asked_for else NOTHING
            await interaction.response.send_message(said, ephemeral=True)
            return
        cite, name = cite_best if quote else cite_all, chosen[0].id if chosen else None
        make = cite(Query(words=asked_for), name)
        await self.client.serve(reply_to(interaction), Request.of(interaction, "slash", private=True), make)
