"""What is sent instead of an answer of invalid form is what Discord takes."""

import pytest

from bot.chat.connection.plain_fallback import plain

CARD = {
    "flags": 1 << 15,
    "components": [{"type": 17, "components": [{"type": 10, "content": "“We need both.”"}]}],
    "allowed_mentions": {"parse": []},
}
REPLY = CARD | {"nonce": "12", "enforce_nonce": True, "message_reference": {"message_id": 12, "channel_id": 34}}
BODIES = [
    ("POST", "/channels/1/messages", REPLY),
    ("POST", "/webhooks/1/token", CARD),
    ("PATCH", "/webhooks/1/token/messages/@original", CARD),
    ("POST", "/interactions/1/token/callback", {"type": 4, "data": CARD}),
    ("POST", "/interactions/1/token/callback", {"type": 7, "data": CARD}),
]


@pytest.mark.parametrize(("method", "path", "body"), BODIES)
def test_it_is_valid(faults, method, path, body):
    made = plain(body, edit=method == "PATCH")
    assert made != body
    assert faults(method, path, made) == []
