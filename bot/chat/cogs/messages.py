"""Messages: a mention asks for a quote, and so may a trigger phrase in a channel that opted in."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

import discord
from discord.ext import commands

from ...search.query import Query
from ...store.records import place_of
from .. import faults
from ..answers import browsing
from ..answers.checks import check
from ..answers.finding import hits
from ..answers.statistics import statistics
from ..answers.timelines import timeline
from ..requests.mentions import read_mention
from ..requests.message_text import text_of
from ..requests.request import Request
from ..serving.destinations import reply_under
from ..serving.reply import Reply, drawn
from ..ui import cards

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from ...keywords.triggers import Match
    from ...search.indexing.inverted_index import InvertedIndex
    from ...store.records import EntryPoint
    from ..client import Quoth
    from ..requests.mentions import MentionRequest
    from ..serving.reply import Maker, Send

WHAT_TO_CHECK = (
    "Write the quotation after “verify”, use /verify, or right-click the message: Apps, Check this quote. "
    "Other people's messages I can read only there."
)
SLASH = {
    "search": "/search lists every quote that answers.",
    "timeline": "/timeline shows how a line moved; say of what: a topic, a word.",
    "cite": "The button Cite gives the citation; /cite a topic's quotes as a file.",
}
"""What is said below a quote where a slash command does more of what was asked for."""
WITH_WORDS: dict[str, Callable[[Query], Maker]] = {
    "search": partial(hits, brief=True),
    "timeline": partial(timeline, brief=True),
}
"""What is made of words by a command that is more than one quote."""
WRITTEN_BY_PEOPLE = (discord.MessageType.default, discord.MessageType.reply)


class Messages(commands.Cog):
    """Read the messages that are for us, and no others."""

    def __init__(self, client: Quoth) -> None:
        self.client = client

    async def read(self, message: discord.Message) -> None:
        """A mention or a direct message first, then the keywords. Never a system message, nor what stands where nothing
        can be said (a forum itself, a category).

        What the gate did not take for a message to us is none, whatever we make of it; a bot's or a webhook's never is.
        """
        if message.type not in WRITTEN_BY_PEOPLE:
            return
        user = self.client.user
        if user is None or not message.content or not self.client.gate.let_in(message.id):
            return
        place: object = message.channel  # discord.py says that it is one, and does not look
        if not isinstance(place, discord.abc.Messageable):
            return
        content = message.content if server_of(message) else f"{user.mention} {message.content}"
        content = _with_mention(content, user)
        if f"{user.id}>" in content:
            try:
                known = _Words(self.client.library.edition.index.inverted)
                mention = read_mention(content, user.id, known)
                if mention is not None:
                    await self._answer_mention(message, mention)
                    return
            except Exception as error:  # noqa: BLE001  the one place where a mention's errors end
                await faults.tell_under(message, error, self.client.log_limiter)
                return
        await self._look_for_keyword(message)

    async def _answer_mention(self, message: discord.Message, mention: MentionRequest) -> None:
        text = _pasted(message, mention) if mention.command == "verify" else mention.words
        if self.client.gate.weighs(message.id, mention.command, text):
            await self._in_turn(message, lambda: self._mentioned(message, mention, text))

    async def _look_for_keyword(self, message: discord.Message) -> None:
        now, moment = self.client.now(), self.client.clock()
        match = self.client.keywords.call(message.channel.id, message.content, now, moment)
        if match is None:
            return
        replied = False

        async def reply() -> None:
            nonlocal replied
            await self._called(message, match)
            replied = True

        try:
            await self._in_turn(message, reply)
        except Exception as error:  # noqa: BLE001  and a keyword's: nobody asked, so nobody is told
            faults.note(error, faults.new_code(), self.client.log_limiter)
        finally:
            if not replied:  # a reply that fails, or gets no turn, is none, and its topic does not rest for it
                self.client.keywords.take_back(message.channel.id, match)

    async def _in_turn(self, message: discord.Message, go: Callable[[], Awaitable[None]]) -> None:
        with self.client.responder.working():
            async with self.client.gate.turn(message.id, _nothing) as mine:
                if mine:
                    await go()

    async def _called(self, message: discord.Message, match: Match) -> None:
        """Reply to a keyword."""
        query = Query(words=f"topic:{match.topic.id}")
        request = self._request(message, "keyword")
        make = self.client.quotes.about(query, request, trigger=match.trigger)
        await self.client.serve(reply_under(message, self.client), request, make)

    async def _mentioned(self, message: discord.Message, mention: MentionRequest, text: str) -> None:
        request, send = self._request(message, "mention"), reply_under(message, self.client)
        if (line := SLASH.get(mention.command)) and not (mention.words and mention.command in WITH_WORDS):
            send = _with_line(send, line)
        await self.client.serve(send, request, self._answer(request, mention, text))

    def _answer(self, request: Request, mention: MentionRequest, text: str) -> Maker:  # noqa: PLR0911  a table of commands
        """What answers a mention. Where a command needs words and there are none, any quote."""
        if make := WITH_WORDS.get(mention.command if mention.words else ""):
            return make(Query(words=mention.words))
        match mention.command:
            case "topics":
                return browsing.topics()
            case "sources":
                return browsing.sources()
            case "help":
                return browsing.guide(self.client.tree.get_commands(), self.client.settings.retention_days)
            case "about":
                return browsing.about(self.client.settings.retention_days)
            case "stats":  # as everybody may see them: without what found nothing
                place = place_of(request.guild, request.channel)
                return statistics(self.client.store, request, self.client.settings.stats_days, place)
            case "verify":
                return check(text) if text else drawn(lambda _: Reply(cards.notice(WHAT_TO_CHECK)))
            case _:
                return self.client.quotes.about(Query(words=mention.words), request)

    def _request(self, message: discord.Message, entry_point: EntryPoint) -> Request:
        guild = self._server(message)
        return Request(
            id=message.id,
            entry_point=entry_point,
            guild=guild,
            channel=message.channel.id,
            began=self.client.clock(),
            person=message.author.id,
            deadline=self.client.gate.deadline_of(message.id),
            outside=guild is None and server_of(message) is not None,
        )

    def _server(self, message: discord.Message) -> int | None:
        """The server a message was written in, while the bot is in it: nothing is kept of one that was left."""
        guild = server_of(message)
        return guild if guild in self.client.servers else None


def server_of(message: discord.Message) -> int | None:
    """The server a message was written in, be it one that we do not know; None for a direct message."""
    return message.guild.id if message.guild else getattr(message.channel, "guild_id", None)


def _pasted(message: discord.Message, mention: MentionRequest) -> str:
    """What to check: the words after the command, or the message that this one replies to."""
    meant = message.reference.resolved if message.reference else None
    return mention.words or (text_of(meant) if isinstance(meant, discord.Message) else "")


async def _nothing(_sentence: str) -> None:
    """A message has no private answer."""


@dataclass(frozen=True, slots=True)
class _Words:
    """The words of a bank, which are never taken for misspelt commands."""

    known: InvertedIndex

    def __contains__(self, word: object) -> bool:
        return isinstance(word, str) and self.known.holds(word)


def _with_line(send: Send, line: str) -> Send:
    """The same place, with a quiet line below what is sent there."""

    async def sending(reply: Reply) -> None:
        if reply.view is not None:
            reply.view.add_item(cards.text(f"-# {line}"))
        await send(reply)

    return sending


def _with_mention(content: str, user: discord.ClientUser) -> str:
    """A message that begins with the bot's name as plain text (`@Quoth russia`), as the mention it was meant to be."""
    for name in (user.display_name, user.name):
        if content[: len(name) + 1].casefold() == f"@{name}".casefold():
            return f"{user.mention} {content[len(name) + 1 :]}"
    return content
