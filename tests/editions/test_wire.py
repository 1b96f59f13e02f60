"""An edition comes out of the pipe as it went in, and shares what it shared."""

import io
from dataclasses import replace

import pytest

from bot.bank.bank import Bank
from bot.config import shipped_bank
from bot.editions.columnar.bank_columns import columnar
from bot.editions.edition import Edition, Outcome
from bot.editions.making import open_edition
from bot.editions.wire import receive, send
from bot.problem import Problem
from bot.search.index import Index
from bot.search.query import Query

ASKED = ("russia", "rusia", "moscow 2017", "we need both", "stoltenberg", "")


@pytest.fixture(scope="module")
def edition():
    return open_edition(shipped_bank())


def sent(edition):
    out = io.BytesIO()
    send(Outcome(edition, ()), out)
    return out.getvalue()


def received(data):
    return receive(io.BytesIO(data)).edition


def test_it_comes_out_as_it_went_in(edition):
    out = received(sent(edition))
    assert out.bank == edition.bank
    for asked in ASKED:
        assert out.index.find(Query(asked)) == edition.index.find(Query(asked))


def test_what_was_one_is_one(edition):
    out = received(sent(edition))
    bank = out.bank
    sources, speakers, topics = map(id, bank.sources), map(id, bank.speakers), map(id, bank.topics)
    assert {id(quote.source) for quote in bank.quotes} <= set(sources)
    assert {id(quote.speaker) for quote in bank.quotes} <= set(speakers)
    assert {id(topic) for quote in bank.quotes for topic in quote.topics} <= set(topics)
    assert out.index.bank is bank
    found = {id(hit.quote) for hit in out.index.find(Query("russia")).hits}
    assert found
    assert bank.quotes
    assert found <= set(map(id, bank.quotes))


def test_a_columnar_bank_is_sent_alike(edition):
    assert sent(Edition(columnar(edition.bank), edition.index)) == sent(edition)


@pytest.mark.parametrize("part", [0, 0.01, 0.2, 0.5, 0.99])
def test_what_broke_off_raises(edition, part):
    whole = sent(edition)
    with pytest.raises((ValueError, TypeError, LookupError)):
        received(whole[: int(len(whole) * part)])


def test_another_edition_is_not_taken(edition):
    head, _, columns = sent(edition).partition(b"\n")
    with pytest.raises(ValueError, match="another"):
        received(head.replace(edition.bank.key.encode(), b"f" * 64) + b"\n" + columns)


def test_what_came_of_a_reading_without_an_edition_comes_out_as_it_went_in():
    problem = Problem("a.yaml", 1, 2, "error", "odd", "this is odd")
    outcome = Outcome(None, (problem,), unconfirmed_key="f" * 64, gone={"q1": 9.5}, copy_fault="no room")
    out = io.BytesIO()
    send(outcome, out)
    assert receive(io.BytesIO(out.getvalue())) == outcome


def test_an_empty_bank_is_an_edition_too():
    bank = Bank("key", (), (), (), ())
    assert received(sent(Edition(bank, Index.build(bank)))).bank == bank


def test_a_long_note_comes_out_whole(edition):
    quote = replace(edition.bank.quotes[0], note="a\U0001f4d6é" * 500_000)
    bank = replace(edition.bank, quotes=(quote,))
    out = received(sent(Edition(bank, Index.build(bank))))
    assert out.bank.quotes == (quote,)
