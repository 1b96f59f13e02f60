"""A moderator breaks a file of the bank while people ask on; sees the fault, mends it, adds a quote, asks for it."""

import asyncio
import logging
import shutil
from dataclasses import replace
from types import SimpleNamespace

import pytest

from bot.config import Settings, shipped_bank
from bot.editions.delays import Delays

FILE = "sources/ukrinform-2020-06-08.yaml"
TRUE, FALSE = "dual-track approach.", "dull-track approach."
PATIENCE = 60
"""Seconds after which something that should have happened did not."""
DELAYS = Delays(debounce=0.1, release=60)


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


def entrust(world):
    """Name the server in the settings."""
    world.client.settings = replace(world.client.settings, bank_servers=frozenset({world.channel.guild.id}))


def own(world, person):
    """Make somebody the one who runs the bot."""

    async def of(_client):
        return frozenset({person.id})

    world.client.operators = SimpleNamespace(of=of)


async def test_a_fault_is_shown_while_answers_go_on_and_a_mended_file_is_served(live, tmp_path, settings, bank, text):
    added, lines = cut_last_quote(bank / FILE)
    async with live(tmp_path, settings=settings, watch=DELAYS) as world:
        entrust(world)
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
        assert "word for word from its source" in text(
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
    async with live(tmp_path, settings=settings, watch=DELAYS) as world:
        entrust(world)
        await world.house.store.set_reports_channel(world.channel.guild.id, 1234567890, 5)
        edit(bank / FILE, TRUE, FALSE)
        await until(lambda: "could not be told" in caplog.text)
        edit(bank / FILE, FALSE, TRUE)
        await until(lambda: not world.house.library.faulty)
        assert "Nothing to mend" in text((await world.moderator.slash(world.channel, "bank problems")).response)


async def test_files_are_read_again_when_a_moderator_says_so(live, tmp_path, settings, bank, text):
    async with live(tmp_path, settings=replace(settings, watch="off"), watch=DELAYS) as world:
        entrust(world)
        first = world.house.library.edition
        edit(bank / FILE, TRUE, FALSE)
        assert "1 error" in text((await world.moderator.slash(world.channel, "bank reload")).response)
        edit(bank / FILE, FALSE, TRUE)
        edit(bank / FILE, "outlet: Ukrinform", "outlet: UKRINFORM")
        assert "Nothing to mend" in text((await world.moderator.slash(world.channel, "bank reload")).response)
        assert world.house.library.edition is not first


async def test_that_a_fault_is_mended_is_told_once_also_where_a_moderator_had_the_files_read(
    live, tmp_path, settings, bank
):
    async with live(tmp_path, settings=settings):
        pass
    edit(bank / FILE, TRUE, FALSE)
    off = replace(settings, watch="off")
    async with live(tmp_path, settings=off, strict_sync=False, later=9, watch=DELAYS) as world:
        entrust(world)
        await world.moderator.slash(world.other, "settings reports", on=True)
        await world.moderator.slash(world.channel, "bank reload")
        assert world.other.history() == [], "who asked was told"
        edit(bank / FILE, FALSE, TRUE)
        for _ in range(3):
            await world.moderator.slash(world.channel, "bank reload")
        await until(world.other.history)
        (told,) = world.other.history()
        assert "in order again" in told.content


async def test_without_watching_a_moderator_is_told_that_files_are_read_at_the_start(world, text):
    entrust(world)
    said = text((await world.moderator.slash(world.channel, "bank reload")).response)
    assert "only when I start" in said


async def test_the_last_good_bank_serves_after_a_restart_with_a_broken_file(live, tmp_path, settings, bank, text):
    async with live(tmp_path, settings=settings) as world:
        first = world.house.library.edition.bank
    edit(bank / FILE, TRUE, FALSE)
    async with live(tmp_path, settings=settings, strict_sync=False, later=9) as world:
        entrust(world)
        assert world.house.library.edition.bank == first
        assert "1 error" in text((await world.moderator.slash(world.channel, "bank problems")).response)
        said = text((await world.newcomer.slash(world.channel, "quote", about="dual-track approach")).response)
        assert "word for word from its source" in said


async def test_reports_can_be_switched_off_and_are_audited(world, text):
    entrust(world)
    on = await world.moderator.slash(world.channel, "settings reports", on=True)
    assert f"<#{world.other.id}>" not in text(on.response)
    assert f"<#{world.channel.id}>" in text(on.response)
    assert "nowhere" in text((await world.moderator.slash(world.channel, "settings reports", on=False)).response)
    assert "nowhere" in text((await world.moderator.slash(world.channel, "settings reports")).response)
    made = await world.house.store.changes_made(world.channel.guild.id)
    assert [change.what for change in made] == ["reports off", f"reports on in channel {world.channel.id}"]


COMMANDS = ["bank problems", "bank reload", "settings reports"]


@pytest.mark.parametrize("command", COMMANDS)
async def test_a_server_that_shows_the_commands_to_all_does_not_open_them_to_all(world, text, caplog, command):
    entrust(world)
    for known in await world.client.tree.fetch_commands():
        if known.name == command.split()[0]:
            world.channel.guild.set_command_permissions(known, {world.newcomer: True})
    with caplog.at_level(logging.INFO):
        said = await world.newcomer.slash(world.channel, command)
    assert said.ephemeral
    assert "are for whoever runs me" in text(said.response)
    assert "bank_servers" in text(said.response)
    (line,) = [record for record in caplog.records if record.name == "bot.chat.moderation.permissions"]
    assert line.levelno == logging.INFO
    assert f"/{command}" in line.getMessage()
    assert str(world.newcomer.id) not in line.getMessage()
    assert line.exc_info is None


@pytest.mark.parametrize("command", COMMANDS)
async def test_moderators_of_a_server_that_is_not_named_are_nobody_to_the_files(world, text, command):
    said = await world.moderator.slash(world.channel, command)
    assert said.ephemeral
    assert "are for whoever runs me" in text(said.response)
    assert world.house.library.edition.bank.edition not in text(said.response)


@pytest.mark.parametrize("command", COMMANDS)
async def test_who_runs_the_bot_may_see_the_files_anywhere(world, text, command):
    own(world, world.newcomer)
    for known in await world.client.tree.fetch_commands():
        if known.name == command.split()[0]:
            world.channel.guild.set_command_permissions(known, {world.newcomer: True})
    said = text((await world.newcomer.slash(world.channel, command)).response)
    assert "are for whoever runs me" not in said
    assert "**nowhere**" in said or "Nothing to mend" in said or "only when I start" in said


async def test_who_runs_the_bot_may_see_the_files_in_a_direct_message_and_nobody_else(world, text):
    own(world, world.newcomer)
    said = await world.newcomer.user.slash("bank problems")
    assert "Nothing to mend" in text(said.response)
    said = await world.moderator.user.slash("bank problems")
    assert "are for whoever runs me" in text(said.response)


async def test_reports_are_not_switched_on_where_nothing_would_be_told(world, text):
    own(world, world.moderator)
    said = await world.moderator.slash(world.channel, "settings reports", on=True)
    assert "does not name" in text(said.response)
    assert not await world.house.store.reports_channel(world.channel.guild.id)


async def test_a_server_that_is_no_longer_named_is_told_nothing(live, tmp_path, settings, bank, text):
    async with live(tmp_path, settings=settings, watch=DELAYS) as world:
        entrust(world)
        await world.moderator.slash(world.other, "settings reports", on=True)
        world.client.settings = settings
        heard = []
        tell = world.house.library.tell

        async def told(outcome):
            await tell(outcome)
            heard.append(outcome)

        world.house.library.tell = told
        edit(bank / FILE, TRUE, FALSE)
        await until(lambda: heard)
        assert heard[0].faulty
        assert world.other.last_message is None
        world.house.library.tell = tell


async def test_every_kind_of_fault_is_told_without_the_machines_names(live, tmp_path, settings, bank, text):
    """A folder that is gone, a link, a limit of memory: file names inside the bank at most."""

    def gone():
        (bank / "sources").rename(tmp_path / "away")

    def back_and_linked():
        (tmp_path / "away").rename(bank / "sources")
        (tmp_path / "host.yaml").write_text("token: swordfish\n", encoding="utf-8")
        (bank / "topics.yaml").unlink()
        (bank / "topics.yaml").symlink_to(tmp_path / "host.yaml")

    def no_proof():
        (bank / "fingerprints" / "ukrinform-2020-06-08.txt").unlink()

    async with live(tmp_path, settings=replace(settings, watch="off"), watch=DELAYS) as world:
        entrust(world)
        for spoil in (gone, back_and_linked, no_proof):
            spoil()
            said = text((await world.moderator.slash(world.channel, "bank reload")).response)
            assert "error" in said
            assert tmp_path.name not in said
            assert "swordfish" not in said
            assert "token" not in said


async def test_files_that_are_gone_are_served_only_when_that_is_confirmed(live, tmp_path, settings, bank, text):
    """By the name of the edition that was told of: whoever heard of one loss has not confirmed a larger one."""
    async with live(tmp_path, settings=replace(settings, watch="off"), watch=DELAYS) as world:
        entrust(world)
        library, sources = world.house.library, sorted((bank / "sources").iterdir())
        first = library.edition

        async def offered(who):
            return await who.autocomplete(world.channel, "bank reload", "confirm", "")

        async def reload(**options):
            return text((await world.moderator.slash(world.channel, "bank reload", **options)).response)

        assert await offered(world.moderator) == []
        for path in sources[:3]:
            path.unlink()
        said = await reload()
        assert "quotes are gone at once" in said
        told = library.unconfirmed
        assert f"confirm:{told}" in said
        assert library.edition is first
        sources[3].unlink()
        await library.reload()  # as it is noticed, with nobody looking
        assert library.unconfirmed != told
        world.client.settings = replace(world.client.settings, bank_servers=frozenset())
        assert await offered(world.moderator) == []
        entrust(world)
        (choice,) = await offered(world.moderator)
        assert choice["value"] == library.unconfirmed
        assert f"of {len(first.bank.quotes)} quotes are gone" in choice["name"]
        for confirmed in (told, "True"):
            said = await reload(confirm=confirmed)
            assert f"confirm:{library.unconfirmed}" in said
            assert library.edition is first
        assert "Nothing to mend" in await reload(confirm=choice["value"])
        assert len(library.edition.bank.sources) == 1
    async with live(tmp_path, settings=settings, strict_sync=False, later=9) as world:
        assert len(world.house.library.edition.bank.sources) == 1
