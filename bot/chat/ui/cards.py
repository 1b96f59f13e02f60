"""The cards people see: an answer, a miss, the context, a citation. Text from the bank and from people is escaped."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Any, Literal

import discord

from ...card import context_card, plain
from ...text import shorten
from ..acts.custom_ids import (
    Another,
    Cite,
    CiteInStyle,
    More,
    MuteTrigger,
    QuoteOnTopic,
    ShowContext,
    WriteReport,
)
from ..escaping import clean, escape
from ..limits import CONTENT
from . import buttons

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from ...bank.bank import Bank
    from ...bank.citation import Style
    from ...bank.quote import Quote
    from ...card import Card, ContextCard, Span
    from ...search.query import Found, Query

QUERY_SHOWN = 80
MISS_TOPICS = 5
EVERYTHING = "-# /topics shows everything I know"
FIRST_STYLE = "apa"
GONE = "That quote is no longer in the bank: it was taken out after this answer was given."
CITED_SHOWN = 120
"""Characters of a quote that stand above its citation."""

Item = discord.ui.Item[Any]


MAX_CACHED_TEXTS = 1024
"""Texts of the bank that are kept as they are shown: the same few stand in most answers."""
_of_the_bank = lru_cache(MAX_CACHED_TEXTS)(escape)


def draw(*items: Item) -> discord.ui.LayoutView:
    """One container. The view is not listened to: our buttons are found by their ids."""
    view = discord.ui.LayoutView(timeout=None)
    view.add_item(discord.ui.Container(*items))
    view.stop()  # else discord.py would remember every answer for as long as the bot runs
    return view


def tint(view: discord.ui.LayoutView, accent: int) -> None:
    """Give a view's containers their accent colour."""
    for item in view.children:
        if isinstance(item, discord.ui.Container):
            item.accent_colour = accent


def text(*lines: str) -> discord.ui.TextDisplay[Any]:
    """Lines of text, already escaped."""
    return discord.ui.TextDisplay("\n".join(lines))


def rule() -> discord.ui.Separator[Any]:
    """A line between the words and the buttons."""
    return discord.ui.Separator()


def words(quoted: str) -> str:
    """The quoted words: a block quotation, be they few or many. It takes in what stands below it in the same text."""
    return f"> {_of_the_bank(quoted)}"


def answer(
    card: Card,
    *,
    saved_query: Query,
    note: str | None = None,
    trigger: str | None = None,
    before: str | None = None,
) -> discord.ui.LayoutView:
    """A quote with its citation, why it was found, and its buttons. `before` is what its message showed before."""
    lines = [_who(card), _of_the_bank(" · ".join(card.where))]
    if card.note:
        lines.append(f"-# {_of_the_bank(card.note)}")
    if card.found:
        lines.append("-# " + " · ".join(_spans(piece) for piece in card.found))
    items: list[Item] = [text(f"-# {escape(note)}")] if note else []
    items += [text(words(card.words)), text(*lines), rule(), _buttons(card, saved_query, before)]
    if trigger:
        items.append(buttons.row(buttons.button("Not helpful here", MuteTrigger(trigger))))
    return draw(*items)


def _who(card: Card) -> str:
    role = f", {_of_the_bank(card.role)}" if card.role else ""
    return f"— **{_of_the_bank(card.speaker)}**{role}"


def _spans(piece: tuple[Span, ...]) -> str:
    return "".join(f"*{escape(span.text)}*" if span.stressed else escape(span.text) for span in piece)


def _buttons(card: Card, saved_query: Query, before: str | None) -> buttons.Row:
    another = buttons.button("Another", Another(card.quote_id, saved_query), style=discord.ButtonStyle.primary)
    link = (buttons.link(card.link_label, card.link),) if card.link else ()
    return buttons.row(another, *of_quote(card.quote_id), *link, buttons.button("More", More(card.quote_id, before)))


def of_quote(quote_id: str) -> tuple[discord.ui.Button[Any], ...]:
    """The buttons that stand under a quote wherever it is shown; after them its link, and *More*."""
    return buttons.button("Context", ShowContext(quote_id)), buttons.button("Cite", Cite(quote_id))


def miss(
    query: Query, found: Found, bank: Bank, *, private: bool = False, years: str | None = None, brief: bool = False
) -> discord.ui.LayoutView:
    """Nothing was found: say what for, and offer the nearest topics.

    `years` says which there are, where one was asked for. `brief`: everybody reads it, and one alone asked.
    """
    lines = [f"I have no sourced quote{_asked(query, bank)}, and I do not guess."]
    if brief:
        lines = [f"No sourced quote{_asked(query, bank)}."]
    lines += [escape(said) for said in (found.note, years) if said]
    topics = found.suggestions[:MISS_TOPICS]
    if not topics:
        return draw(text(" ".join(lines)) if brief else text(*lines, EVERYTHING))
    asked: Literal["o", "p"] = "p" if private else "o"  # in the open: what an unmarked button cannot say
    offered = buttons.row(*(buttons.button(topic.name, QuoteOnTopic(topic.id, asked)) for topic in topics))
    if brief:
        return draw(text(" ".join(lines)), offered)
    return draw(text(*lines, "What I do have:"), offered, text(EVERYTHING))


def _asked(query: Query, bank: Bank) -> str:
    """What was asked for, in words: " about **russia** from 2016"."""
    kind, _, name = query.words.strip().partition(":")
    quote = bank.by_id.get(name) if kind == "quote" else None
    if kind == "quote" and name and quote is None:
        return " by that name any more"
    topics = {topic.id: topic.name for topic in bank.topics} if kind == "topic" else {}
    about = (" that says", f"“{quote.text}”") if quote else (" about", topics.get(name, query.words).strip())
    pieces = [about, *_filters(query, bank)]
    shown = [(before, escape(shorten(words, QUERY_SHOWN))) for before, words in pieces]
    return "".join(f"{before} **{words}**" for before, words in shown if words.strip()) or " that fits"


def _filters(query: Query, bank: Bank) -> Iterator[tuple[str, str]]:
    """What a query is held to beside its words, as people call it."""
    if query.speaker:
        yield " by", next((speaker.name for speaker in bank.speakers if speaker.id == query.speaker), query.speaker)
    if query.source:
        yield " in", next((source.outlet for source in bank.sources if source.id == query.source), query.source)
    if years := sorted({year for year in (query.first_year, query.last_year) if year}):
        yield " from", "–".join(map(str, years))


def context(quote: Quote, bank: Bank, related: Sequence[Quote] = ()) -> discord.ui.LayoutView:
    """What stands around a quote, how each fact is known, and a way to report a problem.

    `related` are quotes of other years that say nearly the same.
    """
    card = context_card(quote, bank)
    report = buttons.button("Report a problem", WriteReport(quote.id), style=discord.ButtonStyle.danger)
    row = buttons.row(report, *([buttons.link(card.link_label, card.link)] if card.link else []))
    around = _around(card)
    facts = [f"-# {escape(name)}: {escape(value)}" for name, value in card.facts]
    items: list[Item] = [text(*around), rule(), text(*facts)] if facts else [text(*around)]
    if related:
        items.append(buttons.quotes(related, placeholder="Nearly the same in other years …"))
    return draw(*items, row)


def _around(card: ContextCard) -> list[str]:
    lines = []
    if card.question:
        lines += [f"**{escape(card.asked_by or 'Question')}:** {escape(card.question)}", ""]
    if card.before:
        lines.append(f"-# … {escape(card.before)}")
    lines.append(f"**{escape(card.words)}**")
    if card.after:
        lines.append(f"-# {escape(card.after)} …")
    for neighbour in card.neighbours:
        lines.append(f"-# {neighbour.label.capitalize()} in this article: {escape(neighbour.words)}")
    return lines


def citation(quote: Quote, style: str) -> discord.ui.LayoutView:
    """A citation in one style, in a block that is easy to copy, and the list of the other styles."""
    from ...bank.citation import STYLES  # noqa: PLC0415  loaded when somebody first cites, not at every start

    chosen = style if style in STYLES else FIRST_STYLE
    options = [
        discord.SelectOption(label=known.label, value=name, default=name == chosen) for name, known in STYLES.items()
    ]
    return draw(
        text(
            f"-# “{escape(shorten(quote.text, CITED_SHOWN))}”",
            f"**{escape(STYLES[chosen].label)}**",
        ),
        text(_cited(quote, STYLES[chosen])),
        buttons.select(CiteInStyle(quote.id), placeholder="Another style", options=options),
    )


def _cited(quote: Quote, style: Style) -> str:
    from ...bank.citation import cite, cite_runs  # noqa: PLC0415  see above

    if style.code:
        return block(cite(quote, style.id))
    return "".join(f"*{escape(run.text)}*" if run.italic else escape(run.text) for run in cite_runs([quote], style.id))


def block(raw: str) -> str:
    """Text in a code block: shown and copied as it is."""
    safe = clean(raw).replace("```", "``\u200b`")
    return f"```\n{shorten(safe, CONTENT - 100)}\n```"


def copy(quote: Quote) -> str:
    """The quote as plain text, in a block that is easy to copy."""
    return block(plain(quote))


def notice(sentence: str) -> discord.ui.LayoutView:
    """One quiet line."""
    view = discord.ui.LayoutView(timeout=None)
    view.add_item(text(f"-# {escape(sentence)}"))
    view.stop()
    return view


def span(minutes: int) -> str:
    """A length of time, of one minute at least, in words."""
    size, name = next((unit for unit in ((1440, "day"), (60, "hour")) if minutes % unit[0] == 0), (1, "minute"))
    count = minutes // size
    return f"{count} {name}" + ("s" if count > 1 else "")
