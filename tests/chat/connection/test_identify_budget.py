"""How often a session may be begun anew: pauses, the day's grant, and what is kept of it on disk."""

from __future__ import annotations

import json
import random
import stat
from itertools import pairwise

import pytest

from bot.chat.connection.backoff import Growing
from bot.chat.connection.identify_budget import Grant, IdentifyBudget

DAY = 86_400
PAUSES = Growing(5, 300)


class Clock:
    def __init__(self) -> None:
        self.now = 1_800_000_000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def opened(clock, tmp_path):
    return lambda: IdentifyBudget(tmp_path / "identify.json", rng=random.Random(1), pauses=PAUSES, now=clock)


def go_on(identifies, clock, seconds, *, shards=1, lives=0.1):
    """Discord answers every IDENTIFY with op 9, so many seconds long; gives when each was sent."""
    sent, end = [], clock.now + seconds
    while clock.now < end:
        for shard in range(shards):
            while (wait := identifies.wait(shard)).seconds:
                clock.now += min(wait.seconds, 600)
                if clock.now >= end:
                    return sent
            identifies.sent(shard)
            sent.append(clock.now)
            clock.now += lives
    return sent


def test_the_pauses_grow_from_five_seconds_to_five_minutes(opened, clock):
    sent = go_on(opened(), clock, 7200)
    pauses = [later - earlier for earlier, later in pairwise(sent)]
    assert 5 <= pauses[0] <= 6.1
    assert all(later > earlier for earlier, later in pairwise(pauses[:6]))
    assert max(pauses) <= 300
    assert pauses[-1] >= 249
    assert len(set(pauses)) > len(pauses) / 2  # with chance in them


@pytest.mark.parametrize("shards", [1, 4, 16])
def test_a_day_of_refused_sessions_takes_half_the_grant_at_most(opened, clock, shards):
    identifies = opened()
    sent = go_on(identifies, clock, 3 * DAY, shards=shards)
    worst = max(sum(at <= other < at + DAY for other in sent) for at in sent)
    assert worst <= 500


def test_a_process_started_again_and_again_is_stopped_as_well(opened, clock):
    sent = 0
    for _ in range(1_400):
        identifies = opened()
        identifies.granted({"total": 1000, "remaining": 999, "reset_after": 0, "max_concurrency": 1})
        if not identifies.wait(0).seconds:
            identifies.sent(0)
            sent += 1
        clock.now += 60  # whoever restarts it does not wait for long
    assert 100 < sent <= 500


def test_it_stops_at_half_and_says_for_how_long(opened, clock):
    identifies = opened()
    identifies.granted({"total": 20, "remaining": 20, "reset_after": DAY * 1000, "max_concurrency": 1})
    first = clock.now
    go_on(identifies, clock, 3 * 3600)
    assert identifies.count == 10
    wait = opened()
    wait.granted({"total": 20})
    assert wait.wait(0).spent
    assert wait.wait(0).seconds == pytest.approx(first + DAY - clock.now, abs=1)
    clock.now = first + DAY + 1
    assert not wait.wait(0).spent


def test_it_believes_discord_when_others_used_up_the_grant(opened, clock):
    identifies = opened()
    identifies.granted({"total": 1000, "remaining": 500, "reset_after": 3_600_000, "max_concurrency": 1})
    assert identifies.wait(0).spent
    assert identifies.wait(0).seconds == pytest.approx(3600)
    clock.now += 3601
    assert not identifies.wait(0).seconds


def test_after_a_session_that_lived_the_next_begins_at_once(opened, clock):
    identifies = opened()
    go_on(identifies, clock, 3600)
    clock.now += 700
    assert not identifies.wait(0).seconds
    identifies.sent(0)
    assert 5 <= identifies.wait(0).seconds <= 6


def test_who_was_served_well_and_told_to_leave_need_not_wait(opened, clock):
    identifies = opened()
    go_on(identifies, clock, 600)
    identifies.forgive()
    clock.now += 5
    assert opened().count == identifies.count  # forgiven, not forgotten


def test_one_shards_pause_is_not_anothers(opened, clock):
    identifies = opened()
    for _ in range(8):
        clock.now += identifies.wait(0).seconds
        identifies.sent(0)
    clock.now += 5
    assert identifies.wait(0).seconds > 60
    assert not identifies.wait(1).seconds


def test_shards_of_one_bucket_begin_five_seconds_apart_and_of_two_at_once(opened, clock):
    identifies = opened()
    identifies.granted({"total": 1000, "remaining": 999, "reset_after": 1, "max_concurrency": 2})
    identifies.sent(0)
    assert not identifies.wait(1).seconds
    assert identifies.wait(2).seconds == pytest.approx(5)


@pytest.mark.parametrize("jump", [-3600, -86_400 * 30, 3600])
def test_a_clock_that_jumps_holds_nothing_up_for_long(opened, clock, jump):
    identifies = opened()
    go_on(identifies, clock, 3600)
    clock.now += jump
    assert identifies.wait(0).seconds <= 300
    assert opened().wait(0).seconds <= 300


@pytest.mark.parametrize("ahead", [3600, DAY * 30, DAY * 3650])
def test_a_session_that_a_wrong_clock_put_into_the_future_counts_for_a_day_like_any_other(opened, clock, ahead):
    identifies = opened()
    clock.now += ahead
    identifies.sent(0)
    clock.now -= ahead
    assert (identifies.count, opened().count) == (1, 1)
    kept = opened()
    clock.now += DAY - 1
    assert (identifies.count, kept.count) == (1, 1)
    clock.now += 2
    assert (identifies.count, kept.count) == (0, 0)


@pytest.mark.parametrize(
    "damage",
    [
        *(b"", b"{", b"null", b"[]", b"7", b"\xff", b"[" * 100_000),
        *(b'{"sent": 7}', b'{"sent": [[1]]}', b'{"sent": [[1, 0]]}'),
        *(b'{"sent": [["x", 0]], "forgiven": 0}', b'{"sent": [[1e999, 0]], "forgiven": 1e999}'),
    ],
)
def test_a_damaged_count_is_begun_anew(opened, tmp_path, damage):
    (tmp_path / "identify.json").write_bytes(damage)
    identifies = opened()
    assert identifies.wait(0).seconds <= 300
    identifies.sent(0)
    assert opened().count == identifies.count >= 1


def test_the_count_is_for_the_bots_user_alone(opened, tmp_path):
    opened().sent(0)
    file = tmp_path / "identify.json"
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert json.loads(file.read_text())["sent"]
    assert [path.name for path in tmp_path.iterdir()] == ["identify.json"]


def test_the_count_needs_no_room_that_it_has_not(opened, clock, tmp_path):
    identifies = opened()
    before = (tmp_path / "identify.json").stat()
    go_on(identifies, clock, 3600)
    identifies.forgive()
    after = (tmp_path / "identify.json").stat()
    assert (after.st_ino, after.st_blocks) == (before.st_ino, before.st_blocks)
    assert opened().count == identifies.count > 5


@pytest.mark.parametrize("place", ["nowhere/identify.json", "full", "folder"])
def test_where_no_count_can_be_kept_each_start_is_taken_for_one_after_a_crash(clock, tmp_path, caplog, place):
    (tmp_path / "folder").mkdir()
    (tmp_path / "full").symlink_to("/dev/full")
    identifies = IdentifyBudget(tmp_path / place, rng=random.Random(1), pauses=PAUSES, now=clock)
    assert "cannot be kept" in caplog.text
    assert 5 <= identifies.wait(0).seconds <= 6
    clock.now += 6
    assert not identifies.wait(0).seconds
    identifies.sent(0)
    assert identifies.count == 1


@pytest.mark.parametrize(
    ("said", "grant"),
    [
        (None, Grant()),
        ([], Grant()),
        ({}, Grant()),
        ({"total": 0, "remaining": 0}, Grant()),
        ({"total": "1000", "remaining": -1, "reset_after": None, "max_concurrency": 0}, Grant()),
        ({"total": True, "remaining": 5}, Grant()),
        ({"total": 2000, "remaining": 7, "reset_after": 60_000, "max_concurrency": 16}, Grant(2000, 7, 60, 16)),
        ({"total": 1000, "remaining": None, "reset_after": 10**9}, Grant(1000, None, DAY, 1)),
        ({"total": 1e3, "reset_after": float("inf")}, Grant()),
    ],
)
def test_what_discord_grants_is_read_with_care(said, grant):
    assert Grant.of(said) == grant


def test_where_no_session_was_begun_there_is_nothing_to_forgive_and_to_keep(opened, clock, tmp_path):
    identifies = opened()
    (tmp_path / "identify.json").unlink()
    identifies.forgive()
    assert list(tmp_path.iterdir()) == []
    identifies.sent(0)
    identifies.forgive()
    assert json.loads((tmp_path / "identify.json").read_text())["forgiven"] == clock.now
