"""The forms people fill in."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import discord

from bot.chat import faults
from bot.errors import LogUnavailable
from bot.store.records import Complaint

if TYPE_CHECKING:
    from bot.chat.answers import Answers

WRITTEN = 500
"""Characters a person may write about a problem."""


class ProblemForm(discord.ui.Modal):
    """What is wrong with a quote? Kept for the people who look after the bank, without a name."""

    wrong: discord.ui.TextInput[Any] = discord.ui.TextInput(
        custom_id="wrong",
        label="What is wrong with this quote?",
        style=discord.TextStyle.paragraph,
        placeholder="A word differs from the article; the date is wrong; the topic does not fit …",
        min_length=3,
        max_length=WRITTEN,
    )

    def __init__(self, quote_id: str, answers: Answers) -> None:
        super().__init__(title="Report a problem", timeout=900)
        self.quote_id = quote_id
        self.answers = answers

    async def on_submit(self, interaction: discord.Interaction[Any], /) -> None:
        """Keep what was written."""
        complaint = Complaint(
            time=self.answers.now(),
            guild=interaction.guild_id,
            quote=self.quote_id,
            edition=self.answers.library.edition.bank.edition,
            text=self.wrong.value[:WRITTEN],
        )
        try:
            await self.answers.store.complain(complaint)
            said = "Thank you. The people who look after the bank will see it; your name is not kept."
        except LogUnavailable:
            said = "I could not keep that just now: my memory is unavailable. Please try again later."
        await interaction.response.send_message(said, ephemeral=True)

    async def on_error(self, interaction: discord.Interaction[Any], error: Exception, /) -> None:  # type: ignore[override]  # a form has no item, as in discord.ui.Modal
        """End an error of the form."""
        await faults.tell(interaction, error)
