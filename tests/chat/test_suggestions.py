"""What is suggested while somebody types holds nobody up."""

from types import SimpleNamespace

import pytest

from bot.chat import answers, suggestions
from bot.chat.cogs import cite
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
