"""Signals at any moment: while the program is loaded, while it serves, and when everything is closed."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys

import pytest

from bot import app, signals

AT_IMPORT = """
import os, signal, sys

class Signalling:
    def find_spec(self, name, path=None, target=None):
        if name == sys.argv[2]:
            os.kill(os.getpid(), getattr(signal, sys.argv[1]))

sys.meta_path.insert(0, Signalling())
from bot.cli import main
sys.exit(main(["run"]))
"""
AT_THE_END = """
import asyncio, atexit, os, signal, sys
from bot import app, signals
from bot.cli import main

def again():
    os.kill(os.getpid(), getattr(signal, sys.argv[1]))

async def run(_settings, _token, _end):
    signals.on_stop_signal(asyncio.get_running_loop(), lambda: None)

class Loop(asyncio.SelectorEventLoop):
    def close(self):
        super().close()
        again()

asyncio.new_event_loop = Loop
app.run = run
atexit.register(again)
sys.exit(main(["run"]))
"""
POSIX = pytest.mark.skipif(signals.HANG_UP is None, reason="there are no such signals here")


def run(script, *args, tmp_path, **environ):
    environ = {"PATH": os.environ["PATH"], "QUOTH_DATA": str(tmp_path / "data"), **environ}
    done = subprocess.run(
        [sys.executable, "-c", script, *args],
        check=False,
        capture_output=True,
        text=True,
        timeout=60,
        cwd=tmp_path,
        env=environ,
    )
    return done.returncode, done.stdout + done.stderr


@POSIX
@pytest.mark.parametrize("name", ["SIGINT", "SIGTERM"])
@pytest.mark.parametrize(
    "module", ["argparse", "bot.cli.run", "bot.config", "bot.app", "discord", "discord.http", "bot.running"]
)
def test_told_to_leave_while_it_is_loaded_it_leaves_without_a_word(tmp_path, name, module):
    assert run(AT_IMPORT, name, module, tmp_path=tmp_path, QUOTH_TOKEN="a.b.c") == (0, "")


@POSIX
def test_a_hang_up_while_it_is_loaded_does_not_end_it(tmp_path):
    status, said = run(AT_IMPORT, "SIGHUP", "bot.config", tmp_path=tmp_path)
    assert status == 2
    assert "token" in said


@POSIX
@pytest.mark.parametrize("name", ["SIGINT", "SIGTERM", "SIGHUP"])
def test_a_signal_in_the_last_moment_changes_nothing(tmp_path, name):
    assert run(AT_THE_END, name, tmp_path=tmp_path, QUOTH_TOKEN="a.b.c") == (0, "")


@POSIX
async def test_a_hang_up_that_came_before_is_not_forgotten():
    before = signal.getsignal(signal.SIGHUP)
    kept = [signal.getsignal(name) for name in signals.LEAVE]
    asked = []
    try:
        signals.at_the_start()
        os.kill(os.getpid(), signal.SIGHUP)
        with signals.hung_up(asyncio.get_running_loop(), lambda: asked.append(1)):
            assert len(asked) == 1
            os.kill(os.getpid(), signal.SIGHUP)
            await asyncio.sleep(0)
            await asyncio.sleep(0)
            assert len(asked) == 2
        os.kill(os.getpid(), signal.SIGHUP)  # after the watch: it kills nobody
        with signals.hung_up(asyncio.get_running_loop(), lambda: asked.append(1)):
            assert len(asked) == 3
    finally:
        signal.signal(signal.SIGHUP, before)
        for name, handler in zip(signals.LEAVE, kept, strict=True):
            signal.signal(name, handler)


@POSIX
async def test_outside_the_main_thread_nothing_is_heard_and_nothing_fails():
    """Only the main thread hears signals."""
    loop, asked, heard_by = asyncio.get_running_loop(), [], signal.getsignal(signal.SIGHUP)

    def elsewhere():
        with signals.hung_up(loop, lambda: asked.append(1)):
            return signal.getsignal(signal.SIGHUP)

    assert await asyncio.to_thread(elsewhere) is heard_by
    assert asked == []


@pytest.fixture
def told(monkeypatch):
    """Signals that come while nothing is there to stop, and how often the process was ended."""
    ended = []
    one = app.Signals(lambda: ended.append(1))
    monkeypatch.setattr(app, "OPENING", 0.01)
    return one, ended


async def test_told_again_while_the_log_is_opened_the_process_is_gone_at_once(told, monkeypatch):
    signs, ended = told
    monkeypatch.setattr(app, "OPENING", 3600)
    signs.came()
    assert ended == []
    signs.came()
    assert ended == [1]


async def test_told_once_it_is_gone_when_opening_takes_too_long(told):
    signs, ended = told
    signs.came()
    await asyncio.sleep(0.05)
    assert ended == [1]


async def test_once_there_is_something_to_stop_that_is_told_and_nothing_ended(told):
    signs, ended = told
    signs.came()
    stopped = []
    signs.tell(lambda: stopped.append(1))
    signs.came()
    await asyncio.sleep(0.05)
    assert (stopped, ended) == ([1, 1], [])
