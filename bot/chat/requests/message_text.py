"""Everything a person reads in a message: its words, a card's, a preview's, those it forwards."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    import discord


def text_of(message: discord.Message) -> str:
    """All of it, in order."""
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
