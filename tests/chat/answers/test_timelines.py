"""The picture of a timeline: drawn once for all who ask the same, and left out where it cannot be drawn."""

import pytest

from bot.chat.answers import timelines
from bot.chat.ui import chart
from bot.config import shipped_bank
from bot.editions.making import open_edition
from bot.search.query import Query
from bot.search.timeline import timeline

PNG = b"\x89PNG"


@pytest.fixture(scope="module")
def index():
    return open_edition(shipped_bank()).index


@pytest.fixture
def drawn(monkeypatch):
    """How often something was drawn; `drawn.fails` makes it come to nothing."""

    class Drawn(list):
        fails = False

    drawn = Drawn()

    async def picture(quotes):
        drawn.append(chart.bars(quotes))
        return None if drawn.fails else PNG + bytes([len(drawn)])

    monkeypatch.setattr(chart, "picture", picture)
    monkeypatch.setattr(timelines, "_drawn", {})
    return drawn


async def shown(index, words):
    reply = await timelines.illustrated(timeline(index, Query(words)), Query(words))
    return reply and reply.files[0].fp.read()


async def test_a_picture_that_cannot_be_drawn_is_left_out_and_tried_again(index, drawn):
    drawn.fails = True
    assert await shown(index, "russia") is None
    drawn.fails = False
    assert await shown(index, "russia") == PNG + b"\x02"


async def test_a_picture_is_kept_while_there_is_room_for_it(index, drawn, monkeypatch):
    monkeypatch.setattr(timelines, "PICTURES", 2)
    first, second, third = (f"topic:{name}" for name in ("russia", "turkey", "nato"))
    for words, times in ((first, 1), (first, 1), (second, 2), (first, 2), (third, 3), (third, 3), (first, 4)):
        await shown(index, words)
        assert len(drawn) == times, words
