"""Checking what somebody pasted, and finding quotes for what somebody wrote: log, then show."""

from __future__ import annotations

from threading import Event
from typing import TYPE_CHECKING, Any

from bot.chat.acts.saved_query import pack
from bot.chat.ui import hit_list as results
from bot.text import is_longer

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    import discord

    from bot.chat.requests.request import Asked
    from bot.chat.serving.responder import Answers, Send
    from bot.library import Edition
    from bot.search.checking.verdict import Verdict

FOUND = 5
"""Quotes shown for a message: one page of them."""
SHORT, SMALL = 300, 1000
"""Characters of a text, and quotes of a bank, up to which checking takes a few milliseconds."""
_LOADED = Event()
"""Set when that was loaded to the end: `sys.modules` names a module already while another thread loads it."""


def is_light(text: str, edition: Edition) -> bool:
    """Whether checking this text holds nobody up."""
    return len(edition.bank.quotes) <= SMALL and not is_longer(text, SHORT)


async def check(answers: Answers, send: Send, text: str, asked: Asked, *, speaker: str | None = None) -> None:
    """Answer with a verdict on each quotation in a text. A use; of the text nothing is kept."""
    if not _LOADED.is_set() and await answers.heavily(send, asked, _load) is None:
        return
    from bot.chat.ui import verdicts  # noqa: PLC0415  see _load
    from bot.search.checking.verdict import gravest  # noqa: PLC0415
    from bot.search.verify import Verifier  # noqa: PLC0415

    edition = answers.library.edition

    def verify() -> tuple[Verdict, ...]:
        return Verifier.beside(edition.index).verify(text, speaker=speaker)

    found = verify() if is_light(text, edition) else await answers.heavily(send, asked, verify)
    if found is None:
        return
    if not any(one.words for one in found):
        await send(verdicts.nothing(), private=True)
        return
    verdict = gravest(found)
    use = answers.use(asked, key=f"check:{verdict.kind}", quote=verdict.quote.id if verdict.quote else None)
    async with answers.sending(asked, use):
        await send(verdicts.verdicts(found, accent=answers.accent), private=asked.private)


def _load() -> bool:
    """Load what checking needs when somebody first checks: a quarter of all there is to load at the start."""
    from bot.chat.ui import verdicts  # noqa: F401, PLC0415
    from bot.search import whole  # noqa: F401, PLC0415

    _LOADED.set()
    return True


def nothing() -> discord.ui.LayoutView:
    """That there is nothing to check."""
    from bot.chat.ui import verdicts  # noqa: PLC0415  as above

    return verdicts.nothing()


async def find(answers: Answers, send: Send, text: str, asked: Asked) -> None:
    """Answer with the best quotes for a whole message. A use or a miss; of the message nothing is kept."""
    if not _LOADED.is_set() and await answers.heavily(send, asked, _load) is None:
        return
    from bot.search.whole import find_for  # noqa: PLC0415  see _load

    edition = answers.library.edition
    found = await answers.heavily(send, asked, lambda: find_for(edition.index, text, FOUND))
    if found is None:
        return
    async with answers.sending(asked, answers.use_of(found, asked, edition)):
        if not found.hits:
            await send(answers.miss_card(found.query, found, private=True), private=True)
            return
        view = results.results(found, 0, packed=pack(found.query, found.key), accent=answers.accent)
        await send(view, private=asked.private)


def text_of(message: discord.Message) -> str:
    """Everything a person reads in a message: its words, a card's, a preview's, those it forwards."""
    return "\n".join(part for part in _texts(message) if part and part.strip())


def _texts(message: discord.Message | discord.MessageSnapshot) -> Iterator[str | None]:
    yield message.content
    yield from _displayed(getattr(message, "components", ()))  # Discord need not send any
    for embed in message.embeds:
        yield embed.title
        yield embed.description
        yield from (field.value for field in embed.fields)
    for snapshot in getattr(message, "message_snapshots", ()):
        yield from _texts(snapshot)


def _displayed(components: Iterable[Any]) -> Iterator[str | None]:
    for component in components:
        yield getattr(component, "content", None)
        yield from _displayed(getattr(component, "children", ()))
