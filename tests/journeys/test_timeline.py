"""`/timeline`: how a line moved, year by year."""

import pytest

from bot.bank.bank import Bank
from bot.bank.quote import PartialDate, Quote, Source, Speaker, Topic, When
from bot.chat.ui import chart
from bot.editions.edition import Edition
from bot.search.index import Index

PATIENCE = chart.SECONDS
"""Seconds a picture may take where the machine is busy."""


def galleries(message):
    raw = [part if isinstance(part, dict) else part.to_dict() for part in message.components]
    return [item for part in raw for item in part.get("components", []) if item.get("type") == 12]


@pytest.mark.usefixtures("without_pictures")
async def test_dual_track_from_2014_to_2020(world, text):
    shown = await world.newcomer.slash(world.channel, "timeline", about="dual-track")
    said = text(shown.response)
    assert not shown.ephemeral
    assert "### Dual-track approach, 2014–2020" in said
    assert "-# 9 quotes from 5 sources, year by year" in said
    assert said.index("**2014** “") < said.index("**2017** “") < said.index("**2020** “")
    assert "-# Jens Stoltenberg · 1–3 October 2014 (inferred) · Euronews" in said
    assert "6 more of 2017" in said
    assert "**Side by side, 2014 and 2017**" in said
    assert "2014 “~~So~~ there is no contradiction between ~~being in favour of military strength" in said
    assert "2017 “**And** there is no contradiction between **strong defence** and **political dialogue.**”" in said


@pytest.mark.usefixtures("without_pictures")
async def test_asking_is_a_use_and_turning_pages_is_not(world, text, buttons):
    shown = await world.newcomer.slash(world.channel, "timeline", about="dual-track")
    report = await world.uses()
    assert (report.uses, report.misses) == (1, 0)
    assert [row.name for row in report.keys] == ["topic:dual-track"]
    assert "Next" not in buttons(shown.response)


@pytest.mark.usefixtures("without_pictures")
async def test_one_of_its_quotes_is_shown_in_full_to_the_one_who_chose(world, text):
    shown = await world.newcomer.slash(world.channel, "timeline", about="dual-track")
    quote = world.house.library.edition.bank.by_id["need-both-2017"]
    card = await world.moderator.select(shown.response, [quote.id])
    assert card.ephemeral
    assert quote.text in text(card.response)


@pytest.mark.usefixtures("without_pictures")
async def test_from_a_timeline_to_a_quote_and_a_reading_pack(world, text):
    shown = await world.newcomer.slash(world.channel, "timeline", about="topic:dual-track")
    quote = await world.newcomer.click(shown.response, label="A quote")
    assert quote.ephemeral
    assert "word for word from its source" in text(quote.response)
    pack = await world.newcomer.click(shown.response, label="Reading pack")
    assert pack.ephemeral
    assert [file.filename for file in pack.response.attachments] == ["quoth-dual-track.md"]


async def test_a_speaker_narrows_it_and_words_work_too(world, text):
    said = text(
        (await world.newcomer.slash(world.channel, "timeline", about="norway", speaker="jens-stoltenberg")).response
    )
    assert "2014" in said
    assert "2020" in said
    said = text((await world.newcomer.slash(world.channel, "timeline", about="contradiction", private=True)).response)
    assert "### contradiction, 2014–2017" in said


async def test_a_topic_of_one_year_says_so(world, text):
    said = text((await world.newcomer.slash(world.channel, "timeline", about="topic:afghanistan")).response)
    assert "All I have on this is from 2017." in said


async def test_a_corrected_spelling_is_said(world, text):
    said = text((await world.newcomer.slash(world.channel, "timeline", about="afghanistann")).response)
    assert "*afghanistann*" in said


async def test_a_miss_is_private_and_logged(world, text):
    missed = await world.newcomer.slash(world.channel, "timeline", about="pizza")
    assert missed.ephemeral
    assert "no sourced quote about **pizza**" in text(missed.response)
    assert (await world.uses()).misses == 1


async def test_suggestions_while_typing(world):
    offered = await world.newcomer.autocomplete(world.channel, "timeline", "about", "dual")
    assert offered[0]["value"] == "topic:dual-track"
    assert all(one["value"].startswith("topic:") for one in offered)


@pytest.mark.usefixtures("without_pictures")
async def test_its_buttons_work_after_a_restart(world, text):
    shown = await world.newcomer.slash(world.channel, "timeline", about="dual-track")
    await world.restart()
    pack = await world.newcomer.click(shown.response, label="Reading pack")
    assert "9 quotes from 5 sources" in text(pack.response)


async def test_a_picture_comes_with_words_for_it(world, text):
    world.env.settle_timeout = PATIENCE
    shown = await world.newcomer.slash(world.channel, "timeline", about="dual-track")
    (gallery,) = galleries(shown.response)
    assert "as high as the number of quotes" in gallery["items"][0]["description"]
    assert [file.filename for file in shown.response.attachments] == [chart.NAME]
    assert "**2014** “" in text(shown.response)


@pytest.mark.usefixtures("without_pictures")
async def test_without_matplotlib_the_words_are_all_there_is(world, text):
    shown = await world.newcomer.slash(world.channel, "timeline", about="dual-track")
    assert "dual-track" in text(shown.response)
    assert not galleries(shown.response)
    assert not shown.response.attachments


def told_yearly(years):
    """A made-up bank: the same thing said, a little differently, in each of many years."""
    ada = Speaker("ada-brook", "Ada Brook", "Ada", "Brook")
    rivers = Topic("rivers", "rivers")
    quotes = []
    for year in years:
        at = PartialDate(year)
        source = Source(f"gazette-{year}", "Valley Gazette", "interview", said=When(at, at, "printed"))
        told = f"In the spring of {year} the mill stood {year % 7 + 2} weeks in the water."
        quotes.append(Quote(f"mill-{year}", (told,), ada, source, (rivers,)))
    return Bank("1" * 64, tuple(quote.source for quote in quotes), (ada,), (rivers,), tuple(quotes))


@pytest.mark.usefixtures("without_pictures")
async def test_the_pages_of_a_long_timeline_are_turned_in_place(world, text, buttons):
    bank = told_yearly(range(1990, 2010))
    world.house.library.edition = Edition(bank, Index.build(bank))
    shown = await world.newcomer.slash(world.channel, "timeline", about="rivers")
    first = text(shown.response)
    assert "**1990** “" in first
    assert "**2009** “" not in first
    await world.newcomer.click(shown.response, label="Next")
    assert "**1996** “" in text(shown.response)
    assert "1990" not in text(shown.response).partition("\n-# ")[2]
    await world.restart()
    await world.newcomer.click(shown.response, label="Back")
    assert text(shown.response) == first
    assert (await world.uses()).uses == 1
    pages = int(next(label for label in buttons(shown.response) if label.startswith("1 of ")).split()[-1])
    for _ in range(pages - 1):
        await world.newcomer.click(shown.response, label="Next")
    assert "Nearly the same" in text(shown.response)


async def test_the_picture_comes_back_with_the_first_page(world):
    world.env.settle_timeout = PATIENCE
    bank = told_yearly(range(1990, 2010))
    world.house.library.edition = Edition(bank, Index.build(bank))
    shown = await world.newcomer.slash(world.channel, "timeline", about="rivers")
    assert galleries(shown.response)
    await world.newcomer.click(shown.response, label="Next")
    assert not galleries(shown.response)
    await world.newcomer.click(shown.response, label="Back")
    assert galleries(shown.response)
    assert [file.filename for file in shown.response.attachments] == [chart.NAME]
