"""The log is waited for as long as an answer can wait, and keeps nobody else's turn. On a clock of its own."""

import asyncio
from types import SimpleNamespace

import pytest

from bot.chat import deadline
from bot.chat.deadline import FOR_SAYING_SO, LOG_SLOW, from_log
from bot.errors import LogUnavailable, LogUncertain
from tests.store.model.one_thread import Loop


@pytest.fixture
def turn():
    """The turn in which something is answered: when it was given back."""
    given_back = []
    now = lambda: asyncio.get_running_loop().time()  # noqa: E731
    yield SimpleNamespace(send_off=lambda: given_back.append(now()), given_back=given_back)
    asyncio.set_event_loop(None)


def answering(work, turn, until=2.5):
    """What becomes of work that the log is asked for, when, and what the work did in the end."""
    done = []

    async def asked():
        done.append(await work())
        return done[-1]

    async def answer():
        deadline.deadline.set(until)
        deadline.turn.set(turn)
        try:
            said = await from_log(asked())
        except LogUnavailable as error:
            said = type(error)
        at = asyncio.get_running_loop().time()
        await asyncio.sleep(60)
        return said, at

    with asyncio.Runner(loop_factory=Loop) as runner:
        return *runner.run(answer()), done


def takes(seconds, given="kept"):
    async def work():
        await asyncio.sleep(seconds)
        if isinstance(given, Exception):
            raise given
        return given

    return work


def test_what_the_log_gives_in_time_is_given(turn):
    assert answering(takes(1.0), turn) == ("kept", 1.0, ["kept"])
    assert answering(takes(1.0, LogUnavailable("no")), turn) == (LogUnavailable, 1.0, [])


def test_what_takes_longer_is_told_in_time_and_goes_on(turn):
    assert answering(takes(30.0), turn) == (LogUncertain, 2.5 - FOR_SAYING_SO, ["kept"])
    assert answering(takes(30.0), turn, until=0.1) == (LogUncertain, 0.0, ["kept"])


def test_what_has_no_deadline_is_waited_for(turn):
    assert answering(takes(30.0), turn, until=None) == ("kept", 30.0, ["kept"])


def test_the_turn_is_given_back_only_where_the_log_is_slow(turn):
    answering(takes(LOG_SLOW / 2), turn)
    assert turn.given_back == []
    answering(takes(1.0), turn)
    assert turn.given_back == [LOG_SLOW]


@pytest.mark.parametrize(("error", "lines"), [(LogUnavailable("no"), []), (ValueError("secret"), ["ValueError"])])
def test_what_fails_when_nobody_waits_any_more_is_one_line_without_its_words(turn, error, lines, caplog):
    assert answering(takes(30.0, error), turn)[0] is LogUncertain
    assert [line.message.rpartition(" ")[2] for line in caplog.records] == lines
