"""What is offered while somebody types."""

import pytest

from bot.config import shipped_bank
from bot.editions.making import open_edition
from bot.search.autocomplete import LIMIT, complete


def values(index, typed, limit=25):
    return [one.value for one in complete(index, typed, limit)]


def test_nothing_typed_offers_the_topics_the_most_common_first(index):
    offered = complete(index, "")
    assert offered[0].label == "NATO · 3 quotes, 2014–2020"
    assert offered[0].value == "topic:nato"
    assert {one.value.partition(":")[0] for one in offered} == {"topic"}


@pytest.mark.parametrize("typed", ["r", "ru", "rus", "russ", "russi", "russia", "rusia", "Mosc", "quotes about ru"])
def test_offers_a_topic_from_the_first_letter_on(index, typed):
    assert "topic:russia" in values(index, typed)[:2]


def test_a_topic_comes_first_by_its_own_name(index):
    assert values(index, "r")[0] == "topic:russia"


def test_offers_quotes_by_a_word_just_begun(index):
    assert values(index, "aegean s") == ["quote:q7"]
    assert values(index, "mis") == ["quote:q9"]


@pytest.mark.parametrize("typed", ["aegean w", "aegean wea", "aegean t", "missiles n", "aegean whe"])
def test_what_the_words_before_find_is_offered_while_the_last_is_only_begun(index, typed):
    whole = "q7" if typed.startswith("aegean") else "q9"
    assert values(index, typed)[0] == f"quote:{whole}"


def test_offers_first_what_has_a_word_that_begins_so(index):
    assert values(index, "help wit")[:2] == ["quote:q6", "quote:q7"]  # "with its security forces"
    assert values(index, "help th")[:2] == ["quote:q7", "quote:q6"]  # "the flow"


def test_offers_nothing_where_the_last_word_begins_none(index):
    assert values(index, "aegean xq") == []


def test_a_quote_is_shown_by_its_year_and_words(index):
    assert complete(index, "aegean")[0].label == "2017 · “Ships in the Aegean Sea help to stem the flow of migrants.”"


@pytest.mark.parametrize("typed", ["", "r", "the", "a", "russia", "x" * 6000, "😀"])
def test_labels_and_values_fit(index, typed):
    offered = complete(index, typed)
    assert len(offered) <= 25
    assert all(0 < len(one.label) <= LIMIT and 0 < len(one.value) <= LIMIT for one in offered)
    assert len({one.value for one in offered}) == len(offered)


def test_no_more_than_asked_for(index):
    assert len(complete(index, "r", 2)) == 2


@pytest.mark.parametrize("typed", ["zzzz", "😀", "%", "_"])
def test_offers_nothing_for_noise(index, typed):
    assert complete(index, typed) == []


def test_what_is_offered_is_found(index):
    from bot.search.query import Query

    offered = complete(index, "r")
    assert offered
    for offer in offered:
        assert index.find(Query(offer.value)).hits


def test_what_shows_the_word_as_it_was_taken_comes_first():
    index = open_edition(shipped_bank()).index
    for typed, word in (("rusia", "russia"), ("moscow", "russia"), ("terorism", "terroris")):
        labels = [one.label.lower() for one in complete(index, typed) if one.value.startswith("quote:")]
        shows = [word in label for label in labels]
        assert shows[0]
        assert not shows[-1]
        assert shows == sorted(shows, reverse=True), typed
