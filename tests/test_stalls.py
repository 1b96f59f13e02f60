"""A loop that stands still is noticed, and where it does is said."""

from __future__ import annotations

import asyncio
import re
import threading
import time

from bot import app, stalls
from bot.cli.run import ConnectionLogFilter


async def test_where_the_loop_stands_still_is_logged_once(caplog):
    with stalls.watching_for_stalls(asyncio.get_running_loop()):
        await asyncio.sleep(0)
        for _ in range(2):
            until = time.monotonic() + 60
            while "stood still" not in caplog.text and time.monotonic() < until:
                time.sleep(0.01)  # noqa: ASYNC251  this is the fault
    assert caplog.text.count("stood still") == 1
    assert "test_where_the_loop_stands_still_is_logged_once" in caplog.text


async def test_a_loop_that_goes_on_while_its_stack_is_taken_stood_still_as_long_as_it_did(caplog, monkeypatch):
    seen, beaten = threading.Event(), threading.Event()

    def stack(_frame):
        seen.set()
        beaten.wait(60)
        return ["here"]

    monkeypatch.setattr(stalls.traceback, "format_stack", stack)
    with stalls.watching_for_stalls(asyncio.get_running_loop()):
        await asyncio.sleep(0)
        assert seen.wait(60)
        await asyncio.sleep(3 * stalls.LOOK)
        beaten.set()
    (seconds,) = re.findall(r"stood still for (\S+) s", caplog.text)
    assert float(seconds) > stalls.STALL


async def test_a_loop_that_runs_is_left_in_peace(caplog, monkeypatch):
    monkeypatch.setattr(stalls, "STALL", 30)
    with stalls.watching_for_stalls(asyncio.get_running_loop()):
        await asyncio.sleep(0.5)
    assert "stood still" not in caplog.text


async def test_an_error_nobody_waited_for_is_one_line_without_its_words(caplog):
    try:
        int("words of somebody")
    except ValueError as error:
        app.tell_unseen(
            asyncio.get_running_loop(), {"message": "Task exception was never retrieved", "exception": error}
        )
    app.tell_unseen(asyncio.get_running_loop(), {})
    assert "Task exception was never retrieved: ValueError in test_an_error_nobody" in caplog.text
    assert "words of somebody" not in caplog.text
    assert "Traceback" not in caplog.text
    assert len(caplog.records) == 2


def test_troubles_of_the_network_are_told_without_a_traceback(caplog):
    import logging

    for name in ("discord.client", "discord.gateway", "asyncio"):
        caplog.clear()
        caplog.handler.addFilter(log_filter := ConnectionLogFilter())
        try:
            int("words of somebody")
        except ValueError:
            logging.getLogger(name).exception("Attempting a reconnect in %.2fs", 2.5)
        caplog.handler.removeFilter(log_filter)
        assert "Attempting a reconnect in 2.50s (ValueError)" in caplog.text
        assert "Traceback" not in caplog.text
        assert "words of somebody" not in caplog.text


def test_what_discord_py_says_without_a_name_is_not_told(caplog):
    import logging

    caplog.handler.addFilter(log_filter := ConnectionLogFilter())
    with caplog.at_level(logging.INFO):
        logging.info("Unknown channel type words of somebody for channel ID 3001.")  # noqa: LOG015  as discord.py does
    caplog.handler.removeFilter(log_filter)
    assert not caplog.text
