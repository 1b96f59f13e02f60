"""Which message in which channel gets a keyword reply, and what is remembered of a server."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from bot.bank.bank import Bank
from bot.bank.quote import Quote, Source, Speaker, Topic
from bot.keywords.channels import KeywordChannels
from bot.keywords.triggers import Triggers

NOW = datetime(2026, 1, 5, 12, tzinfo=UTC)
SERVER, OTHER, CHANNEL = 1, 2, 11
RUSSIA = Topic("russia", "Russia", triggers=("about russia",))
SOURCE, SPEAKER = Source("paper", "The Paper", "interview"), Speaker("jens", "Jens", "Jens", "S")
TRIGGERS = Triggers.build(
    Bank("0" * 64, (SOURCE,), (SPEAKER,), (RUSSIA,), (Quote("q1", ("Words.",), SPEAKER, SOURCE, (RUSSIA,)),))
)


@pytest.fixture
def channels():
    channels = KeywordChannels(cooldown=60)
    channels.opt_in(SERVER, CHANNEL)
    return channels


def call(channels, channel=CHANNEL, seconds=0, *, set_by=0):
    """So many seconds on, by a clock that was set meanwhile."""
    now = NOW + timedelta(seconds=seconds + set_by)
    match = channels.call(channel, "what about russia", TRIGGERS, now, 1000.0 + seconds)
    return match and match.trigger


def test_a_call_is_answered_once_until_the_topic_has_rested(channels):
    assert call(channels) == "about russia"
    assert call(channels, seconds=59) is None
    assert call(channels, seconds=61) == "about russia"


@pytest.mark.parametrize("set_by", [-3600, 3600])
def test_a_clock_that_is_set_makes_no_rest_longer_or_shorter(channels, set_by):
    assert call(channels)
    assert call(channels, seconds=59, set_by=set_by) is None
    assert call(channels, seconds=61, set_by=set_by) == "about russia"


def test_a_mute_ends_by_the_time_of_day(channels):
    channels.mute(SERVER, CHANNEL, "about russia", NOW + timedelta(minutes=30))
    assert call(channels, seconds=1) is None
    assert call(channels, seconds=2, set_by=3600) == "about russia"


def test_only_channels_that_opted_in_are_answered(channels):
    assert call(channels, CHANNEL + 1) is None
    channels.opt_out(CHANNEL)
    assert call(channels) is None


def test_a_reply_that_was_not_sent_begins_no_rest(channels):
    match = channels.call(CHANNEL, "what about russia", TRIGGERS, NOW, 1000.0)
    channels.take_back(CHANNEL, match)
    assert call(channels) == "about russia"


def test_a_muted_trigger_is_quiet_until_its_time(channels):
    channels.mute(SERVER, CHANNEL, "about russia", NOW + timedelta(seconds=30))
    assert call(channels) is None
    assert call(channels, seconds=31) == "about russia"


def test_of_a_server_that_is_gone_nothing_is_remembered(channels):
    channels.opt_in(OTHER, CHANNEL + 1)
    channels.mute(SERVER, CHANNEL + 2, "about russia", NOW + timedelta(days=1))
    assert call(channels) == "about russia"
    channels.forget(SERVER)
    assert channels.opted_in == {CHANNEL + 1}
    assert channels.cooldowns.ready(CHANNEL, "russia", 1000.0)
    assert not channels.cooldowns.muted(CHANNEL + 2, NOW.timestamp())
    assert call(channels, CHANNEL + 1) == "about russia"
