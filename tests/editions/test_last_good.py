"""The copy a restart serves while the folder holds a fault: intact, true to its key, or not there."""

import shutil
from datetime import date

import pytest

from bot.bank.folder import read_all
from bot.bank.reader import read_bank
from bot.editions.columnar.quote_columns import ColumnarQuotes
from bot.editions.copies import LAST_GOOD, Copies
from bot.editions.last_good import UNFINISHED
from tests.editions.conftest import FILE


@pytest.fixture
def place(data):
    """Where the copies are."""
    return data / LAST_GOOD


def test_a_bank_is_kept_and_recalled(folder, copies):
    bank = read_bank(folder).bank
    assert copies.last_good.save(bank, folder) == ""
    assert copies.last_good_bank() == bank


def test_the_key_of_the_files_is_the_key_of_the_bank(folder):
    assert read_all(folder).key == read_bank(folder).bank.key


def test_a_bank_whose_reading_is_kept_is_recalled_without_reading_it(folder, place, copies):
    reading = read_bank(folder)
    copies.last_good.save(reading.bank, folder)
    copies.save_reading(reading, folder, date(2021, 1, 1))
    recalled = copies.last_good_bank()
    assert isinstance(recalled.quotes, ColumnarQuotes)
    assert recalled == reading.bank
    with (place / reading.bank.key / FILE).open("a", encoding="utf-8") as file:
        file.write("# changed\n")
    assert copies.last_good_bank() is None


def test_only_the_latest_bank_is_kept(folder, place, copies):
    copies.last_good.save(read_bank(folder).bank, folder)
    text = (folder / FILE).read_text(encoding="utf-8")
    (folder / FILE).write_text(text + "# more\n", encoding="utf-8")
    later = read_bank(folder).bank
    assert copies.last_good.save(later, folder) == ""
    assert [copy.name for copy in place.iterdir()] == [later.key]
    assert copies.last_good_bank() == later


def test_a_copy_that_was_changed_does_not_count(folder, place, copies):
    bank = read_bank(folder).bank
    copies.last_good.save(bank, folder)
    with (place / bank.key / FILE).open("a", encoding="utf-8") as file:
        file.write("# a good bank still, but not the one that was kept\n")
    assert copies.last_good_bank() is None


def test_a_copy_that_was_not_finished_does_not_count_and_is_cleared_away(folder, place, copies):
    bank = read_bank(folder).bank
    shutil.copytree(folder, place / (bank.key + UNFINISHED))
    assert copies.last_good_bank() is None
    assert copies.last_good.save(bank, folder) == ""
    assert [copy.name for copy in place.iterdir()] == [bank.key]


def test_files_that_changed_after_they_were_read_are_not_kept_for_the_bank(folder, copies):
    bank = read_bank(folder).bank
    (folder / FILE).write_text("half", encoding="utf-8")
    assert "changed" in copies.last_good.save(bank, folder)
    assert copies.last_good_bank() is None


def test_a_place_that_cannot_be_written_is_told(folder, data, copies):
    data.write_text("a file where a folder should be", encoding="utf-8")
    assert copies.last_good.save(read_bank(folder).bank, folder)
    assert copies.last_good_bank() is None


def test_without_a_data_folder_nothing_is_kept(folder):
    nowhere = Copies()
    assert nowhere.last_good.save(read_bank(folder).bank, folder) == ""
    assert nowhere.last_good_bank() is None
    assert nowhere.last_good.expected(folder, 100.0) == {}


def test_nothing_is_recalled_from_nowhere(copies):
    assert copies.last_good_bank() is None


def test_what_is_not_a_bank_is_not_kept(folder, place, copies):
    (folder / "sources" / "more").mkdir()
    (folder / "sources" / "notes.txt").write_text("mine", encoding="utf-8")
    bank = read_bank(folder).bank
    assert copies.last_good.save(bank, folder) == ""
    assert not (place / bank.key / "sources" / "notes.txt").exists()
    assert copies.last_good_bank() == bank


def test_what_went_is_known_as_it_was_told_last_though_the_copy_is_there_already(folder, copies):
    bank = read_bank(folder).bank
    for gone in ({}, {"went-1": 90.0}, {"went-1": 90.0, "went-2": 95.0}, {}):
        assert copies.last_good.save(bank, folder, gone) == ""
        held = copies.last_good.expected(folder, 100.0)
        assert held.keys() - bank.by_id.keys() == gone.keys()


@pytest.mark.parametrize("other", ["another", "bank/sources", ""])
def test_nothing_is_held_against_another_folder(folder, copies, tmp_path, other):
    bank = read_bank(folder).bank
    copies.last_good.save(bank, folder, {"went": 90.0})
    assert copies.last_good.expected(folder, 100.0).keys() == {*bank.by_id, "went"}
    assert copies.last_good.expected(tmp_path / other, 100.0) == {}
