"""What a miss says: what it was asked for, and nothing untrue."""


async def test_a_year_without_quotes_is_named(world, text):
    said = text((await world.newcomer.slash(world.channel, "quote", about="topic:russia", year=2016)).response)
    assert "no sourced quote about **Russia** from **2016**" in said
    assert "There are such quotes from 2014, 2017 and 2020." in said


async def test_a_source_without_such_quotes_is_named(world, text):
    asked = {"about": "putin", "source": "sputnik-2017-02-14"}
    said = text((await world.newcomer.slash(world.channel, "quote", **asked)).response)
    assert "no sourced quote about **putin** in **Sputnik**" in said


async def test_a_quote_taken_out_is_not_called_by_its_id(world, text):
    said = text((await world.newcomer.slash(world.channel, "quote", about="quote:gone-2017")).response)
    assert "no sourced quote by that name any more" in said


async def test_marks_that_turn_the_reading_direction_do_not_come_back(world, text):
    said = text((await world.newcomer.slash(world.channel, "quote", about="\u202ezzqqxx")).response)
    assert "about **zzqqxx**" in said
    assert "\u202e" not in said


async def test_not_helpful_stays_under_another(world, buttons):
    await world.moderator.slash(world.channel, "settings keywords", on=True)
    await world.newcomer.send(world.channel, "so what is this dual-track approach")
    reply = world.channel.last_message
    assert "Not helpful here" in buttons(reply)
    await world.newcomer.click(reply, label="Another")
    again = world.channel.last_message
    assert again.id == reply.id
    assert "Not helpful here" in buttons(again)
