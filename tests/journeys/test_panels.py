"""Lists people walk through: topics, sources, what the bot is, counts of uses."""

import pytest


async def test_topics_are_listed_and_one_can_be_opened(world, text, buttons):
    listed = await world.newcomer.slash(world.channel, "topics")
    assert listed.ephemeral
    assert "**Russia**" in text(listed.response)
    first = text(listed.response)
    if "Next" in buttons(listed.response):
        await world.newcomer.click(listed.response, label="Next")
        assert text(listed.response) != first
        await world.newcomer.click(listed.response, label="Back")
        assert text(listed.response) == first
    await world.newcomer.select(listed.response, ["russia"])
    said = text(listed.response)
    assert "### Russia\n25 quotes, 2014–2020" in said
    assert "-# 2014: 8 · 2017: 12 · 2020: 5" in said
    assert "-# Euronews, Sputnik, Ukrinform, Voice of America" in said
    assert set(buttons(listed.response)) == {"A quote", "Timeline", "Reading pack", "All topics"}
    await world.newcomer.click(listed.response, label="All topics")
    assert text(listed.response) == first
    assert (await world.uses()).uses == 0


@pytest.mark.usefixtures("without_pictures")
async def test_from_an_opened_topic_to_its_quotes_timeline_and_pack(world, text):
    listed = await world.newcomer.slash(world.channel, "topics")
    await world.newcomer.select(listed.response, ["russia"])
    here = text(listed.response)
    quote = await world.newcomer.select(listed.response, ["biggest-neighbour-2017"])
    assert quote.ephemeral
    assert "Russia is our biggest neighbour" in text(quote.response)
    quote = await world.newcomer.click(listed.response, label="A quote")
    assert "topic *Russia*" in text(quote.response)
    line = await world.newcomer.click(listed.response, label="Timeline")
    assert line.ephemeral
    assert "### Russia, 2014–2020" in text(line.response)
    pack = await world.newcomer.click(listed.response, label="Reading pack")
    assert [file.filename for file in pack.response.attachments] == ["quoth-russia.md"]
    assert text(listed.response) == here


@pytest.mark.usefixtures("without_pictures")
async def test_sources_are_listed_and_one_can_be_opened(world, text, buttons):
    listed = await world.newcomer.slash(world.channel, "sources")
    first = text(listed.response)
    for outlet in ("Voice of America", "Euronews", "Sputnik", "Ukrinform"):
        assert outlet in first
    assert "Russian state news agency" in first
    await world.newcomer.select(listed.response, ["voa-2017-06"])
    said = text(listed.response)
    assert "Outlet: Voice of America" in said
    assert "(inferred)" in said
    quote = await world.newcomer.select(listed.response, ["aegean-ships-2017"])
    assert "Aegean Sea" in text(quote.response)
    quote = await world.newcomer.click(listed.response, label="A quote")
    assert quote.ephemeral
    assert "Voice of America" in text(quote.response)
    line = await world.newcomer.click(listed.response, label="Timeline")
    assert "from 1 source" in text(line.response)
    pack = await world.newcomer.click(listed.response, label="Reading pack")
    assert [file.filename for file in pack.response.attachments] == ["quoth-reading-pack.md"]
    await world.newcomer.click(listed.response, label="All sources")
    assert text(listed.response) == first


async def test_every_topic_and_source_can_be_opened(world, text):
    bank = world.house.library.edition.bank
    topics = await world.newcomer.slash(world.channel, "topics")
    sources = await world.newcomer.slash(world.channel, "sources")
    for source in bank.sources:
        await world.newcomer.select(sources.response, [source.id])
        assert f"{len(bank.by_source[source.id])} quotes" in text(sources.response)
        await world.newcomer.click(sources.response, label="All sources")
    await world.newcomer.select(topics.response, ["dual-track"])
    assert "9 quotes" in text(topics.response)


async def test_about_says_what_is_kept_and_which_edition(world, text):
    said = text((await world.newcomer.slash(world.channel, "about")).response)
    assert world.house.library.edition.bank.edition in said
    assert "No user id and no message is in that log" in said


async def test_stats_count_this_server(world, text):
    for about in ("russia", "russia", "turkey", "pizza"):
        await world.newcomer.slash(world.channel, "quote", about=about)
    await world.uses()
    said = text((await world.newcomer.slash(world.channel, "stats")).response)
    assert "**3** quotes given, **1** query found nothing" in said
    assert "2× Russia" in said
    assert "pizza" not in said


async def test_commands_are_told_to_discord_only_when_they_changed(world):
    told = [one for one in world.env.http_requests if one.method == "PUT" and one.path.endswith("/commands")]
    assert len(told) == 1
    await world.restart()
    told = [one for one in world.env.http_requests if one.method == "PUT" and one.path.endswith("/commands")]
    assert len(told) == 1
