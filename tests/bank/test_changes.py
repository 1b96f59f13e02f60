"""Changes: what differs between two banks, told by quote and by word."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.bank.bank import Bank
from bot.bank.changes import Changes, changes, word_changes
from bot.bank.quote import PartialDate, Quote, Source, Speaker, Topic, When
from bot.editions.columnar.bank_columns import columnar

ADA = Speaker("ada", "Ada Berg", "Ada", "Berg")
TOM = Speaker("tom", "Tom Lund", "Tom", "Lund")
BRIDGE, RIVER = Topic("bridge", "Bridges"), Topic("river", "Rivers")
YEAR = PartialDate(2017)
NORTH = Source("north", "The Northby Example", "interview")
ONE = Quote("one", ("We build the bridge first.",), ADA, NORTH, (BRIDGE,))
TWO = Quote("two", ("The river waits.", "It always has."), ADA, NORTH, (RIVER,))
THREE = Quote("three", ("Boats are slow.",), TOM, NORTH, (RIVER, BRIDGE))


def bank(*quotes, key="", topics=(BRIDGE, RIVER), speakers=(ADA, TOM), sources=(NORTH,)):
    return Bank(key or repr(quotes) + repr(topics), sources, speakers, topics, quotes)


def test_two_readings_of_one_bank_do_not_differ():
    assert not changes(bank(ONE, TWO), bank(ONE, TWO))
    assert changes(bank(ONE, TWO, key="a"), bank(ONE, TWO, key="b")) == Changes()


def test_quotes_that_come_and_go_are_told_in_their_order():
    found = changes(bank(ONE, TWO), bank(THREE, TWO))
    assert (found.added, found.changed, found.removed) == ((THREE,), (), (ONE,))
    assert str(found) == "1 quote added, 0 changed, 1 removed"


def test_another_order_is_no_change():
    assert not changes(bank(ONE, TWO), bank(TWO, ONE))


def test_changed_words_are_told():
    after = replace(ONE, segments=("We mend the bridge first, my friends.",))
    [change] = changes(bank(ONE), bank(after)).changed
    assert change.parts == ("text",)
    assert change.words() == [
        ("=", "We"),
        ("-", "build"),
        ("+", "mend"),
        ("=", "the bridge"),
        ("-", "first."),
        ("+", "first, my friends."),
    ]


@pytest.mark.parametrize(
    ("after", "parts"),
    [
        (replace(ONE, topics=(BRIDGE, RIVER)), ("topics",)),
        (replace(ONE, speaker=TOM), ("speaker",)),
        (replace(ONE, question="What first?", note="[sic]"), ("question", "note")),
        (replace(ONE, segments=("We build the bridge", "first.")), ("text",)),
    ],
)
def test_what_else_a_quote_says_differently_is_named(after, parts):
    [change] = changes(bank(ONE), bank(after)).changed
    assert change.parts == parts


@pytest.mark.parametrize(
    "after",
    [
        ONE,
        THREE,
        replace(ONE, note="[sic]"),
        replace(ONE, speaker=TOM),
        replace(ONE, topics=(RIVER,)),
        replace(ONE, said_on=When(YEAR, YEAR, "printed")),
    ],
)
@pytest.mark.parametrize("how", [(columnar, columnar), (columnar, replace), (replace, columnar)])
def test_packed_banks_differ_in_the_same(how, after):
    old, new = bank(ONE, TWO), bank(TWO, after, topics=(RIVER, BRIDGE))
    assert changes(how[0](old), how[1](new)) == changes(old, new)


def test_a_topic_told_of_differently_does_not_change_its_quotes():
    renamed = replace(RIVER, aliases=("stream",))
    found = changes(bank(ONE, TWO), bank(ONE, replace(TWO, topics=(renamed,)), topics=(BRIDGE, renamed)))
    assert found.changed == ()
    assert found.around == ("topic river",)
    assert found


def test_topics_speakers_and_sources_that_come_and_go_are_named():
    found = changes(bank(ONE, key="a"), bank(ONE, key="b", topics=(BRIDGE,), speakers=(ADA,), sources=()))
    assert found.around == ("topic river", "speaker tom", "source north")


def test_changed_calls_are_named():
    after = replace(bank(ONE, key="b"), calls=("quote about",))
    assert changes(bank(ONE, key="a"), after).around == ("calls",)


@given(st.text(), st.text())
def test_both_texts_can_be_told_from_their_changes(before, after):
    found = list(word_changes(before, after))
    assert " ".join(run for sign, run in found if sign in "=-").split() == before.split()
    assert " ".join(run for sign, run in found if sign in "=+").split() == after.split()
