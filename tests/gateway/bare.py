"""A bare bot, to try the stand-in itself: one command, `/ping`. With KEEP_IN it first brings a line to that file."""

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
        self.kept = os.open(os.environ["KEEP_IN"], os.O_WRONLY | os.O_CREAT) if os.environ.get("KEEP_IN") else None
        self.lines = 0

    def keep(self, word: str) -> None:
        """Bring a line to the disk, over and over into the same megabyte."""
        os.pwrite(self.kept, f"{word:4095}\n".encode(), self.lines % 256 * 4096)
        self.lines += 1
        getattr(os, "fdatasync", os.fsync)(self.kept)

    async def setup_hook(self) -> None:
        @self.tree.command(name="ping", description="Answer.")
        async def ping(interaction: discord.Interaction, word: str) -> None:
            if self.kept is not None:
                await asyncio.to_thread(self.keep, word)
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
