"""Whoever does not know how to ask is told; a server that the bot was added to hears it once."""

from simcord.backend import serializers


def arrives(world):
    """The server's arrival as Discord tells of one that the bot was added to: nothing says whether it is available."""
    backend, guild = world.env.backend, world.channel.guild.id
    told = serializers.guild_create_payload(backend, backend.guilds[guild])
    world.client._connection.parsers["GUILD_CREATE"]({name: told[name] for name in told if name != "unavailable"})


async def test_help_is_for_one_alone_and_its_topics_answer(world, text, buttons):
    shown = await world.newcomer.slash(world.channel, "help")
    said = text(shown.response)
    assert "`/quote about: Russia`" in said
    assert "`/help` · " in said
    assert "`/settings` · For moderators" in said
    assert shown.response.flags.ephemeral
    answer = await world.newcomer.click(shown.response, label="Russia")
    assert "Jens Stoltenberg" in text(answer.response)
    assert answer.response.flags.ephemeral


async def test_a_server_hears_it_once_for_each_time_the_bot_is_added(world, text):
    before = world.channel.last_message
    world.client.servers.left(world.channel.guild.id)
    arrives(world)
    await world.env.settle()
    said = world.channel.last_message
    assert before is None
    assert text(said).startswith("### Hello!")
    arrives(world)  # sent again, as after a resume
    await world.restart()
    await world.env.settle()
    assert world.channel.last_message.id == said.id
    assert world.other.last_message is None
