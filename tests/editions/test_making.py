"""Which edition is made and serves: that of the folder, else the last good one, else none."""

import logging
import shutil

import pytest

from bot.bank import fingerprint
from bot.bank.reader import last_day, read_bank
from bot.editions.child_process import ChildProcess
from bot.editions.columnar.bank_columns import materialized
from bot.editions.columnar.quote_columns import ColumnarQuotes
from bot.editions.copies import CACHE, LARGE, LAST_GOOD, Copies
from bot.editions.edition import Outcome, Previous
from bot.editions.making import make, open_edition, open_library
from bot.errors import BankError
from bot.keywords.triggers import Triggers
from bot.search.query import Query
from tests.editions.conftest import FILE


def test_the_start_and_a_child_process_make_the_same(folder):
    here, there = make(folder, Copies(), last_day()), ChildProcess(folder).make(Previous())
    assert there.edition.bank == here.edition.bank == read_bank(folder).bank
    assert (there.problems, there.gone, there.faulty) == (here.problems, here.gone, False)
    assert here.edition.index.find(Query("russia")) == there.edition.index.find(Query("russia"))


def test_a_folder_that_still_says_what_serves_is_copied_and_makes_no_edition(folder, data):
    key = read_bank(folder).bank.key
    assert make(folder, Copies(data), last_day(), Previous(key)).edition is None
    assert [copy.name for copy in (data / LAST_GOOD).iterdir()] == [key]


def spoil(folder, words="sources: what\n"):
    (folder / FILE).write_text(words, encoding="utf-8")


def test_a_good_bank_is_served_and_kept(folder, data):
    library = open_library(folder, Copies(data))
    assert not library.faulty
    assert [copy.name for copy in (data / LAST_GOOD).iterdir()] == [library.edition.bank.key]


def test_a_broken_bank_without_a_kept_one_is_refused_with_every_error(folder, data):
    spoil(folder)
    (folder / "topics.yaml").write_text("topics: 7\n", encoding="utf-8")
    with pytest.raises(BankError) as caught:
        open_library(folder, Copies(data))
    assert {problem.file.rpartition("/")[2] for problem in caught.value.problems} >= {
        "topics.yaml",
        "ukrinform-2020-06-08.yaml",
    }
    assert all(problem.severity == "error" for problem in caught.value.problems)
    with pytest.raises(BankError):
        open_edition(folder)


def test_a_broken_bank_is_stood_in_for_by_the_kept_one_which_is_said(folder, data, caplog):
    good = open_library(folder, Copies(data)).edition.bank
    spoil(folder, "source:\n  outlet: A\x1b[31m\n")
    with caplog.at_level(logging.ERROR):
        library = open_library(folder, Copies(data))
    assert library.edition.bank == good
    assert library.faulty
    assert library.problems
    assert f"edition {good.edition} goes on" in caplog.text
    assert f"{FILE}:2:" in caplog.text
    assert "\x1b" not in caplog.text


def test_a_kept_bank_serves_again_and_again(folder, data):
    good = open_library(folder, Copies(data)).edition.bank
    spoil(folder)
    for _ in range(2):
        assert open_library(folder, Copies(data)).edition.bank == good


def test_a_good_bank_is_served_where_no_copy_can_be_kept(folder, tmp_path, caplog):
    (tmp_path / "data").write_text("in the way", encoding="utf-8")
    library = open_library(folder, Copies(tmp_path / "data"))
    assert library.edition.bank.quotes
    assert "no copy of this bank could be kept" in caplog.text


def lose(folder, count=3):
    for path in sorted((folder / "sources").iterdir())[:count]:
        path.unlink()


def test_a_start_with_a_third_of_the_quotes_gone_serves_the_kept_bank_and_says_how_to_go_on(folder, data, caplog):
    good = open_library(folder, Copies(data)).edition.bank
    lose(folder)
    for _ in range(2):
        library = open_library(folder, Copies(data))
        assert library.edition.bank == good
        assert library.faulty
        assert library.unconfirmed_key
    assert "quotes are gone at once" in caplog.text
    assert "delete the folder last_good" in caplog.text
    shutil.rmtree(data / LAST_GOOD)
    library = open_library(folder, Copies(data))
    assert library.edition.bank.key != good.key
    assert not library.problems
    assert [copy.name for copy in (data / LAST_GOOD).iterdir()] == [library.edition.bank.key]


def test_another_folder_is_another_bank_and_nothing_is_lost(folder, data, tmp_path):
    open_library(folder, Copies(data))
    shutil.copytree(folder, tmp_path / "other")
    lose(tmp_path / "other")
    library = open_library(tmp_path / "other", Copies(data))
    assert not library.faulty
    lose(tmp_path / "other", 1)
    assert open_library(tmp_path / "other", Copies(data)).faulty


def test_a_start_that_is_refused_names_files_that_can_be_opened(folder, data):
    spoil(folder)
    with pytest.raises(BankError) as caught:
        open_library(folder, Copies(data))
    assert str(folder / FILE) in str(caught.value)


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
    for first in range(0, LARGE, 1000):
        told = {n: f"Bell {n} rang for {n * 7} nights over the {n + 3} roofs." for n in range(first, first + 1000)}
        quotes = "".join(f"  - id: q{n}\n    text: {text}\n    topics: [bells]\n" for n, text in told.items())
        (folder / "sources" / f"s{first}.yaml").write_text(HEAD + quotes)
        (folder / "fingerprints" / f"s{first}.txt").write_text(
            fingerprint.dump(fingerprint.make("\n".join(told.values()), f"s{first}"))
        )
    return folder


def copied(large, tmp_path):
    return shutil.copytree(large, tmp_path / "bank")


def answers(library):
    return [library.edition.index.find(Query(words)) for words in ("bell 77", "bells", "", "ada berg roof", "pizza")]


def test_a_large_bank_is_there_at_the_next_start_and_its_quotes_when_they_are_asked_for(large, tmp_path, data):
    folder = copied(large, tmp_path)
    first, second = open_library(folder, Copies(data)), open_library(folder, Copies(data))
    bank = second.edition.bank
    assert isinstance(bank.quotes, ColumnarQuotes)
    assert Triggers.build(bank).match("quote about bells") == Triggers.build(first.edition.bank).match(
        "quote about bells"
    )
    assert second.edition.index.dates.each_year() == [2017]
    assert materialized(bank) == ([], []), "nothing at the start needs the quotes"
    anew = open_library(folder)
    assert not isinstance(anew.edition.bank.quotes, ColumnarQuotes)
    for library in (first, second):
        assert answers(library) == answers(anew)
        assert library.edition.bank == anew.edition.bank
        assert library.problems == anew.problems


def test_a_large_bank_is_read_anew_where_what_was_kept_is_damaged(large, tmp_path, data):
    folder = copied(large, tmp_path)
    first = open_library(folder, Copies(data))
    files = sorted((data / CACHE).iterdir())
    whole = [path.read_bytes() for path in files]
    assert len(files) == 2
    for path in files:
        path.write_bytes(path.read_bytes()[:-7])
    again = open_library(folder, Copies(data))
    assert answers(again) == answers(first)
    assert [path.read_bytes() for path in files] == whole


def test_a_large_bank_that_was_read_apart_is_there_at_the_next_start(large, tmp_path, data):
    folder = copied(large, tmp_path)
    outcome = ChildProcess(folder, data).make(Previous())
    library = open_library(folder, Copies(data))
    assert isinstance(library.edition.bank.quotes, ColumnarQuotes)
    assert library.edition.bank == outcome.edition.bank
    assert ChildProcess(folder, data).make(Previous(library.edition.bank.key)) == Outcome(None, library.problems)


def test_the_last_good_large_bank_serves_while_the_folder_is_faulty(large, tmp_path, data):
    folder = copied(large, tmp_path)
    good = open_library(folder, Copies(data)).edition.bank
    (folder / "sources" / "s0.yaml").write_text("quotes: 7\n")
    library = open_library(folder, Copies(data))
    assert library.faulty
    assert isinstance(library.edition.bank.quotes, ColumnarQuotes)
    assert library.edition.bank == good
