"""What the log counts by is called as people call it; nothing that only the program calls so is shown."""

import re
from typing import get_args

import pytest

from bot.config import shipped_bank
from bot.editions.making import open_edition
from bot.search.query import Query
from bot.store.records import Counted, EntryPoint
from bot.use_names import CHECKED, WAYS, UseNames, named
from bot.verify.verdict import VerdictKind


@pytest.fixture(scope="module")
def edition():
    return open_edition(shipped_bank())


@pytest.mark.parametrize(
    ("query", "called"),
    [
        (Query(), "any quote"),
        (Query("rusia"), "Russia"),
        (Query("", source="voa-2017-06"), "any quote, Voice of America, June 2017"),
        (Query("", source="euronews"), "any quote, Euronews"),
        (Query("", speaker="stoltenberg"), "any quote, Jens Stoltenberg"),
        (Query("voa sputnik"), "any quote, Voice of America, Sputnik"),
        (Query("russia", first_year=2014, last_year=2017), "Russia, 2014–2017"),
        (Query("russia", last_year=2016), "Russia, until 2016"),
        (Query("russia", first_year=2016), "Russia, since 2016"),
        (Query("russia euronews after 2014"), "Russia, after 2014, Euronews"),
        (Query("2017 before june 2020"), "any quote, 2017 before June 2020"),
        (Query("big summit in nato"), "big summit nato"),
        (Query("quote:biggest-neighbour-2017"), "“Russia is our biggest neighbour. Russia is here to stay."),
    ],
)
def test_whatever_is_found_has_a_name_in_words(edition, query, called):
    found = edition.index.find(query)
    assert found.hits
    name = UseNames(edition.bank).asked_for(found.key)
    assert name == called or (called.startswith("“") and name.startswith(called))
    assert not re.search(r"[|]|\w:\w|\w_\w|[a-z]-\d", name)


def test_every_way_of_asking_has_a_name():
    assert set(WAYS) == set(get_args(EntryPoint))


def test_every_verdict_has_a_name():
    assert set(CHECKED) == set(get_args(VerdictKind))
    assert UseNames(None).asked_for("check:in_source") == "a quotation checked: in a source, not in the bank"
    assert UseNames(None).asked_for("check:of_another_version") == "a quotation checked"


@pytest.mark.parametrize(
    ("key", "called"),
    [
        ("topic:gone", "a topic that is no longer in the bank"),
        ("quote:gone-2017", "a quote that is no longer in the bank"),
        ("any|herald-2017-06", "any quote, a source that is no longer in the bank"),
        ("topic:gone|june 2020", "a topic that is no longer in the bank, June 2020"),
    ],
)
def test_what_is_gone_is_told_as_gone(edition, key, called):
    assert UseNames(edition.bank).asked_for(key) == called


def test_of_what_found_nothing_a_topic_that_is_there_was_asked_for_with_more(edition):
    missed = UseNames(edition.bank).missed
    nothing_on_it = "in a year, by a speaker or from a source that has nothing on it"
    assert missed("topic:russia") == f"Russia, {nothing_on_it}"
    assert missed("quote:biggest-neighbour-2017").endswith(f"”, {nothing_on_it}")
    assert missed("topic:gone") == "a topic that is no longer in the bank"
    assert missed("pizza") == "pizza"
    assert missed(" \x07") == "nothing but marks or spaces"


def test_without_a_bank_nobody_can_tell_what_is_gone():
    names = UseNames(None)
    assert names.asked_for("topic:russia|herald-2017-06") == "russia, herald-2017-06"
    assert (names.shown("a-quote"), names.missed("topic:russia")) == ("a-quote", "russia")


def test_what_is_called_alike_is_counted_together():
    rows = (Counted("a", 3), Counted("b", 2), Counted("c", 2))
    assert named(rows, lambda name: "gone" if name in "bc" else name) == [("gone", 4), ("a", 3)]
