"""The forms people fill in. What sending one in does, its custom id says: `chat/acts`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import discord

from ...text import shorten
from ..acts.custom_ids import SendReport
from ..escaping import escape
from ..limits import CUSTOM_ID

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

WRITTEN = 500
"""Characters a person may write about a problem."""
SHOWN = 1500
"""Characters shown back of what was written into a form that came to nothing."""


def problem(quote_id: str) -> discord.ui.Modal:
    """What is wrong with a quote? Nothing of the form is kept here, so that it can be sent in after a restart."""
    form = discord.ui.Modal(title="Report a problem", custom_id=SendReport(quote_id).to_custom_id()[:CUSTOM_ID])
    form.add_item(
        discord.ui.TextInput(
            custom_id="wrong",
            label="What is wrong with this quote?",
            style=discord.TextStyle.paragraph,
            placeholder="A word differs from the article; the date is wrong; the topic does not fit …",
            min_length=3,
            max_length=WRITTEN,
        )
    )
    return form


def written(data: Mapping[str, Any]) -> str:
    """What somebody wrote into the fields of a form that was sent in."""
    return "\n".join(_values(data.get("components")))


def handed_back(sentence: str, data: Mapping[str, Any]) -> str:
    """A sentence that nothing was done, with what was written into the form, so that nobody has to write it again.

    Of a press or a command, the sentence alone.
    """
    said = shorten(escape(written(data)), SHOWN).strip()
    return f"{sentence} You wrote:\n{said}" if said else sentence


def _values(parts: Any) -> Iterator[str]:
    for part in parts if isinstance(parts, list) else ():
        if not isinstance(part, dict):
            continue
        if isinstance(part.get("value"), str):
            yield part["value"]
        yield from _values(part.get("components"))
        yield from _values([part.get("component")])
