from __future__ import annotations

import argparse
import os
import time

import pytest

from bot.cli import health
from bot.errors import CallError


@pytest.fixture
def ask(tmp_path, monkeypatch):
    file = tmp_path / "alive"
    monkeypatch.setenv("QUOTH_HEALTH_FILE", str(file))
    monkeypatch.chdir(tmp_path)
    parser = argparse.ArgumentParser()
    health.options(parser)
    return file, lambda: health.run(parser.parse_args([]))


def test_a_bot_that_touched_its_file_is_healthy(ask, capsys):
    file, health_of = ask
    file.touch()
    assert health_of() == 0
    assert capsys.readouterr().out == "the bot hears from Discord\n"


def test_a_bot_that_fell_silent_is_not(ask, capsys):
    file, health_of = ask
    file.touch()
    long_ago = time.time() - 1000
    os.utime(file, (long_ago, long_ago))
    assert health_of() == 1
    assert "last heard from Discord 100" in capsys.readouterr().out


def test_a_bot_that_never_came_up_is_not(ask, capsys):
    _, health_of = ask
    assert health_of() == 1
    assert "No such file" in capsys.readouterr().out


def test_ninety_seconds_are_the_bound(tmp_path):
    file = tmp_path / "alive"
    file.touch()
    os.utime(file, (1000, 1000))
    assert health.ailing(file, 1090.0) is None
    assert health.ailing(file, 1091.0) is not None


def test_without_a_health_file_the_call_is_wrong(tmp_path, monkeypatch):
    monkeypatch.delenv("QUOTH_HEALTH_FILE", raising=False)
    monkeypatch.chdir(tmp_path)
    with pytest.raises(CallError, match="QUOTH_HEALTH_FILE"):
        health.run(argparse.Namespace(config=None, log=False))
