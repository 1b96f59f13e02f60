"""What a mention asks for: the table in tests/data/mentions.yaml, and what must hold for any text."""

from __future__ import annotations

import unicodedata
from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from bot.bank.reader import read_bank
from bot.chat.requests.mentions import MentionRequest, read_mention
from bot.text import words

BOT, SOMEBODY = 4242, 77
ROWS = yaml.safe_load((Path(__file__).parents[2] / "data" / "mentions.yaml").read_text(encoding="utf-8"))


def spelt_out(message: str, mention: str) -> str:
    return message.replace("@Q", mention).replace("@U", f"<@{SOMEBODY}>")


@pytest.mark.parametrize(
    ("text", "asked"), [("ﷺ" * 2000, 400), ("about " + "⑽" * 500, 394), ("about " + "é" * 500, 394)]
)
def test_of_a_message_no_more_is_read_than_its_first_characters_as_they_unfold(text, asked):
    request = read_mention(f"<@{BOT}> {text}", BOT)
    assert request is not None
    assert len(unicodedata.normalize("NFKC", request.words)) <= asked


@pytest.fixture(scope="module")
def shipped() -> frozenset[str]:
    """Every word of the shipped bank's quotes and names."""
    bank = read_bank(Path(__file__).parents[3] / "quotes").bank
    assert bank is not None
    said = [quote.text for quote in bank.quotes]
    named = [name for topic in bank.topics for name in (topic.name, *topic.aliases)]
    return frozenset(words(" ".join(said + named)))


@pytest.mark.parametrize("row", ROWS, ids=[row[0] for row in ROWS])
def test_table_beside_the_words_of_the_shipped_bank(row, shipped):
    message, command, asked = row
    expected = None if command == "nothing" else MentionRequest(command, asked)
    assert read_mention(spelt_out(message, f"<@{BOT}>"), BOT, shipped) == expected


@pytest.mark.parametrize("mention", [f"<@{BOT}>", f"<@!{BOT}>"], ids=["plain", "nick"])
@pytest.mark.parametrize(("message", "command", "asked"), ROWS, ids=[row[0] for row in ROWS])
def test_table(message, command, asked, mention):
    expected = None if command == "nothing" else MentionRequest(command, asked)
    assert read_mention(spelt_out(message, mention), BOT) == expected


def test_words_of_the_bank_are_never_taken_for_a_misspelt_command():
    message = f"<@{BOT}> topix"
    assert read_mention(message, BOT) == MentionRequest("topics")
    assert read_mention(message, BOT, known={"topix"}) == MentionRequest("quote", "topix")


def test_somebody_whose_id_begins_with_the_bots_is_somebody_else():
    assert read_mention(f"<@{BOT}1> russia", BOT) is None


@given(st.text(max_size=300))
def test_any_text_is_read(text):
    request = read_mention(f"<@{BOT}> {text}", BOT)
    if request is not None:
        assert f"<@{BOT}>" not in request.words
        assert all(word in text for word in request.words.split())


ASKING = ["quote", "give", "me", "a", "the", "please", "about", "on", "russia", "search", "help", "topics", "thanks"]


@given(st.lists(st.sampled_from(ASKING)))
def test_any_run_of_command_words_is_read(tokens):
    request = read_mention(f"<@{BOT}> {' '.join(tokens)}", BOT)
    if "russia" in tokens:
        assert request is not None
        assert "russia" in request.words
