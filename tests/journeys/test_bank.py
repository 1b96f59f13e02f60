"""A moderator breaks a file of the bank while people ask on; sees the fault, mends it, adds a quote, asks for it."""

import asyncio
import shutil
from dataclasses import replace

import pytest

from bot.config import Settings, shipped_bank
from bot.watching import Pace

FILE = "sources/ukrinform-2020-06-08.yaml"
TRUE, FALSE = "dual-track approach.", "dull-track approach."
PATIENCE = 60
"""Seconds after which something that should have happened did not."""
PACE = Pace(quiet=0.1)


@pytest.fixture
def bank(tmp_path):
    shutil.copytree(shipped_bank(), tmp_path / "bank")
    return tmp_path / "bank"


@pytest.fixture
def settings(tmp_path, bank):
    return Settings(data=tmp_path / "data", bank=bank)


async def until(true):
    async with asyncio.timeout(PATIENCE):
        while not true():  # noqa: ASYNC110  what is waited for is seen from outside, as a person sees it
            await asyncio.sleep(0.02)


def edit(file, old, new):
    text = file.read_text(encoding="utf-8")
    assert old in text
    file.write_text(text.replace(old, new), encoding="utf-8")


def cut_last_quote(file):
    """Take the last quote out of a file; gives its id and its lines."""
    head, mark, last = file.read_text(encoding="utf-8").rpartition("  - id: ")
    file.write_text(head, encoding="utf-8")
    return last.split("\n")[0], mark + last


async def test_a_fault_is_shown_while_answers_go_on_and_a_mended_file_is_served(live, tmp_path, settings, bank, text):
    added, lines = cut_last_quote(bank / FILE)
    async with live(tmp_path, settings=settings, watch=PACE) as world:
        library = world.house.library
        first = library.edition
        clean = await world.moderator.slash(world.channel, "bank problems")
        assert clean.ephemeral
        assert "Nothing to mend" in text(clean.response)
        await world.moderator.slash(world.other, "settings reports", on=True)

        edit(bank / FILE, TRUE, FALSE)
        await until(lambda: library.faulty)
        await until(lambda: world.other.last_message is not None)
        shown = text((await world.moderator.slash(world.channel, "bank problems")).response)
        assert f"**{FILE}:21:11** error: these words do not stand in the source" in shown.replace("\\", "")
        assert "compare them with the article" in shown
        assert first.bank.edition in shown
        assert str(bank) not in shown
        assert "proved against its source" in text(
            (await world.newcomer.slash(world.channel, "quote", about="russia")).response
        )
        assert library.edition is first
        told = world.other.last_message
        assert FILE in told.content.replace("\\", "")
        assert "1 error" in told.content

        edit(bank / FILE, FALSE, TRUE)
        await until(lambda: not library.faulty)
        await until(lambda: "in order again" in world.other.last_message.content)
        assert library.edition is first

        with (bank / FILE).open("a", encoding="utf-8") as file:
            file.write(lines)
        await until(lambda: library.edition is not first)
        assert added in library.edition.bank.by_id
        answer = await world.newcomer.slash(world.channel, "quote", about=f"quote:{added}")
        assert "Ukrinform" in text(answer.response)


async def test_a_channel_that_is_gone_costs_nothing_but_a_line_in_the_log(live, tmp_path, settings, bank, text, caplog):
    async with live(tmp_path, settings=settings, watch=PACE) as world:
        await world.house.store.keep(f"reports:{world.channel.guild.id}", "1234567890")
        edit(bank / FILE, TRUE, FALSE)
        await until(lambda: "could not be told" in caplog.text)
        edit(bank / FILE, FALSE, TRUE)
        await until(lambda: not world.house.library.faulty)
        assert "Nothing to mend" in text((await world.moderator.slash(world.channel, "bank problems")).response)


async def test_files_are_read_again_when_a_moderator_says_so(live, tmp_path, settings, bank, text):
    async with live(tmp_path, settings=replace(settings, watch="off"), watch=PACE) as world:
        first = world.house.library.edition
        edit(bank / FILE, TRUE, FALSE)
        assert "1 error" in text((await world.moderator.slash(world.channel, "bank reload")).response)
        edit(bank / FILE, FALSE, TRUE)
        edit(bank / FILE, "outlet: Ukrinform", "outlet: UKRINFORM")
        assert "Nothing to mend" in text((await world.moderator.slash(world.channel, "bank reload")).response)
        assert world.house.library.edition is not first


async def test_without_watching_a_moderator_is_told_that_files_are_read_at_the_start(world, text):
    said = text((await world.moderator.slash(world.channel, "bank reload")).response)
    assert "only when I start" in said


async def test_the_last_good_bank_serves_after_a_restart_with_a_broken_file(live, tmp_path, settings, bank, text):
    async with live(tmp_path, settings=settings) as world:
        first = world.house.library.edition.bank
    edit(bank / FILE, TRUE, FALSE)
    async with live(tmp_path, settings=settings, strict_sync=False, later=9) as world:
        assert world.house.library.edition.bank == first
        assert "1 error" in text((await world.moderator.slash(world.channel, "bank problems")).response)
        said = text((await world.newcomer.slash(world.channel, "quote", about="dual-track approach")).response)
        assert "proved against its source" in said


async def test_reports_can_be_switched_off_and_are_audited(world, text):
    on = await world.moderator.slash(world.channel, "settings reports", on=True)
    assert f"<#{world.other.id}>" not in text(on.response)
    assert f"<#{world.channel.id}>" in text(on.response)
    assert "nowhere" in text((await world.moderator.slash(world.channel, "settings reports", on=False)).response)
    assert "nowhere" in text((await world.moderator.slash(world.channel, "settings reports")).response)
    made = await world.house.store.changes_made(world.channel.guild.id)
    assert [change.what for change in made] == ["reports off", f"reports on in channel {world.channel.id}"]


@pytest.mark.parametrize("command", ["bank problems", "bank reload", "settings reports"])
async def test_a_server_that_shows_the_commands_to_all_does_not_open_them_to_all(world, text, command):
    for known in await world.client.tree.fetch_commands():
        if known.name == command.split()[0]:
            world.channel.guild.set_command_permissions(known, {world.newcomer: True})
    said = await world.newcomer.slash(world.channel, command)
    assert "Only members who may manage this server" in text(said.response)
    world.env.errors  # noqa: B018  looked at: the refusal was meant
