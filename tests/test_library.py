"""Which edition serves: that of the folder, else the last good one, else none."""

import logging
import shutil

import pytest

from bot.config import shipped_bank
from bot.errors import BankError
from bot.library import Edition, Library, Outcome, open_edition, open_library
from bot.problem import Problem

FILE = "sources/ukrinform-2020-06-08.yaml"
ERROR = Problem("a.yaml", 1, 2, "error", "odd", "this is odd")
WARNING = Problem("a.yaml", 3, 4, "warning", "odd", "this is a little odd")


@pytest.fixture
def folder(tmp_path):
    shutil.copytree(shipped_bank(), tmp_path / "bank")
    return tmp_path / "bank"


@pytest.fixture
def kept(tmp_path):
    return tmp_path / "data" / "last_good"


def spoil(folder, words="sources: what\n"):
    (folder / FILE).write_text(words, encoding="utf-8")


def test_a_good_bank_is_served_and_kept(folder, kept):
    library = open_library(folder, kept)
    assert not library.faulty
    assert [copy.name for copy in kept.iterdir()] == [library.edition.bank.key]


def test_a_broken_bank_without_a_kept_one_is_refused_with_every_error(folder, kept):
    spoil(folder)
    (folder / "topics.yaml").write_text("topics: 7\n", encoding="utf-8")
    with pytest.raises(BankError) as caught:
        open_library(folder, kept)
    assert {problem.file.rpartition("/")[2] for problem in caught.value.problems} >= {
        "topics.yaml",
        "ukrinform-2020-06-08.yaml",
    }
    assert all(problem.severity == "error" for problem in caught.value.problems)
    with pytest.raises(BankError):
        open_edition(folder)


def test_a_broken_bank_is_stood_in_for_by_the_kept_one_which_is_said(folder, kept, caplog):
    good = open_library(folder, kept).edition.bank
    spoil(folder, "source:\n  outlet: A\x1b[31m\n")
    with caplog.at_level(logging.ERROR):
        library = open_library(folder, kept)
    assert library.edition.bank == good
    assert library.faulty
    assert library.problems
    assert f"edition {good.edition} goes on" in caplog.text
    assert f"{FILE}:2:" in caplog.text
    assert "\x1b" not in caplog.text


def test_a_kept_bank_serves_again_and_again(folder, kept):
    good = open_library(folder, kept).edition.bank
    spoil(folder)
    for _ in range(2):
        assert open_library(folder, kept).edition.bank == good


def test_a_good_bank_is_served_where_no_copy_can_be_kept(folder, tmp_path, caplog):
    (tmp_path / "data").write_text("in the way", encoding="utf-8")
    library = open_library(folder, tmp_path / "data" / "last_good")
    assert library.edition.bank.quotes
    assert "no copy of this bank could be kept" in caplog.text


def test_an_outcome_with_an_edition_is_taken_in_one_step():
    old, new = Edition("old", "index"), Edition("new", "index")
    library = Library(old)
    library.take(Outcome(new, (WARNING,)))
    assert library.edition is new
    assert library.problems == (WARNING,)
    assert not library.faulty


def test_a_faulty_outcome_leaves_the_edition_and_keeps_the_problems():
    old = Edition("old", "index")
    library = Library(old)
    library.take(Outcome(None, (ERROR, WARNING)))
    assert library.edition is old
    assert library.faulty
    library.take(Outcome(None, ()))
    assert library.edition is old
    assert not library.faulty


def test_who_took_the_old_edition_finishes_with_it():
    old, new = Edition("old", "index"), Edition("new", "index")
    library = Library(old)
    taken = library.edition
    library.take(Outcome(new, ()))
    assert taken is old
    assert library.edition is new
