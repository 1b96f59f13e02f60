"""An index kept on disk answers as the one it was made from; what is wrong with it is built anew."""

import json
from collections.abc import Mapping
from dataclasses import replace

import pytest

from bot.bank.reader import read_bank
from bot.config import shipped_bank
from bot.editions import cache_files as files
from bot.editions.cache_files import path_of
from bot.editions.columnar.index_columns import KIND, _key, load, load_or_build, pack_index, save
from bot.search.index import Index
from bot.search.query import Query

ASKED = (
    "russia",
    "rusia",
    "a very clear teacher",
    "brook bridge",
    "austerity",
    "after 2016",
    "vov",
    "migr",
    "pizza",
    "",
    "россия",
)


@pytest.fixture(scope="module")
def bank():
    return read_bank(shipped_bank()).bank


@pytest.fixture(scope="module")
def index(bank):
    return Index.build(bank)


def answers(index):
    return [index.find(Query(asked)) for asked in ASKED]


def test_answers_alike(tmp_path, bank, index):
    save(index, tmp_path)
    loaded = load(bank, tmp_path)
    assert loaded is not None
    assert answers(loaded) == answers(index)


def test_what_was_loaded_can_be_kept_again_as_it_was(tmp_path, bank, index):
    save(index, tmp_path)
    loaded = load(bank, tmp_path)
    assert pack_index(loaded) == pack_index(index)
    for room in ("names", "speakers", "sources"):
        for name, held in vars(getattr(index.known, room)).items():
            if isinstance(held, Mapping) and name != "_merged":
                there = getattr(getattr(loaded.known, room), name)
                assert {key: list(row) for key, row in there.items()} == {key: list(row) for key, row in held.items()}
                assert all(there.get(key) is not None for key in held)
                assert there.get("nothing such") is None


def test_a_bank_without_quotes_can_be_kept(tmp_path):
    from bot.bank.bank import Bank

    empty = Bank("e" * 64, (), (), (), ())
    save(Index.build(empty), tmp_path)
    loaded = load(empty, tmp_path)
    assert loaded is not None
    assert loaded.find(Query("russia")).hits == ()


def test_another_bank_is_not_answered_from_it(tmp_path, bank, index):
    save(index, tmp_path)
    changed = replace(bank, key="1" * 64)
    path_of(tmp_path, KIND, bank.key).rename(path_of(tmp_path, KIND, changed.key))
    assert load(changed, tmp_path) is None


def test_a_bank_of_fewer_quotes_is_not_answered_from_it(tmp_path, bank, index):
    save(index, tmp_path)
    assert load(replace(bank, quotes=bank.quotes[:-1]), tmp_path) is None


@pytest.mark.parametrize(
    "spoil", [lambda data: data[:-9], lambda data: data[:-9] + b"xxxxxxxxx", lambda _: b"", lambda _: b"{}\n"]
)
def test_a_damaged_file_is_not_used(tmp_path, bank, index, spoil):
    path = save(index, tmp_path)
    path.write_bytes(spoil(path.read_bytes()))
    assert load(bank, tmp_path) is None
    assert answers(load_or_build(bank, tmp_path)) == answers(index)
    assert load(bank, tmp_path) is not None


def test_another_version_is_not_used(tmp_path, bank, index):
    path = save(index, tmp_path)
    head, _, rest = path.read_bytes().partition(b"\n")
    told = json.loads(head)
    told["format"] += 1
    path.write_bytes(json.dumps(told).encode() + b"\n" + rest)
    assert load(bank, tmp_path) is None


@pytest.mark.parametrize(
    "name", ["years", "known.names.of", "known.speakers.docs.ends", "known.vocabulary.ends", "dates.first"]
)
def test_parts_that_do_not_fit_together_are_not_used(tmp_path, bank, index, name):
    parts = pack_index(index)
    parts[name] = parts[name][:1]
    files.keep(tmp_path, KIND, _key(bank), parts)
    assert load(bank, tmp_path) is None


def test_works_where_nothing_can_be_kept(tmp_path, bank, index):
    (tmp_path / "taken").write_text("a file where the folder should be")
    assert answers(load_or_build(bank, tmp_path / "taken")) == answers(index)
    assert answers(load_or_build(bank, None)) == answers(index)


def test_old_caches_are_removed(tmp_path, bank):
    for number in range(4):
        save(Index.build(replace(bank, key=f"{number:064x}"[::-1])), tmp_path)
    assert len(list(tmp_path.iterdir())) == 2
