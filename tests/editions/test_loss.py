"""A bank that lost quotes is noticed at the start, whatever became of the copy that was kept."""

import json
import shutil
import time
from types import SimpleNamespace

import pytest

from bot.editions import last_good
from bot.editions.child_process import ChildProcess
from bot.editions.copies import LAST_GOOD, Copies
from bot.editions.edition import Previous
from bot.editions.loss import expected_quotes, loss
from bot.editions.making import open_library
from tests.editions.conftest import FILE


def lose(folder):
    for path in sorted((folder / "sources").iterdir())[:3]:
        path.unlink()


def copy_in(data):
    """The folder of the copy, which is the only one."""
    (copy,) = (data / LAST_GOOD).iterdir()
    return copy


FACTS_HARMED = {
    "gone": lambda facts: facts.unlink(),
    "cut": lambda facts: facts.write_bytes(facts.read_bytes()[:100]),
    "empty": lambda facts: facts.write_bytes(b""),
    "of something else": lambda facts: facts.write_text("[]"),
    "without the ids": lambda facts: facts.write_text(json.dumps({"folder": "/bank"})),
    "with odd times": lambda facts: facts.write_text(
        json.dumps(json.loads(facts.read_text()) | {"gone": {"a": 10**400}})
    ),
}
BESIDE = {
    ".DS_Store": lambda kept: (kept / ".DS_Store").write_bytes(b"\0\0\0\1Bud1"),
    "a note": lambda kept: (kept / "note.txt").write_text("mine"),
    "an empty folder": lambda kept: (kept / "0").mkdir(),
    "a folder somebody copied": lambda kept: shutil.copytree(copy_in(kept.parent), kept / "older"),
    "a link": lambda kept: (kept / ("0" * 64)).symlink_to("/nowhere"),
    "a file with a copy's name": lambda kept: (kept / ("0" * 64)).write_text("0"),
    "a folder with a copy's name": lambda kept: (kept / ("0" * 64)).mkdir(),
}
COPY_HARMED = {
    "a file that says nothing": lambda copy: (copy / "topics.yaml").write_text("topics: 7\n"),
    "a byte too many": lambda copy: (copy / "topics.yaml").write_bytes((copy / "topics.yaml").read_bytes() + b"\n"),
    "a file lost": lambda copy: (copy / "speakers.yaml").unlink(),
    "a file empty": lambda copy: (copy / FILE).write_bytes(b""),
    "a file that is a folder": lambda copy: ((copy / FILE).unlink(), (copy / FILE).mkdir()),
    "its facts alone left": lambda copy: [shutil.rmtree(copy / name) for name in ("sources", "fingerprints")],
}


@pytest.mark.parametrize("harm", [*FACTS_HARMED.values()], ids=[*FACTS_HARMED])
def test_a_copy_that_does_not_tell_what_it_is_of_is_read_for_its_quotes(folder, data, harm):
    good = open_library(folder, Copies(data)).edition.bank
    harm(copy_in(data) / last_good.FACTS)
    lose(folder)
    library = open_library(folder, Copies(data))
    assert library.edition.bank == good
    assert library.problems[0].code == "lost-quotes"


@pytest.mark.parametrize("put", [*BESIDE.values()], ids=[*BESIDE])
def test_what_else_stands_beside_the_copy_is_nothing(folder, data, put):
    good = open_library(folder, Copies(data)).edition.bank
    put(data / LAST_GOOD)
    lose(folder)
    library = open_library(folder, Copies(data))
    assert library.edition.bank == good
    assert library.problems[0].code == "lost-quotes"


@pytest.mark.parametrize("harm", [*COPY_HARMED.values()], ids=[*COPY_HARMED])
def test_what_is_left_serves_where_no_copy_is_whole_and_waits_to_be_confirmed(folder, data, harm, caplog):
    good = open_library(folder, Copies(data)).edition.bank
    harm(copy_in(data))
    lose(folder)
    for _ in range(2):
        library = open_library(folder, Copies(data))
        left = library.edition.bank
        assert left.key != good.key
        assert [problem.code for problem in library.problems if problem.severity == "error"] == ["lost-quotes"]
        assert library.unconfirmed_key == left.key
    assert "no copy of the edition before is whole" in caplog.text
    before = expected_quotes(left.by_id, library.gone, time.time(), pending=True)
    assert ChildProcess(folder, data).make(Previous(left.key, before)).faulty, "reading it again confirms nothing"
    assert open_library(folder, Copies(data)).faulty
    outcome = ChildProcess(folder, data).make(Previous(left.key, before, left.key))
    assert not outcome.faulty
    assert not outcome.gone
    assert not open_library(folder, Copies(data)).faulty


@pytest.mark.parametrize("harm", [*COPY_HARMED.values()], ids=[*COPY_HARMED])
def test_a_copy_that_is_not_whole_is_made_again_by_the_next_start(folder, data, harm):
    good = open_library(folder, Copies(data)).edition.bank
    harm(copy_in(data))
    open_library(folder, Copies(data))
    (folder / FILE).write_text("sources: what\n", encoding="utf-8")
    assert open_library(folder, Copies(data)).edition.bank == good


# ── in steps ──────────────────────────────────────────────────────────────


def lose_some(folder):
    """By far not a third of the quotes: the source with the fewest goes."""
    files = {file: file.read_text(encoding="utf-8").count("- id:") for file in (folder / "sources").iterdir()}
    min(files, key=files.__getitem__).unlink()


def lose_in_steps(folder, data, now):
    """Start again after each step, until a loss is told. Gives the quotes there were at first, and the library."""
    library = open_library(folder, Copies(data), lambda: now[0])
    first = len(library.edition.bank.quotes)
    while not library.faulty:
        now[0] += 60
        lose_some(folder)
        library = open_library(folder, Copies(data), lambda: now[0])
    return first, library


def test_a_loss_in_steps_is_a_loss_also_where_the_bot_starts_after_each(folder, data):
    now = [1e9]
    first, library = lose_in_steps(folder, data, now)
    assert f"of {first} quotes are gone at once" in library.problems[0].message
    assert len(library.edition.bank.quotes) * 3 > first * 2
    now[0] += 10_000
    assert open_library(folder, Copies(data), lambda: now[0]).faulty, "no time confirms what waits to be confirmed"


def test_a_loss_in_steps_that_was_noticed_while_the_bot_ran_waits_over_a_start(folder, data):
    now = time.time()
    bank = open_library(folder, Copies(data), lambda: now).edition.bank
    outcome, before = None, dict.fromkeys(bank.by_id, now)
    while outcome is None or not outcome.faulty:
        if outcome is not None:
            bank = outcome.edition.bank
            before = expected_quotes(bank.by_id, outcome.gone, now, pending=False)
        lose_some(folder)
        outcome = ChildProcess(folder, data).make(Previous(bank.key, before))
    assert copy_in(data).name == bank.key
    assert open_library(folder, Copies(data), lambda: now + 10_000).faulty


def test_a_loss_that_waits_goes_on_waiting_over_a_start_with_another_fault(folder, data):
    now = [1e9]
    lose_in_steps(folder, data, now)
    topics = (folder / "topics.yaml").read_bytes()
    (folder / "topics.yaml").write_text("x")
    now[0] += 3600
    library = open_library(folder, Copies(data), lambda: now[0])
    assert library.loss_pending
    (folder / "topics.yaml").write_bytes(topics)
    bank = library.edition.bank
    before = expected_quotes(bank.by_id, library.gone, now[0] + 5, pending=library.loss_pending)
    outcome = ChildProcess(folder, data).make(Previous(bank.key, before))
    assert outcome.faulty
    assert outcome.unconfirmed_key


def test_what_goes_in_the_course_of_days_is_no_loss(folder, data):
    now = [1e9]
    open_library(folder, Copies(data), lambda: now[0])
    for _ in range(3):
        now[0] += 86_400
        lose_some(folder)
        assert not open_library(folder, Copies(data), lambda: now[0]).faulty


def test_a_loss_that_is_put_back_is_forgotten(folder, data, tmp_path):
    now = [1e9]
    shutil.copytree(folder, tmp_path / "aside")
    lose_in_steps(folder, data, now)
    shutil.copytree(tmp_path / "aside", folder, dirs_exist_ok=True)
    for _ in range(2):
        library = open_library(folder, Copies(data), lambda: now[0])
        assert not library.faulty
        assert not library.gone


@pytest.mark.parametrize(
    ("of", "least"), [(1, 1), (2, 1), (3, 1), (4, 2), (6, 2), (7, 3), (59, 20), (60, 20), (61, 21)]
)
def test_a_third_is_what_wants_a_persons_word(of, least):
    bank = SimpleNamespace(edition="0123abcd")
    before = range(of)
    assert [gone for gone in range(of + 1) if loss(range(gone), before, bank)] == list(range(least, of + 1))


@pytest.mark.parametrize(
    ("ago", "held"), [(0, True), (599, True), (601, False), (-599, True), (-601, False), (-1e9, False)]
)
def test_what_went_shortly_before_went_at_once_and_a_time_to_come_is_none(ago, held):
    now = 1e9
    before = expected_quotes(["serves"], {"went": now - ago}, now, pending=False)
    assert before == {"serves": now} | ({"went": now - ago} if held else {})
    assert "went" in expected_quotes([], {"went": now - ago}, now, pending=True)
