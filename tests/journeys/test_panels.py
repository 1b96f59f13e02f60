"""Lists people walk through: topics, sources, what the bot is, counts of uses."""


async def test_topics_are_listed_and_one_can_be_chosen(world, text, buttons):
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
    assert "proved against its source" in text(listed.response)


async def test_sources_are_listed_and_one_can_be_chosen(world, text):
    listed = await world.newcomer.slash(world.channel, "sources")
    said = text(listed.response)
    for outlet in ("Voice of America", "Euronews", "Sputnik", "Ukrinform"):
        assert outlet in said
    assert "Russian state news agency" in said
    await world.newcomer.select(listed.response, ["ukrinform-2020-06-08"])
    assert "Ukrinform" in text(listed.response)


async def test_about_says_what_is_kept_and_which_edition(world, text):
    said = text((await world.newcomer.slash(world.channel, "about")).response)
    assert world.house.library.edition.bank.edition in said
    assert "No names, no user ids, no messages" in said


async def test_stats_count_this_server(world, text):
    for about in ("russia", "russia", "turkey", "pizza"):
        await world.newcomer.slash(world.channel, "quote", about=about)
    said = text((await world.newcomer.slash(world.channel, "stats")).response)
    assert "**3** quotes given, **1** queries found nothing" in said
    assert "2× Russia" in said
    assert "1× pizza" in said


async def test_commands_are_told_to_discord_only_when_they_changed(world):
    told = [one for one in world.env.http_requests if one.method == "PUT" and one.path.endswith("/commands")]
    assert len(told) == 1
    await world.restart()
    told = [one for one in world.env.http_requests if one.method == "PUT" and one.path.endswith("/commands")]
    assert len(told) == 1
