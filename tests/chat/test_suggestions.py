"""What is suggested while somebody types holds nobody up."""

from types import SimpleNamespace

import pytest
from discord import AppCommandOptionType

from bot.chat import answers, suggestions
from bot.chat.cogs import ALL, cite
from bot.chat.gate.heavy import HeavyWork
from bot.config import shipped_bank
from bot.library import open_edition

LONG = "our biggest neighbour russia and the alliance " * 4


@pytest.fixture
def typing():
    heavy = HeavyWork()
    client = SimpleNamespace(
        answers=SimpleNamespace(library=SimpleNamespace(edition=open_edition(shipped_bank())), heavy=heavy),
        gate=SimpleNamespace(deadline_of=lambda asked: None),  # noqa: ARG005  asked in time
    )
    yield SimpleNamespace(id=1, client=client, user=SimpleNamespace(id=2))
    heavy.close()


def test_every_text_that_a_command_takes_has_a_limit():
    texts = {
        f"{command.name} {option.name}": option.max_value
        for cog in ALL
        for command in cog.__cog_app_commands__
        for option in getattr(command, "parameters", ())
        if option.type is AppCommandOptionType.string
    }
    assert {"quote about", "quote speaker", "cite style", "verify text"} <= set(texts)
    assert [name for name, most in texts.items() if most is None] == []


@pytest.mark.parametrize("suggest", [suggestions.about, cite._quotes])
async def test_long_words_in_a_large_bank_are_looked_up_aside_and_dropped_when_too_much_waits(
    typing, suggest, monkeypatch
):
    at_once = [one.value for one in await suggest(typing, LONG)]
    assert at_once
    typing.client.answers.heavy.room = 0
    assert [one.value for one in await suggest(typing, LONG)] == at_once  # a small bank: not heavy
    monkeypatch.setattr(answers, "SMALL", 10)
    assert await suggest(typing, LONG) == []
    assert await suggest(typing, "russia")
    typing.client.answers.heavy.room = 1
    assert [one.value for one in await suggest(typing, LONG)] == at_once
