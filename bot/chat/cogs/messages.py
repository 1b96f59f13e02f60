"""Messages: a mention asks for a quote, and so may a trigger phrase in a channel that opted in."""

from __future__ import annotations

from typing import TYPE_CHECKING

import discord
from discord.ext import commands

from bot import __version__
from bot.chat import faults
from bot.chat.answers import Asked
from bot.chat.mentions import read_mention
from bot.chat.replies import reply_under
from bot.chat.ui import panels
from bot.search.query import Query

if TYPE_CHECKING:
    from bot.chat.client import Quoth
    from bot.chat.mentions import Request
    from bot.store.records import Way

WRITTEN_BY_PEOPLE = (discord.MessageType.default, discord.MessageType.reply)


class Messages(commands.Cog):
    """Read the messages that are for us, and no others."""

    def __init__(self, client: Quoth) -> None:
        self.client = client

    @commands.Cog.listener()
    async def on_message(self, message: discord.Message) -> None:
        """A mention first, then the keywords. Never a bot, a webhook or a system message."""
        if message.author.bot or message.webhook_id or message.type not in WRITTEN_BY_PEOPLE:
            return
        user = self.client.user
        if user is None or not message.content:
            return
        request = read_mention(_with_mention(message.content, user), user.id)
        if request is not None:
            try:
                await self._mentioned(message, request)
            except Exception as error:  # noqa: BLE001  the one place where a mention's errors end
                await faults.tell_under(message, error)
            return
        match = self.client.keywords.call(message.channel.id, message.content, self.client.answers.now())
        if match is not None:
            query = Query(words=f"topic:{match.topic.id}")
            await self.client.answers.give(
                reply_under(message), query, self._asked(message, "keyword"), trigger=match.trigger
            )

    async def _mentioned(self, message: discord.Message, request: Request) -> None:
        answers = self.client.answers
        bank, send = answers.library.edition.bank, reply_under(message)
        match request.command:
            case "topics":
                await send(panels.topics(bank, accent=answers.accent), private=False)
            case "sources":
                await send(panels.sources(bank, accent=answers.accent), private=False)
            case "about" | "help":
                await send(panels.about(bank, version=__version__, accent=answers.accent), private=False)
            case "stats" if message.guild:
                report = await answers.store.report(self.client.settings.stats_days, message.guild.id)
                await send(panels.stats(report, bank, accent=answers.accent), private=False)
            case _:
                await answers.give(send, Query(words=request.words), self._asked(message, "mention"))

    def _asked(self, message: discord.Message, way: Way) -> Asked:
        return Asked(
            id=message.id,
            way=way,
            guild=message.guild.id if message.guild else None,
            channel=message.channel.id,
            began=self.client.answers.clock(),
        )


def _with_mention(content: str, user: discord.ClientUser) -> str:
    """A message that begins with the bot's name as plain text (`@Quoth russia`), as the mention it was meant to be."""
    for name in (user.display_name, user.name):
        if content[: len(name) + 1].casefold() == f"@{name}".casefold():
            return f"{user.mention} {content[len(name) + 1 :]}"
    return content
