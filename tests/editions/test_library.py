"""Which edition serves: that of the folder, else the last good one, else none."""

import logging
import shutil

import pytest

from bot.bank.fingerprint import dump, make
from bot.config import shipped_bank
from bot.editions.child_process import Apart
from bot.editions.columnar.bank_columns import made
from bot.editions.columnar.quote_columns import PackedQuotes
from bot.editions.library import MANY, Edition, Library, Outcome, open_edition, open_library
from bot.errors import BankError
from bot.problem import Problem
from bot.search.calling.triggers import Triggers
from bot.search.query import Query

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


def lose(folder, count=3):
    for path in sorted((folder / "sources").iterdir())[:count]:
        path.unlink()


def test_a_start_with_a_third_of_the_quotes_gone_serves_the_kept_bank_and_says_how_to_go_on(folder, kept, caplog):
    good = open_library(folder, kept).edition.bank
    lose(folder)
    for _ in range(2):
        library = open_library(folder, kept)
        assert library.edition.bank == good
        assert library.faulty
        assert library.held
    assert "quotes are gone at once" in caplog.text
    assert "delete the folder last_good" in caplog.text
    shutil.rmtree(kept)
    library = open_library(folder, kept)
    assert library.edition.bank.key != good.key
    assert not library.problems
    assert [copy.name for copy in kept.iterdir()] == [library.edition.bank.key]


def test_another_folder_is_another_bank_and_nothing_is_lost(folder, kept, tmp_path):
    open_library(folder, kept)
    shutil.copytree(folder, tmp_path / "other")
    lose(tmp_path / "other")
    library = open_library(tmp_path / "other", kept)
    assert not library.faulty
    lose(tmp_path / "other", 1)
    assert open_library(tmp_path / "other", kept).faulty


def test_a_start_that_is_refused_names_files_that_can_be_opened(folder, kept):
    spoil(folder)
    with pytest.raises(BankError) as caught:
        open_library(folder, kept)
    assert str(folder / FILE) in str(caught.value)


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


# ── a large bank, whose reading and index are kept ────────────────────────

HEAD = """source:
  outlet: The Northby Example
  kind: speech
  said: {date: 2017-05-25, basis: printed}
  speaker: ada-berg
quotes:
"""


@pytest.fixture(scope="module")
def large(tmp_path_factory):
    """A folder with as many quotes as make a bank a large one."""
    folder = tmp_path_factory.mktemp("large") / "bank"
    for name in ("sources", "fingerprints"):
        (folder / name).mkdir(parents=True)
    (folder / "topics.yaml").write_text("topics:\n  bells: {name: bells}\n  bridges: {name: bridges}\n")
    (folder / "speakers.yaml").write_text("speakers:\n  ada-berg: {name: Ada Berg}\n")
    for first in range(0, MANY, 1000):
        told = {n: f"Bell {n} rang for {n * 7} nights over the {n + 3} roofs." for n in range(first, first + 1000)}
        quotes = "".join(f"  - id: q{n}\n    text: {text}\n    topics: [bells]\n" for n, text in told.items())
        (folder / "sources" / f"s{first}.yaml").write_text(HEAD + quotes)
        (folder / "fingerprints" / f"s{first}.txt").write_text(dump(make("\n".join(told.values()), f"s{first}")))
    return folder


def copied(large, tmp_path):
    return shutil.copytree(large, tmp_path / "bank")


def answers(library):
    return [library.edition.index.find(Query(words)) for words in ("bell 77", "bells", "", "ada berg roof", "pizza")]


def test_a_large_bank_is_there_at_the_next_start_and_its_quotes_when_they_are_asked_for(large, tmp_path, kept):
    folder = copied(large, tmp_path)
    first, second = open_library(folder, kept), open_library(folder, kept)
    bank = second.edition.bank
    assert isinstance(bank.quotes, PackedQuotes)
    assert Triggers.build(bank).match("quote about bells") == Triggers.build(first.edition.bank).match(
        "quote about bells"
    )
    assert second.edition.index.dates.each_year() == [2017]
    assert made(bank) == ([], []), "nothing at the start needs the quotes"
    anew = open_library(folder)
    assert not isinstance(anew.edition.bank.quotes, PackedQuotes)
    for library in (first, second):
        assert answers(library) == answers(anew)
        assert library.edition.bank == anew.edition.bank
        assert library.problems == anew.problems


def test_a_large_bank_is_read_anew_where_what_was_kept_is_damaged(large, tmp_path, kept):
    folder = copied(large, tmp_path)
    first = open_library(folder, kept)
    files = sorted((kept.parent / "cache").iterdir())
    whole = [path.read_bytes() for path in files]
    assert len(files) == 2
    for path in files:
        path.write_bytes(path.read_bytes()[:-7])
    again = open_library(folder, kept)
    assert answers(again) == answers(first)
    assert [path.read_bytes() for path in files] == whole


def test_a_large_bank_that_was_read_apart_is_there_at_the_next_start(large, tmp_path, kept):
    folder = copied(large, tmp_path)
    outcome = Apart(folder, kept).read("")
    library = open_library(folder, kept)
    assert isinstance(library.edition.bank.quotes, PackedQuotes)
    assert library.edition.bank == outcome.edition.bank
    assert Apart(folder, kept).read(library.edition.bank.key) == Outcome(None, library.problems)


def test_the_last_good_large_bank_serves_while_the_folder_is_faulty(large, tmp_path, kept):
    folder = copied(large, tmp_path)
    good = open_library(folder, kept).edition.bank
    (folder / "sources" / "s0.yaml").write_text("quotes: 7\n")
    library = open_library(folder, kept)
    assert library.faulty
    assert isinstance(library.edition.bank.quotes, PackedQuotes)
    assert library.edition.bank == good
