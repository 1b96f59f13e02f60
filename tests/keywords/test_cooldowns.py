"""When a channel has had enough of keyword replies."""

from __future__ import annotations

from bot.keywords.cooldowns import Cooldowns


def test_cooldown_is_per_channel_and_topic():
    cooldowns = Cooldowns(seconds=60)
    cooldowns.replied(1, "russia", now=100)
    assert not cooldowns.ready(1, "russia", now=159)
    assert cooldowns.ready(1, "russia", now=160)
    assert cooldowns.ready(1, "nato", now=100)
    assert cooldowns.ready(2, "russia", now=100)


def test_asking_whether_it_is_ready_starts_nothing():
    cooldowns = Cooldowns(seconds=60)
    assert cooldowns.ready(1, "russia", now=0)
    assert cooldowns.ready(1, "russia", now=0)


def test_mutes_end():
    cooldowns = Cooldowns(seconds=60)
    cooldowns.mute(1, "about russia", until=100)
    cooldowns.mute(1, "about nato", until=200)
    assert cooldowns.muted(1, now=99) == {"about russia", "about nato"}
    assert cooldowns.muted(2, now=99) == frozenset()
    assert cooldowns.muted(1, now=100) == {"about nato"}
    cooldowns.mute(1, "about nato", until=300)
    assert cooldowns.muted(1, now=250) == {"about nato"}
    assert cooldowns.muted(1, now=300) == frozenset()


def test_memory_is_bounded_and_the_oldest_goes_first():
    cooldowns = Cooldowns(seconds=60, most=2)
    for channel in (1, 2, 1, 3):
        cooldowns.replied(channel, "russia", now=0)
        cooldowns.mute(channel, "about russia", until=100)
    assert [cooldowns.ready(channel, "russia", now=1) for channel in (1, 2, 3)] == [False, True, False]
    assert [bool(cooldowns.muted(channel, now=1)) for channel in (1, 2, 3)] == [True, False, True]
    assert len(cooldowns._muted_in) == 2


def test_ten_thousand_are_remembered():
    cooldowns = Cooldowns(seconds=60)
    for channel in range(10_001):
        cooldowns.replied(channel, "russia", now=0)
        cooldowns.mute(channel, "about russia", until=100)
    assert [cooldowns.ready(channel, "russia", now=1) for channel in (0, 1)] == [True, False]
    assert [bool(cooldowns.muted(channel, now=1)) for channel in (0, 1)] == [False, True]


def test_channels_that_are_gone_are_forgotten():
    cooldowns = Cooldowns(seconds=60)
    for channel in (1, 2, 3):
        cooldowns.replied(channel, "russia", now=0)
        for trigger in ("about russia", "about nato"):
            cooldowns.mute(channel, trigger, until=100)
    cooldowns.forget({1, 3, 4})
    assert [cooldowns.ready(channel, "russia", now=1) for channel in (1, 2, 3)] == [True, False, True]
    assert [len(cooldowns.muted(channel, now=1)) for channel in (1, 2, 3)] == [0, 2, 0]
