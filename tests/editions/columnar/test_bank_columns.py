"""A bank in columns is the bank it was made from, field for field; what is wrong is noticed or does no harm."""

import io
import json
from array import array
from dataclasses import fields, replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.bank.bank import Bank
from bot.bank.digest import NOTHING, SEPARATOR, differing
from bot.bank.fingerprint import make
from bot.bank.quote import Fact, PartialDate, Quote, Reprint, Role, Source, Speaker, Topic, When
from bot.bank.reader import read_bank
from bot.config import shipped_bank
from bot.editions import cache_files
from bot.editions.columnar import encoding
from bot.editions.columnar.bank_columns import bank_from_columns, bank_to_columns, columnar, materialized
from bot.editions.columnar.quote_columns import ColumnarQuotes

KEY = "a" * 64
ADA = Speaker("ada-berg", "Ada Berg", "Ada", "Berg", ("Berg",), (Role("Mayor", PartialDate(2012, 3)),))
DAY = When(PartialDate(2017, 5, 25), PartialDate(2017, 5, 25), "printed")
HALL = Source("hall-2017", "The Northby Example", "speech", said=DAY, place=Fact("the town hall", "inferred"))
ROADS = Topic("roads", "roads", ("streets",), ("the roads",))

texts = st.text(st.characters(exclude_categories=["Cs"], exclude_characters=[SEPARATOR, NOTHING]))


@st.composite
def banks(draw):
    """Banks of every shape the types allow."""
    sources, speakers, topics = (
        draw(st.lists(st.from_type(kind), min_size=1, max_size=3, unique_by=lambda one: one.id))
        for kind in (Source, Speaker, Topic)
    )
    quote = st.builds(
        Quote,
        id=texts,
        segments=st.lists(texts, max_size=3).map(tuple),
        speaker=st.sampled_from(speakers),
        source=st.sampled_from(sources),
        topics=st.lists(st.sampled_from(topics), max_size=3, unique_by=id).map(tuple),
        question=st.none() | texts,
        before=st.none() | texts,
        after=st.none() | texts,
        said_on=st.none() | st.from_type(When),
        note=st.none() | texts,
    )
    quotes = draw(st.lists(quote, max_size=6, unique_by=lambda one: one.id))
    proofs = {source.id: make(draw(texts), "salt") for source in sources}
    calls = draw(st.lists(st.text(), max_size=2))
    return Bank(KEY, tuple(sources), tuple(speakers), tuple(topics), tuple(quotes), proofs, tuple(calls))


def through_bytes(bank):
    out = io.BytesIO()
    encoding.write(out, bank.key, bank_to_columns(bank))
    return bank_from_columns(bank.key, encoding.read(io.BytesIO(out.getvalue()), bank.key))


@pytest.fixture(scope="module")
def shipped():
    return read_bank(shipped_bank()).bank


@pytest.fixture
def small():
    quotes = tuple(
        Quote(f"q{n}", (f"Words number {n}.",), ADA, HALL, (ROADS,), note=None if n else "ours") for n in range(5)
    )
    return Bank(KEY, (HALL,), (ADA,), (ROADS,), quotes, {"hall-2017": make("Words number 1. More.", "hall-2017")})


# ── what comes out is what went in ────────────────────────────────────────


def test_the_shipped_bank_comes_out_as_it_went_in(shipped):
    out = through_bytes(shipped)
    assert isinstance(out.quotes, ColumnarQuotes)
    assert out == shipped
    assert shipped == out
    assert tuple(out.quotes) == shipped.quotes
    assert list(out.by_id) == list(shipped.by_id)
    assert dict(out.fingerprints) == shipped.fingerprints


@settings(max_examples=60, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(banks())
def test_any_bank_comes_out_as_it_went_in(bank):
    assert through_bytes(bank) == bank


def test_one_quote_with_everything():
    source = replace(HALL, reprint=Reprint("The Other", DAY, Fact("https://example.org", "looked up")), note="late")
    quote = Quote("q", ("One.", "Two “ž”."), ADA, source, (ROADS,), "What?", "He began.", "He went.", DAY, "[sic]")
    assert None not in [getattr(quote, field.name) for field in fields(Quote)]
    bank = Bank(KEY, (source,), (ADA,), (ROADS,), (quote,))
    assert through_bytes(bank).quotes[0] == quote


def test_what_is_in_columns_has_them_as_they_are(shipped):
    once = columnar(shipped)
    assert bank_to_columns(once) == bank_to_columns(shipped)
    assert columnar(once) == shipped


@pytest.mark.parametrize("character", [SEPARATOR, NOTHING, "\ud800"])
def test_a_quote_that_does_not_fit_is_refused(small, character):
    odd = replace(small.quotes[1], question=f"What{character}?")
    with pytest.raises(ValueError, match=r"separates|surrogates"):
        bank_to_columns(replace(small, quotes=(odd,)))


def test_a_quote_of_something_that_is_not_listed_is_refused(small):
    with pytest.raises(ValueError, match="does not list"):
        bank_to_columns(replace(small, topics=()))


# ── quotes that are made when they are asked for ──────────────────────────


def test_nothing_is_made_before_it_is_asked_for(shipped):
    bank = columnar(shipped)
    assert len(bank.quotes) == len(bank.by_id) == len(shipped.quotes)
    assert shipped.quotes[3].id in bank.by_id
    assert "nobody" not in bank.by_id
    assert {key: len(quotes) for key, quotes in bank.by_topic.items()} == {
        key: len(quotes) for key, quotes in shipped.by_topic.items()
    }
    assert materialized(bank) == ([], [])
    assert bank.quotes[3].topics[0] is next(one for one in bank.topics if one.id == bank.quotes[3].topics[0].id)
    assert materialized(bank) == ([shipped.quotes[3]], [])
    assert materialized(shipped) == (list(shipped.quotes), list(shipped.fingerprints.values()))


def test_one_quote_is_one_object_however_it_is_asked_for(shipped):
    bank = columnar(shipped)
    quote = bank.quotes[7]
    assert bank.quotes[7 - len(bank.quotes)] is bank.quotes[7:8][0] is bank.by_id[quote.id] is quote
    assert any(one is quote for one in bank.by_source[quote.source.id])
    assert any(one is quote for one in bank.by_topic[quote.topics[0].id][:])
    assert list(bank.quotes)[7] is quote


def test_what_is_not_there_is_told_as_by_a_tuple_and_a_dict(small):
    bank = columnar(small)
    for place in (5, -6):
        with pytest.raises(IndexError):
            bank.quotes[place]
    with pytest.raises(KeyError):
        bank.by_id["nobody"]
    assert bank.by_id.get("nobody") is bank.by_topic.get("nowhere") is bank.fingerprints.get("nowhere") is None
    assert 7 not in bank.by_id
    assert bank.quotes != small.quotes[:4]
    assert bank.quotes != "words"
    assert bank.quotes[1:3] == small.quotes[1:3]


def test_two_banks_are_compared_without_making_what_they_share(small):
    changed = replace(small.quotes[2], note="new")
    later = replace(small, quotes=(small.quotes[0], changed, *small.quotes[3:], replace(changed, id="q9")))
    old, new = columnar(small), columnar(later)
    were, are = differing(old, new)
    assert ([one.id for one in were], [one.id for one in are]) == (["q1", "q2"], ["q2", "q9"])
    assert len(materialized(old)[0]) == len(materialized(new)[0]) == 2
    assert differing(small, new) == (were, are)
    assert differing(old, later) == (were, are)


# ── damage ────────────────────────────────────────────────────────────────


@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.floats(0, 0.9999), st.sampled_from(["cut", "change", "add"]), st.integers(1, 255), st.booleans())
def test_a_damaged_file_is_no_file(small, tmp_path, where, how, by, in_head):
    path = cache_files.save(tmp_path, "bank", KEY, bank_to_columns(small))
    whole = path.read_bytes()
    at = int((whole.index(b"\n") if in_head else len(whole)) * where)
    kept = {"cut": b"", "change": bytes((whole[at] ^ by,)) + whole[at + 1 :], "add": bytes((by,)) + whole[at:]}[how]
    path.write_bytes(whole[:at] + kept)
    parts = cache_files.load(tmp_path, "bank", KEY)
    assert parts is None or parts == bank_to_columns(small)


@settings(max_examples=200, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_columns_that_lie_are_refused_or_give_quotes_all_the_same(data, small):
    parts = bank_to_columns(small)
    name = data.draw(st.sampled_from(sorted(parts)))
    part = parts[name]
    if isinstance(part, array):
        spoilt = array(part.typecode, part)
        if spoilt and data.draw(st.booleans()):
            spoilt[data.draw(st.integers(0, len(spoilt) - 1))] = data.draw(st.integers(0, 9) | st.just(2**32 - 1))
        else:
            spoilt = spoilt[: data.draw(st.integers(0, len(spoilt)))]
    elif isinstance(part, bytes):
        spoilt = data.draw(st.binary(min_size=len(part), max_size=len(part)) | st.binary(max_size=len(part)))
    else:
        spoilt = json.dumps(data.draw(st.recursive(st.none() | st.integers() | st.text(), st.lists, max_leaves=5)))
    try:
        bank = bank_from_columns(KEY, parts | {name: spoilt})
    except (ValueError, TypeError, LookupError):
        return
    for quotes in (bank.quotes, *bank.by_topic.values(), *bank.by_source.values()):
        for at in range(len(quotes)):
            assert isinstance(quotes[at], Quote)
            assert isinstance(quotes[at].text, str)
            assert isinstance(bank.by_id.get(quotes[at].id), Quote | None)
    for fingerprint in bank.fingerprints.values():
        assert len(fingerprint.hashes) == max(0, fingerprint.words - fingerprint.window + 1)


def test_what_is_missing_is_refused(small):
    for name in bank_to_columns(small):
        parts = bank_to_columns(small)
        del parts[name]
        with pytest.raises(KeyError):
            bank_from_columns(KEY, parts)
