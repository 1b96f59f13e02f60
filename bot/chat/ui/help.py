"""What can be asked, for who does not know yet: examples, a line for each command, topics to press; privacy last."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from ...text import shorten
from ..acts.custom_ids import QuoteOnTopic
from ..escaping import escape, plain
from . import buttons
from .cards import EVERYTHING, MISS_TOPICS, draw, rule, text

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    import discord

    from ...bank.quote import Topic
    from ...search.index import Index

HELP = "### Ask me what somebody really said"
HELLO = "### Hello! Ask me what somebody really said"
QUOTED = 90
"""Characters of the quotation that is there to be checked."""
LOOKED_AT = 20
"""Quotes among which a short one is looked for."""
MENUS = (
    "Right-click a message (on a phone: hold it), then Apps: **Find a quote** that fits it, **Check this quote** in it"
)


def how_to_ask(
    index: Index, commands: Iterable[tuple[str, str]], *, days: int, private: bool = False, joined: bool = False
) -> discord.ui.LayoutView:
    """How to ask. `commands` are names and descriptions; answers are kept for so many `days`.

    `private`: it is shown to one person alone, and so is what its buttons give. `joined` greets a server.
    """
    asked: Literal["o", "p"] = "p" if private else "o"
    topics = index.common[:MISS_TOPICS]
    given = buttons.row(*(buttons.button(topic.name, QuoteOnTopic(topic.id, asked)) for topic in topics))
    return draw(
        text(
            HELLO if joined else HELP,
            "I answer with quotes, word for word, and say who said it, when and where it was published. "
            "Where I have none, I say so.",
        ),
        *([text("**Try one of these**", *_examples(index, topics))] if topics else []),
        text("**All commands**", *(f"`/{name}` · {escape(description)}" for name, description in commands), MENUS),
        rule(),
        *([text("**Or press a topic**"), given, text(EVERYTHING)] if topics else []),
        text(
            "-# I read commands and messages that mention me; others only in channels where a moderator switched that "
            f"on. For {days} days I keep what was asked in the open and which quotes I gave, not who asked. "
            "More: `/about`",
        ),
    )


def _examples(index: Index, topics: list[Topic]) -> Iterator[str]:
    """What this bank has an answer to: a topic, by command or by mention; a topic through the years; a quotation."""
    first, then = topics[0], topics[min(1, len(topics) - 1)]
    yield f"`/quote about: {_typed(first.name)}` · a quote on that; mention me with the same words and you get one too"
    yield f"`/timeline about: {_typed(then.name)}` · what was said on that, year by year"
    docs = index.inverted.topics[first.id].docs[:LOOKED_AT]
    words = min((index.bank.quotes[doc].text for doc in docs), key=len)
    yield f"`/verify text: {_typed(shorten(words, QUOTED))}` · whether somebody really said it"


def _typed(words: str) -> str:
    """Words to type, as they may stand between the marks of code."""
    return plain(words).replace("`", "'")
