"""The copy a restart serves while the folder holds a fault: whole, true to its key, or not there."""

import shutil
from datetime import date

import pytest

from bot.bank.folder import read_all
from bot.bank.reader import read_bank
from bot.config import shipped_bank
from bot.editions import copies as kept
from bot.editions import last_good
from bot.editions.columnar.quote_columns import PackedQuotes

FILE = "sources/ukrinform-2020-06-08.yaml"


@pytest.fixture
def folder(tmp_path):
    shutil.copytree(shipped_bank(), tmp_path / "bank")
    return tmp_path / "bank"


@pytest.fixture
def place(tmp_path):
    return tmp_path / "data" / "last_good"


def test_a_bank_is_kept_and_recalled(folder, place):
    bank = read_bank(folder).bank
    assert last_good.keep(bank, folder, place) == ""
    assert last_good.recall(place) == bank


def test_the_key_of_the_files_is_the_key_of_the_bank(folder):
    assert read_all(folder).key == read_bank(folder).bank.key


def test_a_bank_whose_reading_is_kept_is_recalled_without_reading_it(folder, place, tmp_path):
    reading = read_bank(folder)
    last_good.keep(reading.bank, folder, place)
    kept.save(reading, folder, tmp_path / "cache", date(2021, 1, 1))
    recalled = last_good.recall(place, tmp_path / "cache")
    assert isinstance(recalled.quotes, PackedQuotes)
    assert recalled == reading.bank
    with (place / reading.bank.key / FILE).open("a", encoding="utf-8") as file:
        file.write("# changed\n")
    assert last_good.recall(place, tmp_path / "cache") is None


def test_only_the_latest_bank_is_kept(folder, place):
    last_good.keep(read_bank(folder).bank, folder, place)
    text = (folder / FILE).read_text(encoding="utf-8")
    (folder / FILE).write_text(text + "# more\n", encoding="utf-8")
    later = read_bank(folder).bank
    assert last_good.keep(later, folder, place) == ""
    assert [copy.name for copy in place.iterdir()] == [later.key]
    assert last_good.recall(place) == later


def test_a_copy_that_was_changed_does_not_count(folder, place):
    bank = read_bank(folder).bank
    last_good.keep(bank, folder, place)
    with (place / bank.key / FILE).open("a", encoding="utf-8") as file:
        file.write("# a good bank still, but not the one that was kept\n")
    assert last_good.recall(place) is None


def test_a_copy_that_was_not_finished_does_not_count_and_is_cleared_away(folder, place):
    bank = read_bank(folder).bank
    shutil.copytree(folder, place / (bank.key + last_good.UNFINISHED))
    assert last_good.recall(place) is None
    assert last_good.keep(bank, folder, place) == ""
    assert [copy.name for copy in place.iterdir()] == [bank.key]


def test_files_that_changed_after_they_were_read_are_not_kept_for_the_bank(folder, place):
    bank = read_bank(folder).bank
    (folder / FILE).write_text("half", encoding="utf-8")
    assert "changed" in last_good.keep(bank, folder, place)
    assert last_good.recall(place) is None


def test_a_place_that_cannot_be_written_is_told(folder, tmp_path):
    (tmp_path / "data").write_text("a file where a folder should be", encoding="utf-8")
    assert last_good.keep(read_bank(folder).bank, folder, tmp_path / "data" / "last_good")
    assert last_good.recall(tmp_path / "data" / "last_good") is None


def test_nothing_is_recalled_from_nowhere(place):
    assert last_good.recall(place) is None


def test_what_is_not_a_bank_is_not_kept(folder, place):
    (folder / "sources" / "more").mkdir()
    (folder / "sources" / "notes.txt").write_text("mine", encoding="utf-8")
    bank = read_bank(folder).bank
    assert last_good.keep(bank, folder, place) == ""
    assert not (place / bank.key / "sources" / "notes.txt").exists()
    assert last_good.recall(place) == bank


def test_what_went_is_known_as_it_was_told_last_though_the_copy_is_there_already(folder, place):
    bank = read_bank(folder).bank
    for gone in ({}, {"went-1": 90.0}, {"went-1": 90.0, "went-2": 95.0}, {}):
        assert last_good.keep(bank, folder, place, gone) == ""
        held = last_good.known(place, folder, 100.0)
        assert held.keys() - bank.by_id.keys() == gone.keys()


@pytest.mark.parametrize("other", ["another", "bank/sources", ""])
def test_nothing_is_held_against_another_folder(folder, place, tmp_path, other):
    bank = read_bank(folder).bank
    last_good.keep(bank, folder, place, {"went": 90.0})
    assert last_good.known(place, folder, 100.0).keys() == {*bank.by_id, "went"}
    assert last_good.known(place, tmp_path / other, 100.0) == {}
