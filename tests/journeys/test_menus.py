"""A right-click on a message: check what it quotes, find quotes for what it says."""

import discord

CHECK, FIND = "Check this quote", "Find a quote"


async def pick(world, menu, message):
    return await world.newcomer.context_menu(world.channel, menu, message)


async def test_a_message_is_checked(world, text):
    message = await world.moderator.send(
        world.channel, "Did he really say “NATO does want a new Cold War or arms race”? — asking for a friend"
    )
    result = await pick(world, CHECK, message)
    assert result.ephemeral
    assert text(result.response).startswith("### ≠ Altered")
    assert "A negation was lost" in text(result.response)
    assert [way.name for way in (await world.uses()).ways] == ["menu"]


async def test_a_quoted_line_and_several_quotations_are_checked_one_by_one(world, text):
    message = await world.moderator.send(
        world.channel,
        "> Russia is here to stay.\nand Putin said: “We cannot choose between either dialogue with Russia or deterrence"
        " and defence.” and “the moon is made of green cheese”",
    )
    said = text((await pick(world, CHECK, message)).response)
    assert said.index("✓ Word for word") < said.index("✗ Misattributed") < said.index("? Not in our sources")


async def test_our_own_answer_can_be_checked(world, text):
    await world.newcomer.slash(world.channel, "quote", about="turkey")
    result = await pick(world, CHECK, world.channel.last_message)
    assert text(result.response).startswith("### ✓ Word for word")


async def test_a_preview_can_be_checked(world, text):
    embed = discord.Embed(title="News", description="“Russia is our biggest neighbour. Russia is here to leave.”")
    webhook = await world.client.get_channel(world.channel.id).send(embed=embed)
    assert "here to **leave**" in text((await pick(world, CHECK, webhook)).response).replace(".", "")


async def test_a_picture_alone_is_answered_kindly(world, text):
    message = await world.moderator.send(world.channel, "🖼️")
    checked, found = await pick(world, CHECK, message), await pick(world, FIND, message)
    assert checked.ephemeral
    assert found.ephemeral
    assert "no words in that message" in text(checked.response)
    assert "no sourced quote" in text(found.response)


async def test_quotes_are_found_for_a_whole_message(world, text):
    message = await world.moderator.send(
        world.channel,
        "Good morning everybody, hope you are all well! I spent the weekend reading. "
        "What I still do not get is why ships should stop migrants in the Aegean Sea, and what Turkey and Greece want.",
    )
    result = await pick(world, FIND, message)
    said = text(result.response)
    assert result.ephemeral
    first = said.split("\n1\\.")[1].split("\n2\\.")[0]
    assert "helping to stem the flow of **migrants**" in first
    assert "for **Aegean Sea, " in said


async def test_a_found_quote_can_be_shown(world, text):
    message = await world.moderator.send(world.channel, "They keep talking about the Cold War. And Norway?")
    result = await pick(world, FIND, message)
    card = await world.newcomer.select(result.response, ["norway-cold-war-2014"])
    assert "Even during the Cold War" in text(card.response)


async def test_what_was_written_is_not_logged(world):
    message = await world.moderator.send(world.channel, "My secret plan about Russia involves marmalade.")
    await pick(world, FIND, message)
    report = await world.uses()
    assert report.uses == 1
    logged = " ".join(one.name for one in (*report.keys, *report.missed))
    assert "marmalade" not in logged
    assert "secret" not in logged


async def test_a_message_about_nothing_of_ours_is_a_miss(world, text):
    message = await world.moderator.send(world.channel, "Marmalade on toast, zebras in pyjamas")
    result = await pick(world, FIND, message)
    assert result.ephemeral
    assert "no sourced quote" in text(result.response)
    report = await world.uses()
    assert (report.uses, report.misses) == (0, 1)
    assert not any("marmalade" in one.name for one in report.missed)


async def test_the_menus_are_offered_everywhere_and_to_everybody(world):
    menus = world.client.tree.get_commands(type=discord.AppCommandType.message)
    assert sorted(menu.name for menu in menus) == [CHECK, FIND]
    for menu in menus:
        assert menu.allowed_installs.user
        assert menu.allowed_contexts.private_channel


async def test_the_menus_go_with_their_cog(world):
    assert world.client.tree.get_commands(type=discord.AppCommandType.message)
    await world.client.remove_cog("Menus")
    assert not world.client.tree.get_commands(type=discord.AppCommandType.message)
