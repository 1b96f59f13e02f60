"""Lines that anybody could cause come once in a while."""

from bot.chat.log_limiter import KINDS, LogLimiter


def test_a_kind_of_line_comes_once_a_minute():
    now = 0.0
    limiter = LogLimiter(clock=lambda: now)
    assert limiter.allows("x")
    assert not limiter.allows("x")
    assert limiter.allows("y")
    now = 59
    assert not limiter.allows("x")
    now = 60
    assert limiter.allows("x")


def test_kinds_without_end_take_no_memory_without_end():
    limiter = LogLimiter(clock=lambda: 0.0)
    assert all(limiter.allows(number) for number in range(5_000))
    assert len(limiter._last) <= KINDS
