"""An edition comes out of the pipe as it went in, and shares what it shared."""

import io
import pickle
from dataclasses import replace

import pytest

from bot.bank.bank import Bank
from bot.config import shipped_bank
from bot.library import Edition, open_edition
from bot.parcel import A_PIECE, LONG, pack, unpack
from bot.search.index import Index
from bot.search.query import Query


@pytest.fixture(scope="module")
def edition():
    """A bank of several pieces and a bit."""
    small = open_edition(shipped_bank()).bank
    count = 2 * A_PIECE + 3
    quotes = tuple(replace(small.quotes[n % len(small.quotes)], id=f"q{n}") for n in range(count))
    bank = Bank("key", small.sources, small.speakers, small.topics, quotes, small.fingerprints)
    return Edition(bank, Index.build(bank))


@pytest.fixture
def packed(edition):
    out = io.BytesIO()
    pack(edition, out)
    return out.getvalue()


def test_it_comes_out_as_it_went_in(edition, packed):
    out = unpack(io.BytesIO(packed))
    assert out.bank == edition.bank
    asked = Query("russia")
    assert [hit.quote.id for hit in out.index.find(asked).hits] == [
        hit.quote.id for hit in edition.index.find(asked).hits
    ]


def test_what_was_one_is_one(packed):
    out = unpack(io.BytesIO(packed))
    bank = out.bank
    sources, speakers, topics = map(id, bank.sources), map(id, bank.speakers), map(id, bank.topics)
    assert {id(quote.source) for quote in bank.quotes} <= set(sources)
    assert {id(quote.speaker) for quote in bank.quotes} <= set(speakers)
    assert {id(topic) for quote in bank.quotes for topic in quote.topics} <= set(topics)
    assert out.index.bank is bank
    assert {id(hit.quote) for hit in out.index.find(Query("russia")).hits} <= set(map(id, bank.quotes))


@pytest.mark.parametrize("part", [0, 0.01, 0.5, 0.99])
def test_what_broke_off_raises(packed, part):
    with pytest.raises((EOFError, pickle.UnpicklingError)):
        unpack(io.BytesIO(packed[: int(len(packed) * part)]))


def test_a_long_string_goes_in_pieces_and_comes_out_whole(edition):
    note = "a\U0001f4d6é" * LONG
    quote = replace(edition.bank.quotes[0], note=note)
    bank = replace(edition.bank, quotes=(quote,))
    out = io.BytesIO()
    pack(Edition(bank, Index.build(bank)), out)
    assert unpack(io.BytesIO(out.getvalue())).bank.quotes == (quote,)


def test_an_empty_bank_is_an_edition_too():
    bank = Bank("key", (), (), (), ())
    out = io.BytesIO()
    pack(Edition(bank, Index.build(bank)), out)
    assert unpack(io.BytesIO(out.getvalue())).bank == bank
