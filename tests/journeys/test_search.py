"""`/search`: everything that answers, a page at a time."""


async def test_found_words_are_bold_and_pages_turn(world, text, buttons):
    listed = await world.newcomer.slash(world.channel, "search", about="dialogue")
    assert listed.ephemeral
    first = text(listed.response)
    assert "**dialogue**" in first
    assert "1\\. “" in first
    assert "1 of " in " ".join(buttons(listed.response))
    await world.newcomer.click(listed.response, label="Next")
    second = text(listed.response)
    assert "6\\. “" in second
    await world.newcomer.click(listed.response, label="Back")
    assert text(listed.response) == first
    assert (await world.uses()).uses == 1


async def test_one_of_the_hits_can_be_shown(world, text):
    listed = await world.newcomer.slash(world.channel, "search", about="cold war")
    quote = next(quote for quote in world.house.library.edition.bank.quotes if quote.id == "no-new-cold-war-2017")
    card = await world.newcomer.select(listed.response, [quote.id])
    assert card.ephemeral
    assert quote.text in text(card.response)


async def test_a_search_that_finds_nothing_says_so(world, text):
    assert "no sourced quote about **pizza**" in text(
        (await world.newcomer.slash(world.channel, "search", about="pizza")).response
    )
