"""Quotes for a whole message: what its sentences are about."""

from pathlib import Path

import pytest

from bot.bank.reader import read_bank
from bot.search.index import Index
from bot.search.message_search import find_for_message
from bot.text import words
from bot.verify.verifier import quoted_in


@pytest.fixture(scope="module")
def shipped():
    return Index.build(read_bank(Path(__file__).parents[2] / "quotes").bank)


def find(index, message, limit=5):
    return find_for_message(index, message, limit, quoted_in(index, message))


def ids(index, message, limit=5):
    return [hit.quote.id for hit in find(index, message, limit).hits]


def test_the_last_sentence_counts_as_much_as_the_first(shipped):
    talk = "Good morning! I had a lovely weekend with my family, and the weather was nice. "
    asked = "Why do ships have to stop migrants in the Aegean Sea?"
    assert ids(shipped, talk + asked)[0] == ids(shipped, asked)[0] == "aegean-ships-2017"


def test_a_quote_the_message_quotes_comes_first(shipped):
    message = "I read “Thats exactly what we are doing” in a paper about Turkey and the coup in Turkey."
    assert ids(shipped, message)[0] == "own-security-interest-2017"
    assert "rule-of-law-2017" in ids(shipped, message)


def test_what_other_sentences_say_breaks_a_tie(index):
    assert ids(index, "About the flood.", 5)[0] == "q2"
    assert ids(index, "About the flood. And NATO?", 5)[0] == "q9"


def test_what_two_sentences_speak_of_is_merged(shipped):
    found = ids(
        shipped, "What about Norway and fisheries? And then there is Iraq, whose security forces need training."
    )
    assert {"norway-cold-war-2014", "because-of-nato-2020"} & set(found)
    assert "assist-iraq-2014" in found


def test_names_in_other_languages_are_known(shipped):
    assert any("ukraine" in [topic.id for topic in hit.quote.topics] for hit in find(shipped, "А что Україна?").hits)


def test_reasons_name_topics_and_words(shipped):
    first = find(shipped, "Those Patriot missiles in Turkey …").hits[0]
    assert first.quote.id == "patriot-turkey-2014"
    assert {reason.kind for reason in first.why} >= {"topic", "word"}


def test_the_query_holds_topics_and_none_of_the_message(shipped):
    found = find(shipped, "My marmalade plan about Russia and my neighbour")
    assert "Russia" in found.query.words
    assert "marmalade" not in found.query.words
    assert found.key == "message"
    names = {word for topic in shipped.bank.topics for word in words(topic.name)}
    assert set(words(found.query.words)) <= names


@pytest.mark.parametrize(
    "message", ["", "🤷", "Marmalade on toast, zebras in pyjamas", "the and of it", "lol ok thanks"]
)
def test_a_message_about_nothing_of_ours_finds_nothing(shipped, message):
    assert not find(shipped, message).hits


def test_a_common_word_alone_is_no_reason(index):
    assert not find(index, "My clear hour").hits
    assert ids(index, "That stone flood was a clear teacher", 5)[0] == "q2"


def test_no_more_than_asked_for_and_none_twice(shipped):
    found = ids(shipped, "russia nato ukraine norway turkey isis defence dialogue", 7)
    assert len(found) == len(set(found)) == 7


@pytest.mark.parametrize(
    "message", ["russia " * 1000, "russia. " * 1000, "“" * 6000, "https://russia.example/ " * 300, "> russia\n" * 900]
)
def test_hostile_messages_are_answered(shipped, message):
    assert find(shipped, message) is not None
