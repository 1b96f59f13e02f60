"""Every way of saving is noticed and read once: on real files, with the system's own notices."""

import asyncio
import logging
import os
import shutil
import signal
from dataclasses import dataclass

import pytest

from bot.config import shipped_bank
from bot.editions.child_process import ChildProcess
from bot.editions.delays import Delays
from bot.editions.edition import Previous
from bot.editions.library import Library
from bot.editions.making import open_edition
from bot.editions.watching import FolderWatch, file_stats, watched_folders, watching
from tests.editions.conftest import FILE, OUTLET, PATIENCE, until


async def test_a_change_that_was_seen_is_not_seen_again(folder):
    watch = FolderWatch(folder, file_stats(folder), Delays(debounce=0.01, poll=0.01))
    looking = asyncio.create_task(watch.poll())
    (folder / FILE).write_text("changed", encoding="utf-8")
    async with asyncio.timeout(PATIENCE):
        await watch.changed.wait()
    watch.changed.clear()
    for _ in range(20):
        await asyncio.sleep(0.01)
        assert not watch.changed.is_set()
    looking.cancel()


@dataclass
class Counting:
    """Has a child process read, and counts the readings."""

    child: ChildProcess
    readings: int = 0

    def make(self, previous):
        self.readings += 1
        return self.child.make(previous)

    def stop(self):
        self.child.stop()


DELAYS = Delays(debounce=0.4, poll=0.3)


class Living:
    def __init__(self, folder, how, delays=DELAYS):
        self.folder = folder
        self.counting = Counting(ChildProcess(folder))
        self.library = Library(open_edition(folder))
        self.told = []
        self._open = watching(self.library, self.counting, folder, file_stats(folder), how=how, delays=delays)

    async def __aenter__(self):
        self.library.tell = self._tell
        await self._open.__aenter__()
        return self

    async def __aexit__(self, *error):
        await self._open.__aexit__(*error)

    async def _tell(self, outcome):
        self.told.append(outcome)

    async def served(self, outlet):
        await until(lambda: any(source.outlet == outlet for source in self.library.edition.bank.sources))
        await until(lambda: self.told)


def renamed(folder, to):
    return (folder / FILE).read_text(encoding="utf-8").replace(OUTLET, f"outlet: {to}")


def truncate_and_write(folder, text):
    (folder / FILE).write_text(text, encoding="utf-8")


def rename_over(folder, text):
    swap = folder / "sources" / ".swap"
    swap.write_text(text, encoding="utf-8")
    swap.replace(folder / FILE)


def delete_and_create(folder, text):
    (folder / FILE).unlink()
    (folder / FILE).write_text(text, encoding="utf-8")


def backup_and_write(folder, text):
    (folder / FILE).rename(folder / f"{FILE}~")
    (folder / FILE).write_text(text, encoding="utf-8")


def in_two_halves(folder, text):
    with (folder / FILE).open("w", encoding="utf-8") as file:
        file.write(text[: len(text) // 2])
        file.flush()
        os.fsync(file.fileno())
        file.write(text[len(text) // 2 :])


def check_out_everything(folder, text):
    for path in sorted(folder.rglob("*.*")):
        path.write_bytes(path.read_bytes())
    (folder / FILE).write_text(text, encoding="utf-8")


def exchange_the_folder(folder, text):
    new = folder.with_name("new")
    shutil.copytree(folder, new)
    (new / FILE).write_text(text, encoding="utf-8")
    folder.rename(folder.with_name("old"))
    new.rename(folder)


def swap_the_link(folder, text):
    """As a deployment does: a new folder beside the old one, and the link that leads to it put in place in one step."""
    new = folder.with_name("new")
    shutil.copytree(folder, new)
    (new / FILE).write_text(text, encoding="utf-8")
    folder.with_name("next").symlink_to(new)
    folder.with_name("next").replace(folder)


WAYS = [
    truncate_and_write,
    rename_over,
    delete_and_create,
    backup_and_write,
    in_two_halves,
    check_out_everything,
    exchange_the_folder,
]


@pytest.mark.parametrize(
    ("save", "how"),
    [
        *((save, "auto") for save in WAYS),
        *((save, "poll") for save in (rename_over, delete_and_create, check_out_everything)),
    ],
)
async def test_every_way_of_saving_is_read_once(folder, save, how):
    async with Living(folder, how) as living:
        save(folder, renamed(folder, "Elsewhere"))
        await living.served("Elsewhere")
        await asyncio.sleep(2 * DELAYS.debounce)  # a second reading would begin in this time
        assert len(living.told) == 1
        assert living.counting.readings == 1


@pytest.mark.parametrize("how", ["auto", "poll"])
async def test_a_bank_whose_folder_is_a_link_that_is_swapped_is_read_once(folder, how):
    link = folder.with_name("current")
    link.symlink_to(folder)
    async with Living(link, how) as living:
        swap_the_link(link, renamed(link, "Elsewhere"))
        await living.served("Elsewhere")
        await asyncio.sleep(2 * DELAYS.debounce)
        assert living.counting.readings == 1
        assert not living.library.faulty


async def test_what_links_lead_to_outside_is_not_watched(folder, tmp_path):
    (tmp_path / "host").mkdir()
    (folder / "everything").symlink_to("/")
    shutil.rmtree(folder / "sources")
    (folder / "sources").symlink_to(tmp_path / "host")
    assert watched_folders(folder) == [folder, folder / "fingerprints"]
    before = file_stats(folder)
    (tmp_path / "host" / "a.yaml").write_text("x", encoding="utf-8")
    assert file_stats(folder) == before


async def test_a_folder_in_the_place_of_another_is_heard_of_too(folder):
    async with Living(folder, "auto", Delays(debounce=0.1, poll=0.2)) as living:
        exchange_the_folder(folder, renamed(folder, "Elsewhere"))
        await living.served("Elsewhere")
        shutil.rmtree(folder)
        await until(lambda: living.library.faulty)
        shutil.copytree(shipped_bank(), folder)
        await living.served("Ukrinform")
        assert not living.library.faulty


async def test_a_broken_file_is_told_and_the_old_edition_goes_on_until_it_is_mended(folder):
    async with Living(folder, "auto") as living:
        first, good = living.library.edition, (folder / FILE).read_text(encoding="utf-8")
        truncate_and_write(folder, "source: [")
        await until(lambda: living.told)
        assert living.told[0].faulty
        assert living.library.faulty
        assert living.library.edition is first
        truncate_and_write(folder, good)
        await until(lambda: len(living.told) == 2)
        assert not living.library.faulty
        assert living.library.edition is first


async def test_a_change_made_before_the_watch_began_is_found(folder):
    living = Living(folder, "auto")
    truncate_and_write(folder, renamed(folder, "Elsewhere"))
    async with living:
        await living.served("Elsewhere")


@pytest.mark.skipif(not hasattr(signal, "SIGHUP"), reason="there is no such signal here")
async def test_a_hang_up_asks_for_a_reading(folder):
    async with Living(folder, "off") as living:
        truncate_and_write(folder, renamed(folder, "Elsewhere"))
        os.kill(os.getpid(), signal.SIGHUP)
        await living.served("Elsewhere")


async def test_nothing_is_watched_when_it_is_off(folder):
    async with Living(folder, "off", Delays(debounce=0, poll=0)) as living:
        truncate_and_write(folder, renamed(folder, "Elsewhere"))
        await asyncio.sleep(0.5)
        assert living.counting.readings == 0
        assert living.library.reload is not None
    assert living.library.reload is None


async def test_who_waits_for_a_reading_when_all_is_closed_is_told_and_nothing_is_logged(folder, caplog):
    async with Living(folder, "off") as living:
        asked = [asyncio.create_task(living.library.reload()) for _ in range(3)]
        await until(lambda: living.counting.readings)
    outcomes = await asyncio.gather(*asked)
    assert all(outcome.problems[0].code == "reading-failed" for outcome in outcomes)
    assert not [record for record in caplog.records if record.levelno >= logging.WARNING]


async def test_closing_ends_a_reading_that_is_under_way(folder):
    async with Living(folder, "auto", Delays(debounce=0)) as living:
        truncate_and_write(folder, renamed(folder, "Elsewhere"))
        await until(lambda: living.counting.readings)
    assert living.counting.child.make(Previous()).problems[0].message == "reading was stopped"


def test_file_stats_see_what_a_bank_consists_of(folder):
    before = file_stats(folder)
    (folder / "sources" / "deep").mkdir()
    (folder / "sources" / "deep" / "file.yaml").write_text("x", encoding="utf-8")
    assert file_stats(folder) == before
    (folder / "fingerprints" / "new.txt").write_text("x", encoding="utf-8")
    assert file_stats(folder) != before
    assert file_stats(folder / "nowhere") == frozenset()
