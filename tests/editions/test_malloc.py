"""What the C library is told about memory, and that it is told before anything lies about."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from bot.editions import malloc as memory


def test_one_heap_that_grows_by_what_is_needed_and_holds_no_large_pieces(monkeypatch):
    """The numbers are those of malloc.h."""
    told = {}
    monkeypatch.setattr(memory, "_library", lambda: SimpleNamespace(mallopt=told.__setitem__))
    memory.one_heap()
    assert told == {-8: 1, -2: 0, -3: memory.LARGE}


def test_a_system_with_another_c_library_is_left_alone(monkeypatch):
    monkeypatch.setattr(memory, "_library", lambda: None)
    memory.one_heap()
    memory.give_back()


def test_a_run_begins_with_it(monkeypatch):
    from bot.cli import run

    def ends():
        raise SystemExit("one heap")

    monkeypatch.setattr(run, "one_heap", ends)
    monkeypatch.setattr(run.signals, "at_the_start", lambda: None)
    with pytest.raises(SystemExit, match="one heap"):
        run.run(SimpleNamespace(config=None))
