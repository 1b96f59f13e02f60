"""Channels that rest after Discord refused, and when moderators hear of it."""

from types import SimpleNamespace

import pytest

from bot.chat.moderation.resting_channels import LENGTH, MOST, TO_MEND, RestingChannels, sentence


@pytest.fixture
def clock():
    return SimpleNamespace(now=0.0)


@pytest.fixture
def resting(clock):
    return RestingChannels(lambda: clock.now)


def test_a_channel_rests_for_ten_minutes(resting, clock):
    assert resting.state(1) is None
    assert resting.refused(1, 50013)
    assert (resting.state(1).code, resting.state(1).left) == (50013, LENGTH) == (50013, 600.0)
    clock.now = 599.9
    assert resting.state(1)
    clock.now = 600
    assert resting.state(1) is None
    assert resting.state(2) is None


def test_moderators_are_told_again_only_after_it_worked(resting, clock):
    assert resting.refused(1, 50013)
    for _ in range(3):
        clock.now += 600
        assert not resting.refused(1, 50013)
    resting.worked(1)
    assert resting.state(1) is None
    assert resting.refused(1, 50013)


def test_moderators_hear_of_what_they_can_mend_also_after_what_they_cannot(resting, clock):
    assert not resting.refused(1, 160005)
    assert resting.state(1).code == 160005
    clock.now += 600
    assert resting.refused(1, 50013)
    clock.now += 600
    assert not resting.refused(1, 160005)
    clock.now += 600
    assert not resting.refused(1, 50013)


def test_a_server_that_is_left_leaves_no_channel_resting(resting):
    for channel, server in ((1, 7), (2, 8), (3, 7), (4, None)):
        assert resting.refused(channel, 50013, server)
    resting.forget(7)
    assert [channel for channel in (1, 2, 3, 4) if resting.state(channel)] == [2, 4]
    assert resting.refused(1, 50013, 7)  # moderators are told anew


def test_channels_do_not_disturb_one_another(resting):
    assert resting.refused(1, 50013)
    assert resting.refused(2, 50001)
    resting.worked(1)
    assert resting.state(2).code == 50001


def test_memory_is_bounded_and_the_oldest_goes_first(resting):
    for channel in range(MOST + 100):
        resting.refused(channel, 50013)
    assert resting.state(0) is None
    assert resting.state(99) is None
    assert resting.state(100)
    assert len(resting._refused) == MOST


def test_servers_whose_moderators_could_not_be_told_are_remembered_no_longer_than_that_counts(resting, clock):
    for server in range(100):
        resting.notification_failed(server, ())
        clock.now += LENGTH / 10
    assert len(resting._notify_after) <= 10


@pytest.mark.parametrize("code", sorted(TO_MEND))
def test_moderators_read_what_to_allow(code):
    said = sentence(5, code)
    assert "<#5>" in said
    assert str(code) in said
    assert "Allow me **" in said


def test_what_cannot_be_allowed_is_not_asked_for():
    said = sentence(5, 160005)
    assert "<#5>" in said
    assert "160005" in said
    assert "Allow" not in said


def test_of_a_channel_that_does_not_rest_nobody_hears(resting):
    resting.owe(1)
    resting.shown(1)
    assert (resting.paid(7), resting.state(1)) == ({}, None)
    resting.refused(1, 50013, server=7)
    resting.owe(1)
    resting.shown(1)
    assert resting.paid(7) == {}
    resting.owe(1)
    assert resting.paid(7) == {1: 50013}
