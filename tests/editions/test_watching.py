"""One reading for each change, however it is saved; and what the library has of it."""

import asyncio
import gc
import io
import logging
import os
import shutil
import signal
import threading
import weakref
from contextvars import ContextVar
from dataclasses import dataclass, field

import pytest

from bot.config import shipped_bank
from bot.editions.child_process import Apart
from bot.editions.columnar.bank_columns import made, packed
from bot.editions.library import Edition, Library, Outcome, open_edition
from bot.editions.loss import loss, missing
from bot.editions.reloading import LEAVING, Pace, Renewal, let_go, quiet
from bot.editions.watching import Watch, glance, rooms, watching
from bot.editions.wire import pack, unpack
from bot.problem import Problem
from bot.search.query import Query

FILE = "sources/ukrinform-2020-06-08.yaml"
NAME = "outlet: Ukrinform"
PATIENCE = 60
"""Seconds after which something that should have happened did not."""
ERROR = Problem("a.yaml", 1, 2, "error", "odd", "this is odd")


@pytest.fixture
def folder(tmp_path):
    shutil.copytree(shipped_bank(), tmp_path / "bank")
    return tmp_path / "bank"


async def until(true):
    async with asyncio.timeout(PATIENCE):
        while not true():  # noqa: ASYNC110  what is waited for is seen from outside
            await asyncio.sleep(0.01)


# ── waiting until it is quiet ─────────────────────────────────────────────


async def test_many_changes_in_a_row_are_one():
    dirty = asyncio.Event()
    waiting = asyncio.create_task(quiet(dirty, Pace(quiet=0.2)))
    for _ in range(50):
        dirty.set()
        await asyncio.sleep(0)
        assert not waiting.done()
    await waiting
    assert not dirty.is_set()


async def test_a_change_while_it_is_not_yet_quiet_prolongs_the_wait():
    dirty, changes = asyncio.Event(), []

    async def save_again():
        for number in range(5):
            changes.append(number)
            dirty.set()
            await asyncio.sleep(0.01)

    saving = asyncio.create_task(save_again())
    await quiet(dirty, Pace(quiet=0.5))
    assert changes == [0, 1, 2, 3, 4]
    await saving


async def test_nothing_is_waited_for_but_a_change():
    dirty = asyncio.Event()
    waiting = asyncio.create_task(quiet(dirty, Pace(quiet=0)))
    for _ in range(10):
        await asyncio.sleep(0)
    assert not waiting.done()
    dirty.set()
    await waiting


async def test_a_change_that_never_ends_is_read_in_the_end():
    dirty, readings = asyncio.Event(), iter([0.0, 1.0, 9.0, 11.0])

    async def never_quiet():
        while True:
            dirty.set()
            await asyncio.sleep(0)

    busy = asyncio.create_task(never_quiet())
    await quiet(dirty, Pace(quiet=5, longest=10), clock=lambda: next(readings))
    busy.cancel()
    assert next(readings, None) is None


async def test_a_change_that_was_seen_is_not_seen_again(folder):
    watch = Watch(folder, glance(folder), Pace(quiet=0.01, look=0.01))
    looking = asyncio.create_task(watch.look())
    (folder / FILE).write_text("changed", encoding="utf-8")
    async with asyncio.timeout(PATIENCE):
        await watch.dirty.wait()
    watch.dirty.clear()
    for _ in range(20):
        await asyncio.sleep(0.01)
        assert not watch.dirty.is_set()
    looking.cancel()


# ── what the library has of it ────────────────────────────────────────────


@dataclass
class Scripted:
    """Gives the outcomes it was told, one a reading; says how many readings there were."""

    outcomes: list
    asked: list = field(default_factory=list)
    confirmed: list = field(default_factory=list)
    before: list = field(default_factory=list)
    then: list = field(default_factory=list)

    def read(self, serving, before=None, confirmed=""):
        self.asked.append(serving)
        self.confirmed.append(confirmed)
        self.before.append(before)
        if self.then:
            self.then.pop(0)()
        return self.outcomes.pop(0)

    def stop(self):
        pass


@pytest.fixture
def edition():
    return open_edition(shipped_bank())


@pytest.fixture
def other(folder):
    text = (folder / FILE).read_text(encoding="utf-8")
    (folder / FILE).write_text(text.replace(NAME, "outlet: UKRINFORM"), encoding="utf-8")
    return open_edition(folder)


async def test_a_new_edition_serves_and_what_changed_is_logged_on_one_line(edition, other, caplog):
    library = Library(edition)
    apart = Scripted([Outcome(other, ())])
    with caplog.at_level(logging.INFO):
        outcome = await Renewal(library, apart, Pace()).reload()
    assert apart.asked == [edition.bank.key]
    assert library.edition is other
    assert outcome.changes.around == ("source ukrinform-2020-06-08",)
    (line,) = [record.getMessage() for record in caplog.records]
    assert line.startswith(f"edition {other.bank.edition} in the place of {edition.bank.edition}: 0 quotes added")


async def test_a_fault_leaves_the_edition_and_is_logged_on_one_line_each(edition, caplog):
    library = Library(edition)
    hostile = Problem("a\nb.yaml", 1, 2, "error", "odd", "this is \x1b[2J odd\nERROR forged")
    with caplog.at_level(logging.ERROR):
        await Renewal(library, Scripted([Outcome(None, (hostile,))]), Pace()).reload()
    assert library.edition is edition
    assert library.problems == (hostile,)
    assert len(caplog.records) == 2
    assert not any("\n" in record.getMessage() or "\x1b" in record.getMessage() for record in caplog.records)


async def test_a_mended_folder_is_told(edition, caplog):
    library = Library(edition, (ERROR,))
    with caplog.at_level(logging.INFO):
        await Renewal(library, Scripted([Outcome(None, ())]), Pace()).reload()
    assert not library.faulty
    assert "in order again" in caplog.text


async def test_half_a_change_is_not_told(edition):
    """The files change again while they are read: only what they say in the end counts."""
    library, dirty, told = Library(edition), asyncio.Event(), []

    async def tell(outcome):
        told.append(outcome)

    loop = asyncio.get_running_loop()
    again = [lambda: loop.call_soon_threadsafe(dirty.set), lambda: None]
    apart = Scripted([Outcome(None, (ERROR,)), Outcome(None, ())], then=again)
    library.tell = tell
    following = asyncio.create_task(Renewal(library, apart, Pace(quiet=0.05)).follow(dirty))
    dirty.set()
    await until(lambda: told)
    assert told == [Outcome(None, ())]
    assert len(apart.asked) == 2
    following.cancel()


async def test_whoever_is_told_may_fail_and_the_next_change_is_taken_up(edition, other, caplog):
    library, dirty = Library(edition), asyncio.Event()

    async def tell(_outcome):
        raise RuntimeError("nobody listens")

    library.tell = tell
    apart = Scripted([Outcome(None, (ERROR,)), Outcome(other, ())])
    following = asyncio.create_task(Renewal(library, apart, Pace(quiet=0)).follow(dirty))
    dirty.set()
    await until(lambda: "nobody listens" in caplog.text)
    dirty.set()
    await until(lambda: library.edition is other)
    following.cancel()


class Slow(Scripted):
    """Reads until it is told to go on; notes how many do at a time."""

    def __init__(self, *outcomes):
        super().__init__(list(outcomes))
        self.go_on = threading.Semaphore(0)
        self.under_way, self.most = 0, 0

    def read(self, serving, before=None, confirmed=""):
        self.under_way += 1
        self.most = max(self.most, self.under_way)
        assert self.go_on.acquire(timeout=PATIENCE)
        self.under_way -= 1
        return super().read(serving, before, confirmed)


async def test_twenty_reloads_at_once_are_one_reading(edition, other):
    library, apart = Library(edition), Slow(Outcome(other, ()))
    renewal = Renewal(library, apart, Pace())
    asked = [asyncio.create_task(renewal.reload()) for _ in range(20)]
    apart.go_on.release()
    outcomes = await asyncio.gather(*asked)
    assert len(apart.asked) == 1
    assert all(outcome is outcomes[0] for outcome in outcomes)
    await renewal.close()


async def test_that_all_is_well_is_told_in_no_answers_time(edition, other):
    library, apart = Library(edition), Slow(Outcome(other, ()))
    renewal, due, told = Renewal(library, apart, Pace()), ContextVar("due", default=None), []

    async def tell(outcome):
        told.append((due.get(), outcome.faulty))

    library.tell = tell
    apart.go_on.release()
    due.set("soon")
    await renewal.reload()
    assert told == [(None, False)]
    await renewal.close()


async def test_twenty_who_ask_one_after_the_other_share_one_reading(edition, other):
    """Their requests come through sockets of their own, each a turn of the loop or more after the one before."""
    library, apart = Library(edition), Slow(Outcome(other, ()))
    renewal = Renewal(library, apart, Pace(together=0.5))
    asked = []
    for _ in range(20):
        asked.append(asyncio.create_task(renewal.reload()))
        for _ in range(5):
            await asyncio.sleep(0)
    assert not apart.under_way
    apart.go_on.release()
    await asyncio.gather(*asked)
    assert len(apart.asked) == 1
    await renewal.close()


async def test_a_reading_begins_in_the_end_though_people_never_stop_asking(edition):
    library, apart = Library(edition), Slow(Outcome(None, ()), Outcome(None, ()))
    renewal = Renewal(library, apart, Pace(together=0.01))
    asked = []

    async def ask_for_ever():
        while True:
            asked.append(asyncio.create_task(renewal.reload()))
            await asyncio.sleep(0)

    asking = asyncio.create_task(ask_for_ever())
    await until(lambda: apart.under_way)
    asking.cancel()
    apart.go_on.release(2)
    await asyncio.gather(*asked)
    assert len(apart.asked) == 2
    await renewal.close()


async def test_a_change_that_was_waited_for_is_read_without_waiting_again(edition, other):
    library, dirty = Library(edition), asyncio.Event()
    renewal = Renewal(library, Scripted([Outcome(other, ())]), Pace(quiet=0, together=3600))
    following = asyncio.create_task(renewal.follow(dirty))
    dirty.set()
    await until(lambda: library.edition is other)
    following.cancel()
    await renewal.close()


async def test_who_asks_while_one_is_under_way_shares_the_next_with_all_others(edition):
    """It begins after they asked, so that what they saved is read; it is one at a time, and one that waits."""
    library, dirty = Library(edition), asyncio.Event()
    apart = Slow(Outcome(None, ()), Outcome(None, ()), Outcome(None, ()))
    renewal = Renewal(library, apart, Pace(quiet=0))
    following = asyncio.create_task(renewal.follow(dirty))
    first = asyncio.create_task(renewal.reload())
    await until(lambda: apart.under_way)
    later = [asyncio.create_task(renewal.reload()) for _ in range(20)]
    dirty.set()  # a save, or SIGHUP
    await until(lambda: not dirty.is_set())
    apart.go_on.release()
    await first
    assert not any(task.done() for task in later)
    apart.go_on.release()
    await asyncio.gather(*later)
    for _ in range(20):
        await asyncio.sleep(0)
    assert len(apart.asked) == 2
    assert apart.most == 1
    following.cancel()


async def test_one_who_asks_and_goes_away_takes_it_from_nobody(edition, other):
    library, apart = Library(edition), Slow(Outcome(other, ()))
    renewal = Renewal(library, apart, Pace())
    gone, stays = asyncio.create_task(renewal.reload()), asyncio.create_task(renewal.reload())
    await until(lambda: apart.under_way)
    gone.cancel()
    apart.go_on.release()
    await stays
    assert library.edition is other
    await renewal.close()


async def test_half_a_change_is_told_to_a_person_who_asks(edition):
    library, dirty = Library(edition), asyncio.Event()
    apart = Slow(Outcome(None, (ERROR,)), Outcome(None, ()))
    renewal = Renewal(library, apart, Pace(quiet=0.05))
    following = asyncio.create_task(renewal.follow(dirty))
    await asyncio.sleep(0)
    asked = asyncio.create_task(renewal.reload())
    await until(lambda: apart.under_way)
    dirty.set()
    apart.go_on.release()
    assert (await asked).faulty
    following.cancel()


HELD = Problem("the bank's folder", 0, 0, "error", "lost-quotes", "30 of 61 quotes are gone", "confirm it")


async def test_a_loss_is_confirmed_by_the_bank_that_was_told_of_and_by_no_other(edition, other):
    library = Library(edition)
    apart = Scripted([Outcome(None, (HELD,), held=held) for held in "abbbbbb"] + [Outcome(other, ())])
    renewal = Renewal(library, apart, Pace())
    await renewal.reload(confirm="a")
    await renewal.reload(confirm="a")
    assert library.edition is edition
    assert library.held == "b"
    for other_than_told in ("a", "", "True", "c", True):
        await renewal.reload(confirm=other_than_told)
        assert library.edition is edition
    await renewal.reload(confirm="b")
    assert apart.confirmed == ["", "a", "", "", "", "", "", "b"]
    assert list(apart.before[0]) == list(edition.bank.by_id)
    assert library.edition is other
    assert library.held == ""
    await renewal.close()


async def test_who_asks_after_somebody_confirmed_takes_nothing_of_that_back(edition, other):
    library = Library(edition)
    apart = Scripted([Outcome(None, (HELD,), held="a"), Outcome(other, ())])
    renewal = Renewal(library, apart, Pace(together=0.01))
    await renewal.reload()
    await asyncio.gather(renewal.reload(confirm="a"), renewal.reload(), renewal.reload())
    assert apart.confirmed == ["", "a"]
    assert library.edition is other
    await renewal.close()


class Deleting(Scripted):
    """Reads a folder from which files are deleted one by one, and sees a loss as the child does."""

    def read(self, serving, before=None, confirmed=""):
        super().read(serving, before, confirmed)
        bank = self.left.bank
        gone = missing(before, bank) if bank.key != confirmed else {}
        if lost := loss(gone, before, bank):
            return Outcome(None, (lost,), held=bank.key)
        return Outcome(self.left if bank.key != serving else None, (), gone=gone)


@pytest.fixture
def steps(folder):
    """The editions of a bank whose sources go one by one, those with the fewest quotes first."""
    found = [open_edition(folder)]
    files = {file: file.read_text(encoding="utf-8").count("- id:") for file in (folder / "sources").iterdir()}
    for file in sorted(files, key=files.__getitem__)[:-1]:
        file.unlink()
        (folder / "fingerprints" / file.with_suffix(".txt").name).unlink()
        found.append(open_edition(folder))
    return found


def losing(steps, now):
    apart = Deleting([None] * 100)
    library = Library(steps[0])
    renewal = Renewal(library, apart, Pace(together=0, let_go=0), clock=lambda: now[0])

    async def delete(step, seconds=1.0, *, confirm=""):
        now[0] += seconds
        apart.left = steps[step]
        return await renewal.reload(confirm=confirm)

    return library, renewal, delete


def counts(steps):
    return [len(step.bank.quotes) for step in steps]


@pytest.mark.parametrize("seconds", [1, 30, 100])
async def test_a_loss_in_steps_is_a_loss(steps, seconds):
    """No step of it is large; all of them within ten minutes are."""
    small = [step for step in range(1, len(steps)) if counts(steps)[step] * 3 > counts(steps)[0] * 2]
    assert small, counts(steps)
    first = small[-1]
    library, renewal, delete = losing(steps, [0.0])
    for step in small:
        assert not (await delete(step, seconds)).faulty
    assert library.edition is steps[first]
    outcome = await delete(first + 1, seconds)
    assert outcome.faulty
    assert f"of {counts(steps)[0]} quotes" in outcome.problems[0].message
    assert library.edition is steps[first]
    assert (await delete(first + 1, 10_000)).faulty, "no time confirms what waits to be confirmed"
    library.take(Outcome(None, (ERROR,)))
    assert (await delete(first + 1, 10_000)).faulty, "nor does another fault"
    assert not (await delete(first + 1, confirm=library.unconfirmed)).faulty
    assert library.edition is steps[first + 1]
    assert not (await delete(first + 1)).faulty
    await renewal.close()


async def test_what_goes_in_the_course_of_days_is_the_work_of_an_editor(steps):
    library, renewal, delete = losing(steps, [0.0])
    for step in (1, 2, 3):
        assert not (await delete(step, 86_400)).faulty
    assert library.edition is steps[3]
    await renewal.close()


async def test_what_comes_back_is_no_loss(steps):
    library, renewal, delete = losing(steps, [0.0])
    for step in (1, 0, 1, 0):
        assert not (await delete(step)).faulty
    assert library.edition is steps[0]
    await renewal.close()


async def test_no_old_edition_is_alive_after_many_reloads(tmp_path, edition):
    """Also without a search for garbage: an edition holds no ring."""
    data = io.BytesIO()
    pack(edition, data)
    anew = [unpack(io.BytesIO(data.getvalue()), edition.bank.key) for _ in range(100)]
    library, alive = Library(edition), [weakref.ref(one.index) for one in anew]
    renewal = Renewal(library, Scripted([Outcome(one, ()) for one in anew]), Pace(let_go=0))
    del anew
    gc.disable()
    try:
        for _ in range(100):
            await renewal.reload()
            library.edition.index.find(Query("russia"))
            library.edition.bank.quotes[7]
        await until(lambda: sum(one() is not None for one in alive) == 1)
    finally:
        gc.enable()
    assert alive[-1]() is library.edition.index


async def test_few_old_editions_wait_to_be_let_go_of(edition):
    """Those that wait longest go at once, however long one might wait."""
    data = io.BytesIO()
    pack(edition, data)
    anew = [unpack(io.BytesIO(data.getvalue()), edition.bank.key) for _ in range(20)]
    library, alive = Library(edition), [weakref.ref(one.index) for one in anew]
    renewal = Renewal(library, Scripted([Outcome(one, ()) for one in anew]), Pace(let_go=3600))
    del anew
    for _ in range(20):
        await renewal.reload()
    await until(lambda: sum(one() is not None for one in alive) == 1 + LEAVING)
    await renewal.close()


async def test_an_edition_is_taken_apart_after_its_last_answer(edition):
    bank = packed(edition.bank)
    assert bank.quotes[0]
    for last in (edition, Edition(bank, edition.index)):
        leaving = [last]
        await let_go(leaving, 0)
        assert leaving == []
    assert len(made(bank)[0]) == 1


# ── on real files, with the system's own notices ──────────────────────────


@dataclass
class Counting:
    """Reads apart, and counts the readings."""

    apart: Apart
    readings: int = 0

    def read(self, serving, before=None, confirmed=""):
        self.readings += 1
        return self.apart.read(serving, before, confirmed)

    def stop(self):
        self.apart.stop()


PACE = Pace(quiet=0.4, look=0.3)


class Living:
    def __init__(self, folder, how, pace=PACE):
        self.folder = folder
        self.counting = Counting(Apart(folder))
        self.library = Library(open_edition(folder))
        self.told = []
        self._open = watching(self.library, self.counting, folder, glance(folder), how=how, pace=pace)

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


def changed(folder, to):
    return (folder / FILE).read_text(encoding="utf-8").replace(NAME, f"outlet: {to}")


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
        save(folder, changed(folder, "Elsewhere"))
        await living.served("Elsewhere")
        await asyncio.sleep(2 * PACE.quiet)  # a second reading would begin in this time
        assert len(living.told) == 1
        assert living.counting.readings == 1


@pytest.mark.parametrize("how", ["auto", "poll"])
async def test_a_bank_whose_folder_is_a_link_that_is_swapped_is_read_once(folder, how):
    link = folder.with_name("current")
    link.symlink_to(folder)
    async with Living(link, how) as living:
        swap_the_link(link, changed(link, "Elsewhere"))
        await living.served("Elsewhere")
        await asyncio.sleep(2 * PACE.quiet)
        assert living.counting.readings == 1
        assert not living.library.faulty


async def test_what_links_lead_to_outside_is_not_watched(folder, tmp_path):
    (tmp_path / "host").mkdir()
    (folder / "everything").symlink_to("/")
    shutil.rmtree(folder / "sources")
    (folder / "sources").symlink_to(tmp_path / "host")
    assert rooms(folder) == [folder, folder / "fingerprints"]
    before = glance(folder)
    (tmp_path / "host" / "a.yaml").write_text("x", encoding="utf-8")
    assert glance(folder) == before


async def test_a_folder_in_the_place_of_another_is_heard_of_too(folder):
    async with Living(folder, "auto", Pace(quiet=0.1, look=0.2)) as living:
        exchange_the_folder(folder, changed(folder, "Elsewhere"))
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
    truncate_and_write(folder, changed(folder, "Elsewhere"))
    async with living:
        await living.served("Elsewhere")


@pytest.mark.skipif(not hasattr(signal, "SIGHUP"), reason="there is no such signal here")
async def test_a_hang_up_asks_for_a_reading(folder):
    async with Living(folder, "off") as living:
        truncate_and_write(folder, changed(folder, "Elsewhere"))
        os.kill(os.getpid(), signal.SIGHUP)
        await living.served("Elsewhere")


async def test_nothing_is_watched_when_it_is_off(folder):
    async with Living(folder, "off", Pace(quiet=0, look=0)) as living:
        truncate_and_write(folder, changed(folder, "Elsewhere"))
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
    async with Living(folder, "auto", Pace(quiet=0)) as living:
        truncate_and_write(folder, changed(folder, "Elsewhere"))
        await until(lambda: living.counting.readings)
    assert living.counting.apart.read("").problems[0].message == "reading was stopped"


def test_a_glance_sees_what_a_bank_consists_of(folder):
    before = glance(folder)
    (folder / "sources" / "deep").mkdir()
    (folder / "sources" / "deep" / "file.yaml").write_text("x", encoding="utf-8")
    assert glance(folder) == before
    (folder / "fingerprints" / "new.txt").write_text("x", encoding="utf-8")
    assert glance(folder) != before
    assert glance(folder / "nowhere") == frozenset()
