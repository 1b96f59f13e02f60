"""The reading and the index saved of a bank stand for the same files only, and never for longer than it is true."""

import json
import shutil
from dataclasses import replace
from datetime import date, timedelta

import pytest

from bot.bank.bank import Bank
from bot.bank.folder import HERE
from bot.bank.reader import read_bank
from bot.config import shipped_bank
from bot.editions import cache_files
from bot.editions.columnar.quote_columns import ColumnarQuotes
from bot.editions.copies import CACHE, INDEX, READING, Copies
from bot.editions.making import indexed
from bot.search.index import Index
from bot.search.query import Query

DAY = date(2021, 1, 1)


@pytest.fixture
def place(data):
    return data / CACHE


@pytest.fixture
def reading(good_bank, copies):
    """Of a folder with a warning; kept."""
    (good_bank / "sources" / "notes.txt").write_text("ours", encoding="utf-8")
    reading = read_bank(good_bank, DAY, HERE)
    assert [problem.severity for problem in reading.problems] == ["warning"]
    copies.save_reading(reading, good_bank, DAY)
    return reading


def test_a_reading_comes_back_with_its_warnings(good_bank, copies, reading):
    again = copies.load_reading(good_bank, DAY)
    assert isinstance(again.bank.quotes, ColumnarQuotes)
    assert again == reading


def test_a_file_that_changed_is_read_anew(good_bank, copies, reading):
    for path in sorted(good_bank.rglob("*.*")):
        if path.suffix != ".md" and path.is_file() and path.name != "notes.txt":
            before = path.read_bytes()
            path.write_bytes(before + b"\n")
            assert copies.load_reading(good_bank, DAY) is None, path
            path.write_bytes(before)
    assert copies.load_reading(good_bank, DAY) == reading


@pytest.mark.parametrize("name", ["sources/more.yaml", "sources/other.txt", "sources/notes.txt"])
def test_a_file_that_came_or_went_is_read_anew(good_bank, copies, reading, name):
    path = good_bank / name
    if path.exists():
        path.unlink()
    else:
        path.write_text("more", encoding="utf-8")
    assert copies.load_reading(good_bank, DAY) is None


def test_a_folder_elsewhere_that_says_the_same_is_known(good_bank, copies, reading, tmp_path):
    """Its files are told of by their names inside it, so nothing that was read differs."""
    there = shutil.copytree(good_bank, tmp_path / "there")
    assert copies.load_reading(there, DAY) == reading


def test_a_day_that_was_not_yet_over_is_no_reason_to_read_anew_but_an_earlier_one_is(good_bank, copies, reading):
    assert copies.load_reading(good_bank, DAY + timedelta(days=400)) == reading
    assert copies.load_reading(good_bank, DAY - timedelta(days=1)) is None


def test_a_faulty_bank_is_not_kept(good_bank, place, copies):
    (good_bank / "topics.yaml").write_text("topics: 7\n", encoding="utf-8")
    copies.save_reading(read_bank(good_bank, DAY), good_bank, DAY)
    assert not place.exists()
    assert copies.load_reading(good_bank, DAY) is None


def test_a_folder_that_cannot_be_read_is_no_folder_of_before(good_bank, copies, reading):
    shutil.rmtree(good_bank)
    assert copies.load_reading(good_bank, DAY) is None


@pytest.mark.parametrize("told", ["", "7", "[]", "[1, 2, 3, 4]", '["soon", 1, [], [2, 1]]', "[" * 100_000])
def test_what_is_wrong_with_a_copy_is_no_reading(good_bank, place, copies, reading, told):
    key = reading.bank.key
    cache_files.save(place, READING, key, cache_files.load(place, READING, key) | {"reading": told})
    assert copies.load_reading(good_bank, DAY) is None


def test_a_copy_that_breaks_off_is_no_reading(good_bank, place, copies, reading):
    path = cache_files.path_of(place, READING, reading.bank.key)
    path.write_bytes(path.read_bytes()[:-1])
    assert copies.load_reading(good_bank, DAY) is None


def test_nothing_is_there_where_nothing_was_kept(good_bank, copies):
    assert copies.load_reading(good_bank, DAY) is None
    assert Copies().load_reading(good_bank, DAY) is None


def test_a_place_that_cannot_be_looked_at_holds_nothing(good_bank, tmp_path):
    assert Copies(tmp_path / ("x" * 300)).load_reading(good_bank, DAY) is None


# ── the index ─────────────────────────────────────────────────────────────


@pytest.fixture(scope="module")
def bank():
    return read_bank(shipped_bank()).bank


@pytest.fixture(scope="module")
def index(bank):
    return Index.build(bank)


@pytest.fixture
def saved(index, place, copies):
    """The file that the index is saved in."""
    copies.save_index(index)
    (path,) = place.glob(f"{INDEX}-*")
    return path


def answers(index):
    return [index.find(Query(words)) for words in ("russia", "rusia", "after 2016", "migr", "pizza", "")]


def test_an_index_that_was_saved_answers_alike(bank, index, copies, saved):
    assert answers(copies.load_index(bank)) == answers(index)


def test_a_bank_without_quotes_can_be_kept(copies):
    empty = Bank("e" * 64, (), (), (), ())
    copies.save_index(Index.build(empty))
    assert copies.load_index(empty).find(Query("russia")).hits == ()


def test_another_bank_is_not_answered_from_it(bank, place, copies, saved):
    changed = replace(bank, key="1" * 64)
    saved.rename(cache_files.path_of(place, INDEX, changed.key))
    assert copies.load_index(changed) is None


def test_a_bank_of_fewer_quotes_is_not_answered_from_it(bank, copies, saved):
    assert copies.load_index(replace(bank, quotes=bank.quotes[:-1])) is None


@pytest.mark.parametrize(
    "spoil", [lambda data: data[:-9], lambda data: data[:-9] + b"xxxxxxxxx", lambda _: b"", lambda _: b"{}\n"]
)
def test_a_damaged_file_is_not_used_and_made_anew(monkeypatch, bank, index, copies, saved, spoil):
    monkeypatch.setattr("bot.editions.copies.LARGE", 1)
    saved.write_bytes(spoil(saved.read_bytes()))
    assert copies.load_index(bank) is None
    assert answers(indexed(bank, copies).index) == answers(index)
    assert copies.load_index(bank) is not None


def test_another_version_is_not_used(bank, copies, saved):
    head, _, rest = saved.read_bytes().partition(b"\n")
    facts = json.loads(head)
    facts["format"] += 1
    saved.write_bytes(json.dumps(facts).encode() + b"\n" + rest)
    assert copies.load_index(bank) is None


@pytest.mark.parametrize(
    "name", ["years", "known.names.of", "known.speakers.docs.ends", "known.vocabulary.ends", "dates.first"]
)
def test_columns_that_do_not_fit_together_are_not_used(bank, place, copies, saved, name):
    key = json.loads(saved.read_bytes().partition(b"\n")[0])["key"].removesuffix(f" {cache_files.program()}")
    columns = cache_files.load(place, INDEX, key)
    columns[name] = columns[name][:1]
    cache_files.save(place, INDEX, key, columns)
    assert copies.load_index(bank) is None


def test_an_index_is_built_where_nothing_can_be_kept(monkeypatch, bank, index, data, copies):
    monkeypatch.setattr("bot.editions.copies.LARGE", 1)
    data.write_text("a file where the folder should be")
    for nowhere in (copies, Copies()):
        assert answers(indexed(bank, nowhere).index) == answers(index)


def test_old_indexes_are_removed(bank, place, copies):
    for number in range(4):
        copies.save_index(Index.build(replace(bank, key=f"{number:064x}"[::-1])))
    assert len(list(place.iterdir())) == 2
