"""What a command says where its output cannot be written, or the folder it was started in is gone."""

import errno
import io
import os
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.cli import check, main
from bot.cli.output import what_happened
from bot.config import shipped_bank
from bot.store.store import Store

FULL = Path("/dev/full")


@pytest.fixture
async def data(tmp_path):
    folder = tmp_path / "data"
    await (await Store.open(folder / "quoth.db", now=lambda: datetime.now(UTC))).close()
    return folder


@pytest.fixture
def call(data, tmp_path):
    """Runs a command in a process of its own: `call(words, redirection)` gives its status and what it said aside."""

    def run(words, redirection="", folder=tmp_path, **environ):
        environ = (
            os.environ | {"QUOTH_DATA": str(data), "QUOTH_BANK": str(shipped_bank()), "PYTHONUNBUFFERED": ""} | environ
        )
        command = f'exec "$0" -m quoth "$@" {redirection}'
        done = subprocess.run(
            ["/bin/sh", "-c", command, sys.executable, *words],
            cwd=folder, env=environ, capture_output=True, check=False, timeout=120,
        )  # fmt: skip
        return done.returncode, done.stderr.decode()

    return run


@pytest.mark.skipif(not FULL.exists(), reason="this system has no device that is always full")
@pytest.mark.parametrize("words", ["check", "stats --json", "search russia", "backup copy.db"])
def test_a_full_disk_is_one_line(call, words):
    status, said = call(words.split(), "> /dev/full")
    assert status == 1
    why = "its output, or a file, cannot be written or read (No space left on device); what it did before stays done"
    assert said == f"quoth {words.split()[0]}: {why}\n"


@pytest.mark.parametrize("words", ["check", "check --format json", "stats"])
def test_where_there_is_nowhere_to_write_nothing_is_written(call, words):
    assert call(words.split(), ">&-") == (0, "")


@pytest.mark.parametrize("words", ["search --batch -", "verify -"])
def test_where_there_is_nothing_to_read_from_nothing_is_read(call, words):
    assert "Traceback" not in call(words.split(), "<&-")[1]


@pytest.mark.parametrize("words", ["stats", "ask russia"])
def test_a_terminal_that_knows_english_letters_alone_is_no_trouble(call, words):
    assert call(words.split(), "> out", LC_ALL="C", PYTHONUTF8="0", PYTHONCOERCECLOCALE="0") == (0, "")


@pytest.mark.parametrize("words", [["check"], ["backup", "copy.db"]])
def test_a_folder_that_is_gone_is_one_line(data, tmp_path, words):
    gone = tmp_path / "gone"
    gone.mkdir()
    script = f'cd {gone} && rmdir {gone} && exec "$0" -m quoth "$@"'
    done = subprocess.run(
        ["/bin/sh", "-c", script, sys.executable, *words],
        env=os.environ | {"QUOTH_DATA": str(data)}, capture_output=True, check=False, timeout=120,
    )  # fmt: skip
    assert done.returncode in (1, 2)
    assert done.stderr.decode().count("\n") == 1
    assert done.stderr.startswith(f"quoth {words[0]}: ".encode())


@pytest.mark.parametrize(
    ("number", "sentence"),
    [
        (errno.ENOSPC, "cannot be written or read (No space left on device); what it did before stays done"),
        (errno.ENOENT, "the folder it was started in is gone: change to one that is there"),
        (errno.ECONNREFUSED, None),
    ],
)
def test_what_no_path_was_named_of_is_told_where_it_is_of_the_output_or_the_folder(number, sentence):
    said = what_happened(OSError(number, os.strerror(number)))
    assert (said or "").endswith(sentence or "")
    assert (said is None) is (sentence is None)


@pytest.mark.parametrize(
    ("error", "status", "said"),
    [
        (PermissionError(errno.EACCES, "Permission denied", "theirs"), 2, "theirs cannot be used: Permission denied"),
        (BrokenPipeError(), 0, ""),
    ],
)
def test_an_error_of_a_path_or_of_a_reader_that_went_is_no_fault_of_ours(monkeypatch, error, status, said):
    def fails(_args):
        raise error

    aside = io.StringIO()
    told = []
    aside.close = lambda: told.append(aside.getvalue())  # as the interpreter does: nothing more is written
    monkeypatch.setattr(check, "run", fails)
    monkeypatch.setattr(sys, "stderr", aside)
    assert main(["check"]) == status
    assert aside.getvalue() == (f"quoth check: {said}\n" if said else "")
    assert told == ([] if said else [""])


@pytest.mark.parametrize("error", [OSError(errno.EISDIR, "Is a directory", "here"), OSError(errno.ECONNREFUSED, "no")])
def test_an_error_that_is_neither_of_a_path_nor_of_the_output_is_not_hidden(monkeypatch, error):
    def fails(_args):
        raise error

    monkeypatch.setattr(check, "run", fails)
    with pytest.raises(OSError, match=error.strerror) as caught:
        main(["check"])
    assert caught.value is error
