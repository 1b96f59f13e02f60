import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.chat.acts.saved_query import ROOM, from_text, shortened, to_text
from bot.search.query import Query
from bot.text import fold


def carried(query, key=""):
    """What a button asks again, after the way through its id."""
    return from_text(to_text(shortened(query, key)))


LONG = "and there is no contradiction between strong defence and political dialogue"


@pytest.mark.parametrize(
    ("query", "key"),
    [
        (Query("rusia"), ""),
        (Query("", source="euronews-2014-10-03"), ""),
        (Query("dialogue", first_year=2014, last_year=2017), ""),
        (Query("defence", speaker="jens-stoltenberg", first_year=2017, last_year=2017), ""),
    ],
)
def test_a_query_comes_back_from_a_button(query, key):
    assert carried(query, key) == query


def test_a_topic_is_asked_again_by_its_id():
    assert carried(Query("qoute rusia"), "topic:russia") == Query("topic:russia")


def test_a_topic_found_with_a_year_keeps_the_words():
    assert carried(Query("rusia 2017"), "topic:russia|2017") == Query("rusia 2017")


def test_a_long_query_keeps_whole_words():
    assert carried(Query(LONG)).words == "and there is no contradiction between strong"


@given(st.text(max_size=400), st.none() | st.integers(1900, 2100), st.text(max_size=60), st.text(max_size=60))
def test_whatever_is_asked_fits_a_button(words, year, source, key):
    packed = to_text(shortened(Query(words, first_year=year, last_year=year, source=source or None), key))
    assert len(packed) <= ROOM
    again = from_text(packed)
    assert to_text(again) == packed
    assert again.first_year in (year, None)
    assert fold(again.words) == again.words or again.words.startswith(("topic:", "quote:"))


def test_a_source_alone_fits_a_button_however_long_its_id_is():
    query = Query(source="s" * 40)
    assert carried(query) == query
