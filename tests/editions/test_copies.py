"""The reading kept of a folder stands for the same files only, and never for longer than it is true."""

import shutil
from datetime import date, timedelta

import pytest

from bot.bank.folder import read_all
from bot.bank.reader import read_bank
from bot.editions import copies as kept
from bot.editions.cache_files import keep, path_of, recall
from bot.editions.columnar.quote_columns import PackedQuotes

DAY = date(2021, 1, 1)


@pytest.fixture
def place(tmp_path):
    return tmp_path / "cache"


@pytest.fixture
def reading(good_bank, place):
    """Of a folder with a warning; kept."""
    (good_bank / "sources" / "notes.txt").write_text("ours", encoding="utf-8")
    reading = read_bank(good_bank, DAY)
    assert [problem.severity for problem in reading.problems] == ["warning"]
    kept.save(reading, good_bank, place, DAY)
    return reading


def test_a_reading_comes_back_with_its_warnings(good_bank, place, reading):
    again = kept.load(good_bank, place, DAY)
    assert isinstance(again.bank.quotes, PackedQuotes)
    assert again == reading


def test_a_file_that_changed_is_read_anew(good_bank, place, reading):
    for path in sorted(good_bank.rglob("*.*")):
        if path.suffix != ".md" and path.is_file() and path.name != "notes.txt":
            before = path.read_bytes()
            path.write_bytes(before + b"\n")
            assert kept.load(good_bank, place, DAY) is None, path
            path.write_bytes(before)
    assert kept.load(good_bank, place, DAY) == reading


@pytest.mark.parametrize("name", ["sources/more.yaml", "sources/other.txt", "sources/notes.txt"])
def test_a_file_that_came_or_went_is_read_anew(good_bank, place, reading, name):
    path = good_bank / name
    if path.exists():
        path.unlink()
    else:
        path.write_text("more", encoding="utf-8")
    assert kept.load(good_bank, place, DAY) is None


def test_a_folder_elsewhere_is_read_anew_but_its_bank_is_known(good_bank, place, reading, tmp_path):
    there = shutil.copytree(good_bank, tmp_path / "there")
    assert kept.load(there, place, DAY) is None
    assert kept.load_bank(read_all(there).key, place) == reading.bank


def test_a_day_that_was_not_yet_over_is_no_reason_to_read_anew_but_an_earlier_one_is(good_bank, place, reading):
    assert kept.load(good_bank, place, DAY + timedelta(days=400)) == reading
    assert kept.load(good_bank, place, DAY - timedelta(days=1)) is None


def test_a_faulty_bank_is_not_kept(good_bank, place):
    (good_bank / "topics.yaml").write_text("topics: 7\n", encoding="utf-8")
    kept.save(read_bank(good_bank, DAY), good_bank, place, DAY)
    assert not place.exists()
    assert kept.load(good_bank, place, DAY) is None


def test_a_folder_that_cannot_be_read_is_no_folder_of_before(good_bank, place, reading):
    shutil.rmtree(good_bank)
    assert kept.load(good_bank, place, DAY) is None


@pytest.mark.parametrize("told", ["", "7", "[]", "[1, 2, 3, 4]", '["soon", 1, [], [2, 1]]', "[" * 100_000])
def test_what_is_wrong_with_a_copy_is_no_reading(good_bank, place, reading, told):
    key = reading.bank.key
    keep(place, kept.KIND, key, recall(place, kept.KIND, key) | {"reading": told})
    assert kept.load(good_bank, place, DAY) is None
    assert kept.load_bank(key, place) is None


def test_a_copy_that_breaks_off_is_no_reading(good_bank, place, reading):
    path = path_of(place, kept.KIND, reading.bank.key)
    path.write_bytes(path.read_bytes()[:-1])
    assert kept.load(good_bank, place, DAY) is None


def test_nothing_is_there_where_nothing_was_kept(good_bank, place):
    assert kept.load(good_bank, place, DAY) is None
    assert kept.load(good_bank, None, DAY) is None
    assert kept.load_bank("a" * 64, place) is None


def test_a_place_that_cannot_be_looked_at_holds_nothing(good_bank, tmp_path):
    assert kept.load(good_bank, tmp_path / ("x" * 300), DAY) is None
