"""Reading a folder in a process of its own: what comes back, and what is said when the process is ended."""

import contextlib
import gc
import json
import logging
import os
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

import bot
from bot.bank.folder import HERE
from bot.bank.reader import read_bank
from bot.children import NEEDED
from bot.editions import child_process
from bot.editions.child_process import ChildProcess, Limits
from bot.editions.copies import LAST_GOOD
from bot.editions.edition import Previous
from bot.search.query import Query
from tests.editions.conftest import FILE


def test_a_good_folder_comes_back_as_an_edition_that_answers(folder):
    outcome = ChildProcess(folder).make(Previous())
    assert outcome.edition.bank == read_bank(folder).bank
    assert outcome.edition.index.bank is outcome.edition.bank
    found = outcome.edition.index.find(Query("russia"))
    assert found.hits[0].quote is outcome.edition.bank.by_id[found.hits[0].quote.id]
    assert not outcome.faulty
    assert gc.isenabled()


def test_a_folder_that_says_what_is_served_gives_no_edition(folder):
    outcome = ChildProcess(folder).make(Previous(read_bank(folder).bank.key))
    assert outcome.edition is None
    assert not outcome.faulty


def test_problems_come_back_as_they_are_read_here(folder):
    (folder / FILE).write_text("source:\n  outlet: [what\n", encoding="utf-8")
    outcome = ChildProcess(folder).make(Previous())
    assert outcome.edition is None
    assert outcome.problems == read_bank(folder, named=HERE).problems
    assert outcome.problems[0].file == FILE
    assert outcome.faulty


def test_a_good_bank_is_kept_for_a_restart_and_a_bad_one_is_not(folder, data):
    maker = ChildProcess(folder, data)
    key = maker.make(Previous()).edition.bank.key
    (folder / FILE).write_text("quotes: 7\n", encoding="utf-8")
    maker.make(Previous())
    assert [copy.name for copy in (data / LAST_GOOD).iterdir()] == [key]


def test_a_copy_that_cannot_be_kept_is_told_and_costs_nothing(folder, tmp_path, caplog):
    (tmp_path / "taken").write_text("in the way", encoding="utf-8")
    assert ChildProcess(folder, tmp_path / "taken").make(Previous()).edition
    assert "no copy of this bank could be kept" in caplog.text


def test_a_folder_that_is_gone_is_a_problem(tmp_path):
    outcome = ChildProcess(tmp_path / "nowhere").make(Previous())
    assert outcome.faulty
    assert "missing" in str(outcome.problems[0])


def test_a_reading_that_takes_too_long_is_ended(folder):
    outcome = ChildProcess(folder, limits=Limits(seconds=0)).make(Previous())
    assert outcome.edition is None
    assert "took longer than 0 seconds" in str(outcome.problems[0])
    assert outcome.faulty


def test_a_reading_that_wants_too_much_memory_is_ended(folder):
    outcome = ChildProcess(folder, limits=Limits(memory=1 << 20)).make(Previous())
    assert outcome.edition is None
    assert "more than 1 MiB of memory" in str(outcome.problems[0])


def test_a_reading_that_breaks_off_is_told_and_logged_on_one_line(folder, caplog):
    with caplog.at_level(logging.ERROR):
        outcome = ChildProcess(folder, limits=Limits(memory="much")).make(Previous())
    assert "broke off (status 1)" in str(outcome.problems[0])
    (record,) = caplog.records
    assert "ValueError" in record.getMessage()
    assert "\n" not in record.getMessage()


def test_a_reading_can_be_stopped_and_none_begins_after_that(folder):
    maker = ChildProcess(folder)
    outcomes = []
    thread = threading.Thread(target=lambda: outcomes.append(maker.make(Previous())))
    thread.start()
    maker.stop()
    thread.join()
    assert outcomes[0].edition is None
    assert maker.make(Previous()).problems[0].message == "reading was stopped"


def test_the_child_is_the_same_program_as_its_parent(folder, tmp_path):
    """Also where another copy of it is installed."""
    shutil.copytree(Path(bot.__file__).parent, tmp_path / "room" / "bot", ignore=shutil.ignore_patterns("__pycache__"))
    with (tmp_path / "room" / "bot" / "editions" / "child.py").open("a", encoding="utf-8") as file:
        file.write("\n\ndef run(arguments):\n    os._exit(42)\n")
    program = (
        "import sys; sys.path.insert(0, sys.argv[1]); from pathlib import Path; "
        "from bot.editions.child_process import ChildProcess; "
        "from bot.editions.edition import Previous; "
        "print(ChildProcess(Path(sys.argv[2])).make(Previous()).problems[0].message)"
    )
    command = [sys.executable, "-P", "-c", program, str(tmp_path / "room"), str(folder)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.stdout == "reading broke off (status 42)\n", done.stderr


# ── what the child has of ours ────────────────────────────────────────────


@pytest.mark.skipif(not Path("/proc/self/environ").exists(), reason="this system does not show a process's environment")
def test_the_child_has_neither_the_token_nor_anything_that_is_open_here(folder, monkeypatch, tmp_path):
    """The real child, looked at while it waits to be told what serves."""
    secrets = {"QUOTH_TOKEN": "hunter2.swordfish", "QUOTH_TOKEN_FILE": "/run/token", "AWS_SECRET": "swordfish"}
    for name, value in secrets.items():
        monkeypatch.setenv(name, value)
    seen = {}

    def look(pipe, said):
        pid = next(iter(children()))
        seen["environ"] = Path(f"/proc/{pid}/environ").read_bytes().split(b"\0")
        seen["open"] = [str(one.readlink()) for one in Path(f"/proc/{pid}/fd").iterdir()]
        really(pipe, said)

    really = child_process._feed
    monkeypatch.setattr(child_process, "_feed", look)
    with (tmp_path / "quoth.db").open("w") as ours, socket.socket() as connection:
        os.set_inheritable(ours.fileno(), True)
        os.set_inheritable(connection.fileno(), True)
        assert ChildProcess(folder).make(Previous()).edition is not None
    told = b"\n".join(seen["environ"]).decode()
    assert not [word for word in (*secrets, *secrets.values()) if word in told]
    assert told
    assert seen["open"]
    assert {line.partition("=")[0] for line in told.split("\n") if line} <= set(NEEDED)
    assert not [one for one in seen["open"] if "quoth.db" in one or one.startswith("socket:")]


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="this system does not show what a process ignores")
@pytest.mark.parametrize("name", ["SIGHUP", "SIGINT"])
def test_a_signal_to_the_whole_group_ends_no_reading(folder, monkeypatch, name):
    """As a terminal and `systemctl kill` send it; to the real child, while it waits to be told what serves."""

    def send(pipe, said):
        pid = int(next(iter(children())))
        for _ in range(500):
            if ignores(pid, getattr(signal, name)):
                break
            time.sleep(0.01)
        os.kill(pid, getattr(signal, name))
        really(pipe, said)

    really = child_process._feed
    monkeypatch.setattr(child_process, "_feed", send)
    assert ChildProcess(folder).make(Previous()).edition is not None


@pytest.mark.skipif(not hasattr(signal, "pthread_sigmask"), reason="this system sends no signals to a group")
@pytest.mark.parametrize("name", ["SIGHUP", "SIGINT"])
def test_a_signal_that_comes_before_the_child_can_do_anything_ends_no_reading(folder, monkeypatch, name):
    """To the child alone, the moment there is one: before Python has started in it."""
    really = subprocess.Popen

    def start(*command, **options):
        started = really(*command, **options)
        started.send_signal(getattr(signal, name))
        return started

    monkeypatch.setattr(child_process.subprocess, "Popen", start)
    before = signal.pthread_sigmask(signal.SIG_BLOCK, ())
    assert ChildProcess(folder).make(Previous()).edition is not None
    assert signal.pthread_sigmask(signal.SIG_BLOCK, ()) == before


def ignores(pid, number):
    lines = dict(line.split(":", 1) for line in Path(f"/proc/{pid}/status").read_text().splitlines())
    return int(lines["SigIgn"], 16) >> (number - 1) & 1


def children():
    for entry in Path("/proc").iterdir():
        if entry.name.isdecimal():
            with contextlib.suppress(OSError):
                parent = (entry / "stat").read_text().rpartition(")")[2].split()[1]
                if int(parent) == os.getpid() and b"bot.editions.child" in (entry / "cmdline").read_bytes():
                    yield entry.name


# ── quotes that are gone ──────────────────────────────────────────────────


def test_a_bank_that_lost_a_third_of_its_quotes_is_held_back_until_it_is_confirmed(folder, data):
    maker, first = ChildProcess(folder, data), read_bank(folder).bank
    maker.make(Previous())
    for path in sorted((folder / "sources").iterdir())[:3]:
        path.unlink()
    less = read_bank(folder).bank
    outcome = maker.make(Previous(first.key, dict.fromkeys(first.by_id, 0.0)))
    assert outcome.faulty
    assert outcome.edition is None
    assert outcome.unconfirmed_key == less.key
    assert (
        f"{len(first.quotes) - len(less.quotes)} of {len(first.quotes)} quotes are gone" in outcome.problems[0].message
    )
    assert f"confirm:{less.edition}" in outcome.problems[0].hint
    assert [copy.name for copy in (data / LAST_GOOD).iterdir()] == [first.key], "a restart must not serve it either"
    assert maker.make(Previous(first.key, dict.fromkeys(first.by_id, 0.0), "another")).edition is None
    outcome = maker.make(Previous(first.key, dict.fromkeys(first.by_id, 0.0), less.key))
    assert outcome.edition.bank == less
    assert not outcome.faulty
    assert [copy.name for copy in (data / LAST_GOOD).iterdir()] == [less.key]


def test_a_few_quotes_may_go(folder):
    first = read_bank(folder).bank
    text = (folder / FILE).read_text(encoding="utf-8")
    (folder / FILE).write_text(text.rpartition("  - id: ")[0], encoding="utf-8")
    assert ChildProcess(folder).make(Previous(first.key, dict.fromkeys(first.by_id, 0.0))).edition is not None


@pytest.mark.parametrize(
    "spoil",
    [
        lambda folder: [path.unlink() for path in folder.rglob("*.*")],
        lambda folder: [path.unlink() for path in (folder / "sources").iterdir()],
        lambda folder: ((folder / FILE).unlink(), (folder / FILE).mkdir()),
        lambda folder: ((folder / "topics.yaml").unlink(), (folder / "topics.yaml").mkdir()),
        lambda folder: (shutil.rmtree(folder / "sources"), (folder / "sources").write_text("")),
        lambda folder: (folder / FILE).write_text(""),
        shutil.rmtree,
    ],
)
def test_a_folder_without_its_files_is_no_edition_whoever_confirms_it(folder, spoil):
    first = read_bank(folder).bank
    spoil(folder)
    outcome = ChildProcess(folder).make(Previous(first.key, dict.fromkeys(first.by_id, 0.0), first.key))
    assert outcome.faulty
    assert outcome.edition is None


@pytest.mark.skipif(sys.platform == "win32", reason="it has no such signals")
@pytest.mark.parametrize("number", [1, 2])
def test_what_is_told_the_parent_does_not_end_the_child(number):
    start = child_process._PROGRAM.replace("run(sys.argv[2:])", "print('up', flush=True); sys.stdin.readline()")
    words = [sys.executable, "-c", start, json.dumps(sys.path)]
    with subprocess.Popen(words, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as child:
        assert child.stdout.readline() == "up\n"
        child.send_signal(number)
        child.communicate("\n")
    assert child.returncode == 0
