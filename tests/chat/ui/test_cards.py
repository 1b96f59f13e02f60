"""Cards as Discord takes them: each line is there only where there is something to say."""

from dataclasses import replace

import pytest

from bot.bank.bank import Bank
from bot.bank.quote import Quote, Source, Speaker, Topic
from bot.card import plain_card
from bot.chat.ui import cards
from bot.search.query import Found, Query

ADA = Speaker("ada", "Ada Brook", "Ada", "Brook")
GAZETTE = Source("gazette", "Valley Gazette", "article")
RIVERS = Topic("rivers", "Rivers")
QUOTE = Quote("q", ("A river never asks.",), ADA, GAZETTE, (RIVERS,))


def lines(view):
    texts = [part.content for part in view.walk_children() if hasattr(part, "content")]
    return "\n".join(texts).splitlines()


def labels(view):
    return [part.label for part in view.walk_children() if getattr(part, "label", None)]


def test_a_quote_of_which_nothing_more_is_known_is_words_who_and_where_alone():
    view = cards.answer(plain_card(QUOTE), saved_query=Query("river"))
    assert lines(view) == [
        "> “A river never asks.”",
        "— **Ada Brook**",
        "n.d. · Valley Gazette, article · no address known",
    ]
    assert labels(view) == ["Another", "Context", "Cite", "More"]


@pytest.mark.parametrize(
    ("around", "shown"),
    [
        ({}, ["**“A river never asks.”**"]),
        ({"before": "He sat down."}, ["-# … He sat down.", "**“A river never asks.”**"]),
        ({"after": "He rose."}, ["**“A river never asks.”**", "-# He rose. …"]),
        (
            {"question": "Why *flow*?"},
            ["**Question:** Why \\*flow\\*?", "", "**“A river never asks.”**"],
        ),
    ],
)
def test_the_context_shows_what_stands_around_a_quote_and_no_empty_line(around, shown):
    quote = replace(QUOTE, **around)
    said = lines(cards.context(quote, Bank("0" * 64, (GAZETTE,), (ADA,), (RIVERS,), (quote,))))
    assert said[: len(shown)] == shown
    assert all(line.startswith("-# ") and " … " not in line for line in said[len(shown) :])


def test_a_miss_with_no_topic_near_offers_none_and_tells_what_was_understood():
    query, bank = Query("pizza"), Bank("0" * 64, (), (), (), ())
    view = cards.miss(query, Found(query, (), 0, "pizza", note="*Nobody* of that name."), bank)
    assert lines(view) == [
        "I have no sourced quote about **pizza**, and I do not guess.",
        "\\*Nobody\\* of that name.",
        cards.EVERYTHING,
    ]
    assert labels(view) == []


def test_what_everybody_reads_of_a_miss_is_one_line_and_its_buttons():
    query, bank = Query("pizza", first_year=2016, last_year=2016), Bank("0" * 64, (), (), (RIVERS,), ())
    found = Found(query, (), 0, "pizza", suggestions=(RIVERS,))
    said = cards.miss(query, found, bank, years="My quotes are from 2014.", brief=True)
    assert lines(said) == ["No sourced quote about **pizza** from **2016**. My quotes are from 2014."]
    assert labels(said) == ["Rivers"]
    alone = cards.miss(query, found, bank, years="My quotes are from 2014.")
    assert lines(alone) == [
        "I have no sourced quote about **pizza** from **2016**, and I do not guess.",
        "My quotes are from 2014.",
        "What I do have:",
        cards.EVERYTHING,
    ]
    assert lines(cards.miss(query, replace(found, suggestions=()), bank, brief=True)) == [
        "No sourced quote about **pizza** from **2016**."
    ]


def test_a_quote_that_is_there_is_called_by_its_words_where_nothing_else_fits():
    query = Query("quote:q", first_year=2016, last_year=2016)
    bank = Bank("0" * 64, (GAZETTE,), (ADA,), (RIVERS,), (QUOTE,))
    said = lines(cards.miss(replace(query, words=f"quote:{QUOTE.id}"), Found(query, (), 0, "q"), bank))
    assert said[0] == "I have no sourced quote that says **“A river never asks.”** from **2016**, and I do not guess."


@pytest.mark.parametrize(
    ("minutes", "said"),
    [
        (1, "1 minute"), (59, "59 minutes"), (60, "1 hour"), (90, "90 minutes"),
        (120, "2 hours"), (1440, "1 day"), (1500, "25 hours"), (2880, "2 days"),
    ],
)  # fmt: skip
def test_a_length_of_time_is_told_in_the_largest_unit_that_divides_it(minutes, said):
    assert cards.span(minutes) == said
