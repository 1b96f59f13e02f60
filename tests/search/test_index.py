"""What a query finds in a small bank, why, and what finds nothing."""

from dataclasses import replace

import pytest

from bot.bank.bank import Bank
from bot.search.index import Index
from bot.search.query import Query


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("russia", ["q3", "q4"]),
        ("rusia", ["q3", "q4"]),
        ("Moscow", ["q3", "q4"]),
        ("россия", ["q3", "q4"]),
        ("stone bridge", ["q2"]),
        ("stonebridge", ["q2"]),
        ("migrant crisis", ["q7"]),
        ("migrnt crisis", ["q7"]),
        ("at least stop cutting", ["q5"]),
        ("russia 2017", ["q3"]),
        ("june 2020", ["q4", "q8", "q9"]),
        ("gazette bridge", ["q1"]),
        ("vov migrants", ["q7"]),
        ("topic:iraq", ["q6"]),
        ("quote:q8", ["q8"]),
        ("neighborhood", ["q9"]),
        ("organization", ["q8"]),
        ("ada brook", ["q1", "q2", "q8"]),
        ("weir on iraq", ["q6"]),
        ("what was said about the high water", ["q2", "q9"]),
        ("austerity", ["q5"]),
        ("organisat", ["q8"]),
        ("we met lavrov", ["q4"]),
    ],
)
def test_finds(ids, typed, expected):
    assert sorted(ids(typed)[: len(expected)]) == expected


@pytest.mark.parametrize(
    "typed",
    [
        "olympics",
        "plato",
        "prussia",
        "iran",
        "spaghetti",
        "iran dialogue",
        "the of and",
        "*",
        "%",
        "😀",
        "<@1234567890>",
        "x" * 6000,
        "russia " * 1000,
        "r u s s i a",
        "topic:no",
        "quote:no",
        "rivers after 2016",
        "vov iraq",
        "'; DROP TABLE quotes; --",
        "\x00\ud800",
    ],
)
def test_finds_nothing(index, typed):
    found = index.find(Query(typed))
    assert found.hits == ()
    assert found.equals == 0
    assert 0 < len(found.suggestions) <= 5


def test_a_topic_is_one_round_however_it_is_typed(index):
    keys = {
        index.find(Query(typed)).key
        for typed in ("russia", "rusia", "Moscow", "topic:russia", "russians", "the Kremlin")
    }
    assert keys == {"topic:russia"}
    assert index.find(Query("rusia")).corrections == (("rusia", "russia"),)
    assert index.find(Query("russia")).equals == 2
    assert index.find(Query("russia 2017")).key == "topic:russia|2017"


def test_a_phrase_answers_alone(index):
    found = index.find(Query("dialogue with Russia"))
    assert [hit.quote.id for hit in found.hits[: found.equals]] == ["q3"]
    assert found.hits[0].why[0].kind == "phrase"


def test_a_phrase_comes_before_the_same_words_in_another_order(bank):
    short, long = bank.quotes[0], bank.quotes[1]
    quotes = (
        replace(short, segments=("A quiet river turns the mill.",)),
        replace(
            long, segments=("In the old days every mill that turns a river quiet was a wonder to the people here.",)
        ),
    )
    index = Index.build(Bank("3" * 64, bank.sources, bank.speakers, bank.topics, quotes))
    assert index.find(Query("quiet river turns")).hits[0].quote.id == short.id
    found = index.find(Query("turns a river quiet"))
    assert (found.hits[0].quote.id, found.equals) == (long.id, 1)


def test_no_words_ask_for_any_quote(index, bank):
    found = index.find(Query())
    assert (len(found.hits), found.equals, found.key) == (len(bank.quotes), len(bank.quotes), "any")


def test_no_more_than_asked_for(index):
    assert len(index.find(Query(), 2).hits) == 2
    assert len(index.find(Query("russia"), 1).hits) == 1


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({"speaker": "ada-brook"}, ["q1", "q2", "q8"]),
        ({"speaker": "Brook"}, ["q1", "q2", "q8"]),
        ({"source": "vov-2017"}, ["q2", "q3", "q7"]),
        ({"source": "voice of valleys"}, ["q2", "q3", "q7"]),
        ({"first_year": 2020}, ["q4", "q8", "q9"]),
        ({"last_year": 2014}, ["q1", "q5", "q6"]),
        ({"words": "russia", "first_year": 2020}, ["q4"]),
        ({"words": "topic:russia", "first_year": 2017, "last_year": 2017}, ["q3"]),
        ({"words": "quote:q3", "first_year": 2017}, ["q3"]),
    ],
)
def test_options_narrow(ids, fields, expected):
    assert sorted(ids(**fields)) == expected


@pytest.mark.parametrize(
    "fields",
    [
        {"words": "quote:q3", "first_year": 2018},
        {"words": "russia", "speaker": "brook"},
        {"first_year": 1900, "last_year": 1950},
    ],
)
def test_options_leave_nothing(ids, fields):
    assert ids(**fields) == []


@pytest.mark.parametrize(("fields", "word"), [({"speaker": "nobody"}, "nobody"), ({"source": "nowhere"}, "nowhere")])
def test_an_option_that_names_nothing_is_told(index, fields, word):
    found = index.find(Query("russia", **fields))
    assert found.hits == ()
    assert found.note is not None
    assert word in found.note


@pytest.mark.parametrize(
    ("typed", "reason"),
    [
        ("russia", ("topic", "russia", "Russia")),
        ("moscow", ("alias", "moscow", "Russia")),
        ("lavrov", ("word", "lavrov", "lavrov")),
        ("harvests", ("stem", "harvests", "harvest")),
        ("rusia", ("spelling", "rusia", "russia")),
        ("russ", ("prefix", "russ", "russia")),
        ("brook", ("speaker", "brook", "Ada Brook")),
        ("vov", ("outlet", "vov", "Voice of Valleys")),
        ("2014", ("date", "2014", "2014")),
        ("austerity", ("word", "austerity", "austerity (in the question)")),
        ("migrant crisis", ("alias", "migrant crisis", "migration")),
    ],
)
def test_each_hit_says_why(index, typed, reason):
    why = index.find(Query(typed)).hits[0].why
    assert reason in [(one.kind, one.typed, one.matched) for one in why]


def test_words_round_a_question_are_no_reason(index):
    hits = index.find(Query("what is the talk about our biggest neighbour and dialogue")).hits
    assert hits[0].quote.id == "q3"  # whose source's title holds "talk", too
    assert hits[0].why
    assert all(why.typed != "talk" for why in hits[0].why)


def test_whose_words_are_not_there_is_told(index):
    found = index.find(Query("what did lavrov answer"))
    assert [hit.quote.id for hit in found.hits] == ["q4"]
    assert found.note == "The bank holds no quote by Lavrov; these words are Ben Weir’s."
    assert index.find(Query("what did weir say about iraq")).note is None
    assert index.find(Query("what did he say about iraq")).note is None


def test_exact_words_come_before_corrected_ones(index):
    assert index.find(Query("flow")).hits[0].quote.id == "q7"
    assert index.find(Query("flod")).hits[0].quote.id in {"q2", "q9"}


def test_the_score_is_the_share_that_is_covered(index):
    assert index.find(Query("russia")).hits[0].score == 1.0
    assert 0.8 < index.find(Query("rusia")).hits[0].score < 1.0


def test_a_bank_of_one_quote_and_of_none(bank):
    one = Bank("1" * 64, bank.sources, bank.speakers, bank.topics, bank.quotes[2:3])
    assert [hit.quote.id for hit in Index.build(one).find(Query("rusia")).hits] == ["q3"]
    assert Index.build(one).find(Query("pizza")).hits == ()
    none = Bank("2" * 64, (), (), (), ())
    assert Index.build(none).find(Query("russia")).hits == ()
    assert Index.build(none).find(Query()).suggestions == ()
