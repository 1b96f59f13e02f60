"""What a request says, wherever in it that stands."""

import pytest

from bot.chat.connection.exchange import said_in

FILE = {"name": "files[0]", "value": b"x", "filename": "x.md"}
WORDS = {"name": "payload_json", "value": '{"content": "words"}'}


@pytest.mark.parametrize(
    ("payload", "parts", "said"),
    [
        ({"content": "words"}, None, {"content": "words"}),
        (["no", "message"], None, {}),
        (None, [WORDS, FILE], {"content": "words"}),
        (None, [FILE, WORDS], {"content": "words"}),
        (None, [FILE], {}),
        (None, None, {}),
    ],
)
def test_what_a_message_says_is_read_beside_its_files(payload, parts, said):
    assert said_in(payload, parts) == said
