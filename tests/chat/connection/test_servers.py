"""Which servers the bot is in: as listed last, with what came and went since."""

from __future__ import annotations

import pytest

from bot.chat.connection.servers import Servers

A, B, C = 1 << 22, 2 << 22, 3 << 22


@pytest.fixture
def servers():
    servers = Servers()
    servers.listed(0, [B])
    servers.listed(1, [A, C])
    return servers


def test_each_shard_lists_its_own(servers):
    assert servers.ids == {A, B, C}
    assert A in servers
    assert None not in servers


def test_what_a_later_list_does_not_name_is_gone(servers):
    servers.listed(1, [A])
    assert servers.ids == {A, B}


def test_what_came_and_went_since_counts(servers):
    servers.came(5 << 22, 2)
    servers.left(A)
    servers.left(7)
    assert servers.ids == {B, C, 5 << 22}
    servers.listed(1, [C])
    assert servers.ids == {B, C}, "it stood under its own shard"


def test_a_damaged_list_takes_nothing_away_and_is_not_complete(servers):
    assert servers.complete([0, 1])
    assert not servers.complete([0, 1, 2])
    servers.listed(1, [], complete=False)
    assert servers.ids == {A, B, C}
    assert not servers.complete([0, 1])
    servers.listed(1, [A])
    assert servers.complete([0, 1])


def test_until_discord_lists_them_those_of_an_earlier_connection_count_and_are_no_list(servers):
    later = Servers()
    later.follow(servers)
    assert A in later
    assert B in later
    assert not later.ids
    later.left(A)
    assert A not in later
    latest = Servers()
    latest.follow(later)
    assert B in latest
    assert A not in latest
    latest.listed(0, [A])
    assert B not in latest
    assert A in latest
