"""Every faulty bank in tests/data/bad_banks is told of as expected: each fault, at its place, and nothing else."""

import shutil
from pathlib import Path

import pytest

from bot.bank.reader import read_bank

BAD_BANKS = Path(__file__).parents[1] / "data" / "bad_banks"
FAULTS = sorted(folder.name for folder in BAD_BANKS.iterdir() if folder.is_dir())


def broken(good_bank, fault):
    shutil.copytree(BAD_BANKS / fault, good_bank, dirs_exist_ok=True, ignore=shutil.ignore_patterns("expect", "delete"))
    if (BAD_BANKS / fault / "delete").exists():
        for name in (BAD_BANKS / fault / "delete").read_text().split():
            (good_bank / name).unlink()
    return good_bank


def told(reading, folder):
    return [
        f"{Path(problem.file).relative_to(folder).as_posix()}:{problem.line}:{problem.column} "
        f"{problem.severity} {problem.code}"
        for problem in reading.problems
    ]


def test_there_are_enough_of_them():
    assert len(FAULTS) >= 120


def test_the_good_bank_has_no_fault(good_bank, today):
    reading = read_bank(good_bank, today)
    assert reading.problems == ()
    assert reading.bank is not None


@pytest.mark.parametrize("fault", FAULTS)
def test_the_fault_is_told_at_its_place(fault, good_bank, today):
    folder = broken(good_bank, fault)
    reading = read_bank(folder, today)
    assert told(reading, folder) == (BAD_BANKS / fault / "expect").read_text().splitlines()
    assert (reading.bank is None) == any(problem.severity == "error" for problem in reading.problems)
    assert all(problem.message and problem.hint for problem in reading.problems), "each says how to mend it"


def test_all_faults_of_all_files_are_told_together(good_bank, today):
    for fault in ("value-date-month-13", "name-alias-twice", "key-no-role-title", "proof-invented", "file-stray-note"):
        broken(good_bank, fault)
    reading = read_bank(good_bank, today)
    assert sorted(problem.code for problem in reading.problems) == [
        "alias-twice",
        "impossible-date",
        "missing-key",
        "not-in-source",
        "not-read",
    ]


def test_a_message_says_where_what_and_how(good_bank, today, monkeypatch):
    broken(good_bank, "name-unknown-topic")
    monkeypatch.chdir(good_bank.parent)
    (problem,) = read_bank(Path("quotes"), today).problems
    assert str(problem) == ("quotes/sources/north.yaml:15:22: there is no topic “rivers”; did you mean “river”?")
