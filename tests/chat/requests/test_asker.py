"""Who asked for what a message shows: read from the message, remembered for a while, or asked of Discord."""

from types import SimpleNamespace

import discord
import pytest

from bot.chat.requests.asker import Askers


class Channel:
    """A channel in which one message can be read; `asked` are the messages that were asked for."""

    def __init__(self, failing=None):
        self.asked, self.failing = [], failing

    async def fetch_message(self, number):
        self.asked.append(number)
        if self.failing:
            raise self.failing
        return SimpleNamespace(id=number, author=SimpleNamespace(id=5))


def reply(channel, to=3):
    meant = None if to is None else SimpleNamespace(message_id=to, resolved=None)
    return SimpleNamespace(interaction_metadata=None, reference=meant, channel=channel)


async def test_an_answer_to_a_command_says_itself_who_used_it():
    by = SimpleNamespace(user=SimpleNamespace(id=9))
    assert await Askers().of(SimpleNamespace(interaction_metadata=by)) == 9


async def test_what_is_remembered_is_not_asked_for_and_what_was_asked_for_is_remembered():
    askers, channel = Askers(), Channel()
    askers.replied(3, 7)
    assert (await askers.of(reply(channel)), channel.asked) == (7, [])
    assert [await askers.of(reply(channel, to=4)) for _ in range(2)] == [5, 5]
    assert channel.asked == [4]


async def test_no_more_is_remembered_than_so_much():
    askers, channel = Askers(most=2), Channel()
    for number in (1, 2, 3):
        askers.replied(number, 7)
    assert [await askers.of(reply(channel, to=number)) for number in (3, 2, 1)] == [7, 7, 5]
    assert channel.asked == [1]


@pytest.mark.parametrize("code", [10008, 50001])
async def test_where_discord_does_not_tell_nobody_is_known(code):
    refused = discord.HTTPException(SimpleNamespace(status=403, reason="no"), {"code": code, "message": "no"})
    assert await Askers().of(reply(Channel(refused))) is None
    assert await Askers().of(reply(Channel(), to=None)) is None
