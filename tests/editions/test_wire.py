"""An edition comes out of the pipe as it went in, and shares what it shared."""

import io
from dataclasses import replace

import pytest

from bot.bank.bank import Bank
from bot.config import shipped_bank
from bot.editions.columnar.bank_columns import packed
from bot.editions.library import Edition, open_edition
from bot.editions.wire import pack, unpack
from bot.search.index import Index
from bot.search.query import Query

ASKED = ("russia", "rusia", "moscow 2017", "we need both", "stoltenberg", "")


@pytest.fixture(scope="module")
def edition():
    return open_edition(shipped_bank())


def sent(edition):
    out = io.BytesIO()
    pack(edition, out)
    return out.getvalue()


def test_it_comes_out_as_it_went_in(edition):
    out = unpack(io.BytesIO(sent(edition)), edition.bank.key)
    assert out.bank == edition.bank
    for asked in ASKED:
        assert out.index.find(Query(asked)) == edition.index.find(Query(asked))


def test_what_was_one_is_one(edition):
    out = unpack(io.BytesIO(sent(edition)), edition.bank.key)
    bank = out.bank
    sources, speakers, topics = map(id, bank.sources), map(id, bank.speakers), map(id, bank.topics)
    assert {id(quote.source) for quote in bank.quotes} <= set(sources)
    assert {id(quote.speaker) for quote in bank.quotes} <= set(speakers)
    assert {id(topic) for quote in bank.quotes for topic in quote.topics} <= set(topics)
    assert out.index.bank is bank
    assert {id(hit.quote) for hit in out.index.find(Query("russia")).hits} <= set(map(id, bank.quotes))


def test_a_packed_bank_is_sent_alike(edition):
    assert sent(Edition(packed(edition.bank), edition.index)) == sent(edition)


@pytest.mark.parametrize("part", [0, 0.01, 0.2, 0.5, 0.99])
def test_what_broke_off_raises(edition, part):
    whole = sent(edition)
    with pytest.raises((ValueError, TypeError, LookupError)):
        unpack(io.BytesIO(whole[: int(len(whole) * part)]), edition.bank.key)


def test_another_edition_is_not_taken(edition):
    with pytest.raises(ValueError, match="another"):
        unpack(io.BytesIO(sent(edition)), "f" * 64)


def test_an_empty_bank_is_an_edition_too():
    bank = Bank("key", (), (), (), ())
    assert unpack(io.BytesIO(sent(Edition(bank, Index.build(bank)))), "key").bank == bank


def test_a_long_note_comes_out_whole(edition):
    quote = replace(edition.bank.quotes[0], note="a\U0001f4d6é" * 500_000)
    bank = replace(edition.bank, quotes=(quote,))
    out = unpack(io.BytesIO(sent(Edition(bank, Index.build(bank)))), bank.key)
    assert out.bank.quotes == (quote,)
