"""What the C library is told about memory, and that it is told before anything lies about."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from bot.editions import malloc


def test_one_arena_that_grows_by_what_is_needed_and_holds_no_large_pieces(monkeypatch):
    """The numbers are those of malloc.h."""
    told = {}
    monkeypatch.setattr(malloc, "_c_library", lambda: SimpleNamespace(mallopt=told.__setitem__))
    malloc.use_one_arena()
    assert told == {-8: 1, -2: 0, -3: malloc.LARGE}


def test_a_system_with_another_c_library_is_left_alone(monkeypatch):
    monkeypatch.setattr(malloc, "_c_library", lambda: None)
    malloc.use_one_arena()
    malloc.give_back()


def test_a_run_begins_with_it(monkeypatch):
    from bot.cli import run

    def ends():
        raise SystemExit("one arena")

    monkeypatch.setattr(run, "use_one_arena", ends)
    monkeypatch.setattr(run.signals, "at_the_start", lambda: None)
    with pytest.raises(SystemExit, match="one arena"):
        run.run(SimpleNamespace(config=None))
