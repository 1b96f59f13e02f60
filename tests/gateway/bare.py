"""A bare bot, to try the stand-in itself: one command, `/ping`."""

import asyncio
import os
import sys

import discord
from discord import app_commands


class Bare(discord.Client):
    def __init__(self) -> None:
        intents = discord.Intents.default()
        intents.message_content = bool(os.environ.get("WANT_CONTENT"))
        super().__init__(intents=intents)
        self.tree = app_commands.CommandTree(self)

    async def setup_hook(self) -> None:
        @self.tree.command(name="ping", description="Answer.")
        async def ping(interaction: discord.Interaction, word: str) -> None:
            sent = await interaction.response.send_message(f"pong {word} in {interaction.guild}")
            sys.stdout.write(f"sent {sent.message_id}\n")
            if word == "stop":
                await self.close()

        await self.tree.sync()

    async def on_resumed(self) -> None:
        sys.stdout.write("resumed\n")

    async def on_message(self, message: discord.Message) -> None:
        if self.user in message.mentions:
            await message.reply("pong")


async def main() -> None:
    async with Bare() as bot:
        await bot.start(os.environ["QUOTH_TOKEN"])


asyncio.run(main())
