"""The picture beside a timeline: what is drawn, what it says in words, and that a failing child costs nothing."""

import logging
import signal
import sys

import pytest

from bot.bank.quote import PartialDate, Quote, Source, Speaker, When
from bot.chat.ui import chart

ADA = Speaker("ada", "Ada Brook", "Ada", "Brook")


def said(year, month=0, outlet="Valley Gazette", basis="printed", name=""):
    at = PartialDate(year, month)
    source = Source(f"{outlet}-{year}", outlet, "interview", said=When(at, at, basis))
    return Quote(f"q{year}-{month}-{name}", ("A river never asks.",), ADA, source, ())


QUOTES = [
    said(2014, 10, name="one"),
    said(2014, 10, name="two"),
    said(2017, 6, "Voice of Valleys", "inferred"),
    said(2020, outlet="$x^2$ & <b>"),
]


def child(program):
    return (sys.executable, "-c", program)


def test_there_is_a_bar_for_each_outlet_and_date():
    assert [(round(bar.at, 1), bar.count, bar.outlet, bar.inferred) for bar in chart.bars(QUOTES)] == [
        (2014.8, 2, "Valley Gazette", False),
        (2017.5, 1, "Voice of Valleys", True),
        (2020.5, 1, "$x^2$ & <b>", False),
    ]


def test_quotes_without_a_date_have_no_bar():
    undated = Quote("q", ("A river.",), ADA, Source("s", "Valley Gazette", "interview"), ())
    assert chart.bars([undated]) == ()


def test_many_dates_are_counted_by_year():
    many = [said(1990 + number // 12, number % 12 + 1, name=str(number)) for number in range(60)]
    assert [(bar.at, bar.count) for bar in chart.bars(many)] == [(1990.5 + year, 12) for year in range(5)]


def test_rare_outlets_share_a_colour():
    many = [said(2000 + number, outlet=f"Outlet {number}") for number in range(12)]
    assert len({bar.outlet for bar in chart.bars(many)}) == chart.OUTLETS + 1 <= len(chart.COLOURS)


def test_a_picture_is_drawn_only_where_it_shows_something_and_can_be(monkeypatch):
    assert not chart.helps(QUOTES[:2])
    assert chart.helps(QUOTES)
    monkeypatch.setitem(sys.modules, "matplotlib", None)
    assert not chart.helps(QUOTES)


def test_the_words_for_it_say_what_it_shows():
    told = chart.alt(QUOTES)
    assert "October 2014, Valley Gazette: 2" in told
    assert "June 2017 (inferred), Voice of Valleys: 1" in told
    assert len(chart.alt(QUOTES * 1 + [said(1900 + year) for year in range(100)])) <= chart.ALT


async def test_what_the_child_draws_comes_back():
    program = "import json, sys; bars = json.load(sys.stdin); sys.stdout.buffer.write(b'\\x89PNG' + bytes([len(bars)]))"
    assert await chart.picture(QUOTES, command=child(program)) == b"\x89PNG\x03"


@pytest.mark.skipif(not hasattr(signal, "pthread_sigmask"), reason="this system sends no signals to a group")
@pytest.mark.parametrize("name", ["SIGHUP", "SIGINT"])
async def test_a_signal_to_the_whole_group_ends_no_child_however_young(name):
    program = f"import os, signal, sys; os.kill(os.getpid(), signal.{name}); sys.stdout.buffer.write(b'\\x89PNG')"
    before = signal.pthread_sigmask(signal.SIG_BLOCK, ())
    assert await chart.picture(QUOTES, command=child(program)) == b"\x89PNG"
    assert signal.pthread_sigmask(signal.SIG_BLOCK, ()) == before


@pytest.mark.parametrize("name", ["QUOTH_TOKEN", "DISCORD_TOKEN", "AWS_SECRET_ACCESS_KEY", "CREDENTIALS_DIRECTORY"])
async def test_the_child_gets_none_of_our_secrets(monkeypatch, name):
    monkeypatch.setenv(name, "secret")
    program = "import os, sys; sys.stdout.buffer.write(b'\\x89PNG' + str('secret' in os.environ.values()).encode())"
    assert await chart.picture(QUOTES, command=child(program)) == b"\x89PNGFalse"


@pytest.mark.parametrize("name", ["PATH", "MPLCONFIGDIR"])
async def test_the_child_gets_what_it_needs_of_our_environment(monkeypatch, name):
    monkeypatch.setenv(name, "there")
    program = f"import os, sys; sys.stdout.buffer.write(b'\\x89PNG' + os.environ[{name!r}].encode())"
    assert await chart.picture(QUOTES, command=child(program)) == b"\x89PNGthere"


@pytest.mark.parametrize(
    ("command", "seconds", "why"),
    [
        (child("import time; time.sleep(60)"), 0.3, "longer than 0.3 seconds"),
        (child("raise SystemExit(3)"), 20, "status 3"),
        (child("print('not a picture')"), 20, "status 0"),
        (child("import sys; sys.stdout.buffer.write(b'\\x89PNG' + bytes(4 << 20))"), 20, "status 0"),
        (("no-such-program-anywhere",), 20, "no process could be started"),
    ],
)
async def test_a_child_that_fails_costs_a_line_in_the_log(caplog, command, seconds, why):
    with caplog.at_level(logging.WARNING):
        assert await chart.picture(QUOTES, command=command, seconds=seconds) is None
    assert why in caplog.text


async def test_the_child_draws_a_png():
    drawn = await chart.picture(QUOTES)
    assert drawn.startswith(b"\x89PNG")
    assert len(drawn) > 1000


async def test_without_matplotlib_the_child_fails_and_nothing_else(caplog):
    program = "import sys; sys.modules['matplotlib'] = None; from bot.chat.ui.chart import child; child()"
    with caplog.at_level(logging.WARNING):
        assert await chart.picture(QUOTES, command=child(program)) is None
    assert "status 1" in caplog.text
