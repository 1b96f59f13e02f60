"""The plain form of an answer: everything a person reads, nothing that pings, never too long."""

import json

import pytest

from bot.chat import limits
from bot.chat.connection.plain_fallback import LONGEST, plain
from tests.contract.discord_limits import FLAG_PRIVATE
from tests.contract.discord_rules import problems_of


def card(*texts, **more):
    inside = [{"type": 10, "content": text} for text in texts]
    return {"components": [{"type": 17, "components": inside}], "flags": limits.FLAG_COMPONENTS_V2} | more


def test_the_words_of_a_card_stay():
    message = plain(card("### “We need both.”", "— **Jens Stoltenberg**"))
    assert message == {
        "content": "### “We need both.”\n— **Jens Stoltenberg**",
        "flags": 0,
        "allowed_mentions": {"parse": []},
    }


MESSAGES = [
    card("a" * 5000),
    card("🦉" * 5000),
    card("a\x00b\ud800c\x1b[31m"),
    card("@everyone <@&5> <@4>", allowed_mentions={"parse": ["everyone"], "replied_user": True}),
    card(*"abcdefghij"),
    card(" ", "", "x"),
    {"content": "x" * 3000, "tts": True, "attachments": [{"id": 0}], "sticker_ids": [1]},
    {"embeds": [{"title": "t", "description": "d", "fields": [{"name": "n", "value": "v"}]}]},
    card("in reply", message_reference={"message_id": "1"}, nonce="1", enforce_nonce=True),
    {"components": [{"type": 1, "components": [{"type": 10, "content": "deep"}]}]},
]


@pytest.mark.parametrize("message", MESSAGES)
@pytest.mark.parametrize("edit", [False, True])
@pytest.mark.parametrize("kind", [None, 4, 7])
def test_whatever_it_was_discord_takes_it_and_nobody_is_pinged(message, edit, kind):
    made = plain(message if kind is None else {"type": kind, "data": message}, edit=edit)
    assert problems_of(made, edit=edit) == []
    inner = made if kind is None else made["data"]
    assert inner["allowed_mentions"] == {"parse": []}
    assert "attachments" not in inner
    said = inner.get("content") or inner["components"][0]["content"]
    assert len(said.encode("utf-16-le")) <= 2 * LONGEST
    assert "\x00" not in said
    json.dumps(made).encode()


def test_a_reply_stays_the_same_reply():
    made = plain(card("x", message_reference={"message_id": "1"}, nonce="1", enforce_nonce=True))
    assert made["message_reference"] == {"message_id": "1"}
    assert (made["nonce"], made["enforce_nonce"]) == ("1", True)


def test_what_is_private_stays_private():
    made = plain({"type": 4, "data": card("x", flags=FLAG_PRIVATE | limits.FLAG_COMPONENTS_V2)})
    assert made["data"]["flags"] == FLAG_PRIVATE


@pytest.mark.parametrize(
    "payload",
    [{}, card(), card(" "), {"type": 9, "data": {"title": "t"}}, {"type": 8, "data": {"choices": []}}, {"type": 5}],
)
def test_what_says_nothing_is_not_sent(payload):
    assert plain(payload) is None
