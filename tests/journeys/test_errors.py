"""Errors end in one place: a person sees a sentence and a short code, never a traceback."""

import logging
import re


async def test_an_error_in_a_command_is_told_with_a_code(world, text, caplog):
    def fail(*_args, **_kwargs):
        raise RuntimeError("secret words")

    world.house.library.edition = None
    with caplog.at_level(logging.ERROR):
        result = await world.newcomer.slash(world.channel, "quote", about="russia")
    said = text(result.response)
    assert result.ephemeral
    code = re.search(r"code ([0-9A-F]{4})", said).group(1)
    assert "AttributeError" not in said
    assert "Traceback" not in said
    assert f"code {code}" in caplog.text
    world.env.errors  # noqa: B018  looked at: it was meant


async def test_an_error_under_a_button_is_told_with_a_code(world, text):
    card = (await world.newcomer.slash(world.channel, "quote", about="russia")).response
    world.house.library.edition = None
    result = await world.newcomer.click(card, label="Another")
    assert re.search(r"code [0-9A-F]{4}", text(result.response))
    assert result.ephemeral


async def test_an_error_after_a_mention_is_told_with_a_code(world, text):
    world.house.library.edition = None
    await world.newcomer.send(world.channel, f"{world.client.user.mention} russia")
    assert re.search(r"code [0-9A-F]{4}", world.channel.last_message.content)
