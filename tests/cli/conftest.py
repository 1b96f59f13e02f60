"""Commands as they are called."""

from __future__ import annotations

import pytest

from bot.cli import main


@pytest.fixture
def quoth(data, tmp_path, monkeypatch):
    """Runs a command on the data folder, from an empty one."""
    monkeypatch.setenv("QUOTH_DATA", str(data))
    monkeypatch.chdir(tmp_path)
    return lambda *words: main([*map(str, words)])
