"""What is answered, before it is sent: made from the edition in use, by makers that send and write nothing."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Protocol, TypeVar

from ...editions.edition import Edition
from ..ui import card_menu

if TYPE_CHECKING:
    import discord

    from ..acts.custom_ids import Act

Made = TypeVar("Made")


@dataclass(frozen=True, slots=True)
class Result:
    """What a request came to, for the log: the key of what was found, the quote shown, the words that asked, folded."""

    key: str
    quote: str | None
    found: bool = True
    words: str = ""


@dataclass(frozen=True, slots=True)
class Reply:
    """One answer. `use` is what the log is told of it, None where it is no use (a page turned, a list of topics).

    `private` is for the asker alone, however it was asked. `content` stands in place of a view. `files` come with it;
    where a message is edited, None leaves those that it has. `follow_up` makes what takes its place in an interaction
    once that is done (a picture that takes long), or None. Not `tinted`, it has no accent colour.
    `shows` is the act that shows others the same, where the asker alone sees it.
    """

    view: discord.ui.LayoutView | None = None
    use: Result | None = None
    private: bool = False
    content: str | None = None
    files: tuple[discord.File, ...] | None = None
    follow_up: Callable[[], Awaitable[Reply | None]] | None = None
    tinted: bool = True
    shows: Act | None = None


class Send(Protocol):
    """The place a reply goes."""

    async def __call__(self, reply: Reply, /) -> None: ...


class Aside(Protocol):
    """Does a piece of a maker's work: where it is `light` at once, else where nobody waits for it. Raises TooBusy."""

    async def __call__(self, work: Callable[[], Made], /, *, light: bool = False) -> Made: ...


Maker = Callable[[Edition, Aside], Awaitable[Reply]]
"""Makes the reply to one request."""


def unlogged(make: Maker) -> Maker:
    """The same reply, which is no use: of a page that is turned."""

    async def made(edition: Edition, aside: Aside) -> Reply:
        return replace(await make(edition, aside), use=None)

    return made


def shown_to_all(make: Maker, by: str) -> Maker:
    """The same reply, which is no use, as somebody shows it to everybody; `by` is that person's name."""

    def shown(reply: Reply) -> Reply:
        later = reply.follow_up

        async def follow_up() -> Reply | None:
            made = await later() if later else None
            return made and shown(made)

        if reply.view is not None and not reply.private:
            card_menu.shown_by(reply.view, by)
        return replace(reply, use=None, shows=None, follow_up=follow_up if later else None)

    async def made(edition: Edition, aside: Aside) -> Reply:
        return shown(await make(edition, aside))

    return made


def drawn(draw: Callable[[Edition], Reply]) -> Maker:
    """A maker of what is drawn at once, and waits for nothing."""

    async def made(edition: Edition, _aside: Aside) -> Reply:
        return draw(edition)

    return made
