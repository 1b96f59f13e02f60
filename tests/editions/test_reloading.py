"""One reading for each change and for all who ask at once; and what the library has of it."""

import asyncio
import gc
import io
import logging
import threading
import weakref
from contextvars import ContextVar
from dataclasses import dataclass, field

import pytest

from bot.editions.delays import Delays
from bot.editions.edition import Outcome
from bot.editions.library import Library
from bot.editions.loss import loss, missing
from bot.editions.making import open_edition
from bot.editions.reloading import Reloader
from bot.editions.wire import receive, send
from bot.problem import Problem
from bot.search.query import Query
from tests.editions.conftest import PATIENCE, until

ERROR = Problem("a.yaml", 1, 2, "error", "odd", "this is odd")


@dataclass
class Scripted:
    """Gives the outcomes it was told, one a reading; says how many readings there were, and what for."""

    outcomes: list
    asked: list = field(default_factory=list)
    then: list = field(default_factory=list)

    def make(self, previous):
        self.asked.append(previous)
        if self.then:
            self.then.pop(0)()
        return self.outcomes.pop(0)

    def stop(self):
        pass


async def test_a_new_edition_serves_and_what_changed_is_logged_on_one_line(edition, other, caplog):
    library = Library(edition)
    maker = Scripted([Outcome(other, ())])
    with caplog.at_level(logging.INFO):
        outcome = await Reloader(library, maker, Delays()).reload()
    assert [previous.key for previous in maker.asked] == [edition.bank.key]
    assert library.edition is other
    assert outcome.changes.around == ("source ukrinform-2020-06-08",)
    (line,) = [record.getMessage() for record in caplog.records]
    assert line.startswith(f"edition {other.bank.edition} in the place of {edition.bank.edition}: 0 quotes added")


async def test_a_fault_leaves_the_edition_and_is_logged_on_one_line_each(edition, caplog):
    library = Library(edition)
    hostile = Problem("a\nb.yaml", 1, 2, "error", "odd", "this is \x1b[2J odd\nERROR forged")
    with caplog.at_level(logging.ERROR):
        await Reloader(library, Scripted([Outcome(None, (hostile,))]), Delays()).reload()
    assert library.edition is edition
    assert library.problems == (hostile,)
    assert len(caplog.records) == 2
    assert not any("\n" in record.getMessage() or "\x1b" in record.getMessage() for record in caplog.records)


async def test_a_mended_folder_is_told(edition, caplog):
    library = Library(edition, (ERROR,))
    with caplog.at_level(logging.INFO):
        await Reloader(library, Scripted([Outcome(None, ())]), Delays()).reload()
    assert not library.faulty
    assert "in order again" in caplog.text


async def test_half_a_change_is_not_told(edition):
    """The files change again while they are read: only what they say in the end counts."""
    library, changed, told = Library(edition), asyncio.Event(), []

    async def tell(outcome):
        told.append(outcome)

    loop = asyncio.get_running_loop()
    again = [lambda: loop.call_soon_threadsafe(changed.set), lambda: None]
    maker = Scripted([Outcome(None, (ERROR,)), Outcome(None, ())], then=again)
    library.tell = tell
    following = asyncio.create_task(Reloader(library, maker, Delays(debounce=0.05)).follow(changed))
    changed.set()
    await until(lambda: told)
    assert told == [Outcome(None, ())]
    assert len(maker.asked) == 2
    following.cancel()


async def test_whoever_is_told_may_fail_and_the_next_change_is_taken_up(edition, other, caplog):
    library, changed = Library(edition), asyncio.Event()

    async def tell(_outcome):
        raise RuntimeError("nobody listens")

    library.tell = tell
    maker = Scripted([Outcome(None, (ERROR,)), Outcome(other, ())])
    following = asyncio.create_task(Reloader(library, maker, Delays(debounce=0)).follow(changed))
    changed.set()
    await until(lambda: "nobody listens" in caplog.text)
    changed.set()
    await until(lambda: library.edition is other)
    following.cancel()


class Slow(Scripted):
    """Reads until it is told to go on; notes how many do at a time."""

    def __init__(self, *outcomes):
        super().__init__(list(outcomes))
        self.go_on = threading.Semaphore(0)
        self.under_way, self.most = 0, 0

    def make(self, previous):
        self.under_way += 1
        self.most = max(self.most, self.under_way)
        assert self.go_on.acquire(timeout=PATIENCE)
        self.under_way -= 1
        return super().make(previous)


async def test_twenty_reloads_at_once_are_one_reading(edition, other):
    library, maker = Library(edition), Slow(Outcome(other, ()))
    reloader = Reloader(library, maker, Delays())
    asked = [asyncio.create_task(reloader.reload()) for _ in range(20)]
    maker.go_on.release()
    outcomes = await asyncio.gather(*asked)
    assert len(maker.asked) == 1
    assert all(outcome is outcomes[0] for outcome in outcomes)
    await reloader.close()


async def test_that_all_is_well_is_told_in_no_answers_time(edition, other):
    library, maker = Library(edition), Slow(Outcome(other, ()))
    reloader, due, told = Reloader(library, maker, Delays()), ContextVar("due", default=None), []

    async def tell(outcome):
        told.append((due.get(), outcome.faulty))

    library.tell = tell
    maker.go_on.release()
    due.set("soon")
    await reloader.reload()
    assert told == [(None, False)]
    await reloader.close()


async def test_twenty_who_ask_one_after_the_other_share_one_reading(edition, other):
    """Their requests come through sockets of their own, each a turn of the loop or more after the one before."""
    library, maker = Library(edition), Slow(Outcome(other, ()))
    reloader = Reloader(library, maker, Delays(coalesce=0.5))
    asked = []
    for _ in range(20):
        asked.append(asyncio.create_task(reloader.reload()))
        for _ in range(5):
            await asyncio.sleep(0)
    assert not maker.under_way
    maker.go_on.release()
    await asyncio.gather(*asked)
    assert len(maker.asked) == 1
    await reloader.close()


async def test_a_reading_begins_in_the_end_though_people_never_stop_asking(edition):
    library, maker = Library(edition), Slow(Outcome(None, ()), Outcome(None, ()))
    reloader = Reloader(library, maker, Delays(coalesce=0.01))
    asked = []

    async def ask_for_ever():
        while True:
            asked.append(asyncio.create_task(reloader.reload()))
            await asyncio.sleep(0)

    asking = asyncio.create_task(ask_for_ever())
    await until(lambda: maker.under_way)
    asking.cancel()
    maker.go_on.release(2)
    await asyncio.gather(*asked)
    assert len(maker.asked) == 2
    await reloader.close()


async def test_a_change_that_was_waited_for_is_read_without_waiting_again(edition, other):
    library, changed = Library(edition), asyncio.Event()
    reloader = Reloader(library, Scripted([Outcome(other, ())]), Delays(debounce=0, coalesce=3600))
    following = asyncio.create_task(reloader.follow(changed))
    changed.set()
    await until(lambda: library.edition is other)
    following.cancel()
    await reloader.close()


async def test_who_asks_while_one_is_under_way_shares_the_next_with_all_others(edition):
    """It begins after they asked, so that what they saved is read; it is one at a time, and one that waits."""
    library, changed = Library(edition), asyncio.Event()
    maker = Slow(Outcome(None, ()), Outcome(None, ()), Outcome(None, ()))
    reloader = Reloader(library, maker, Delays(debounce=0))
    following = asyncio.create_task(reloader.follow(changed))
    first = asyncio.create_task(reloader.reload())
    await until(lambda: maker.under_way)
    later = [asyncio.create_task(reloader.reload()) for _ in range(20)]
    changed.set()  # a save, or SIGHUP
    await until(lambda: not changed.is_set())
    maker.go_on.release()
    await first
    assert not any(task.done() for task in later)
    maker.go_on.release()
    await asyncio.gather(*later)
    for _ in range(20):
        await asyncio.sleep(0)
    assert len(maker.asked) == 2
    assert maker.most == 1
    following.cancel()


async def test_one_who_asks_and_goes_away_takes_it_from_nobody(edition, other):
    library, maker = Library(edition), Slow(Outcome(other, ()))
    reloader = Reloader(library, maker, Delays())
    gone, stays = asyncio.create_task(reloader.reload()), asyncio.create_task(reloader.reload())
    await until(lambda: maker.under_way)
    gone.cancel()
    maker.go_on.release()
    await stays
    assert library.edition is other
    await reloader.close()


async def test_half_a_change_is_told_to_a_person_who_asks(edition):
    library, changed = Library(edition), asyncio.Event()
    maker = Slow(Outcome(None, (ERROR,)), Outcome(None, ()))
    reloader = Reloader(library, maker, Delays(debounce=0.05))
    following = asyncio.create_task(reloader.follow(changed))
    await asyncio.sleep(0)
    asked = asyncio.create_task(reloader.reload())
    await until(lambda: maker.under_way)
    changed.set()
    maker.go_on.release()
    assert (await asked).faulty
    following.cancel()


LOST = Problem("the bank's folder", 0, 0, "error", "lost-quotes", "30 of 61 quotes are gone", "confirm it")


async def test_a_loss_is_confirmed_by_the_bank_that_was_told_of_and_by_no_other(edition, other):
    library = Library(edition)
    maker = Scripted([Outcome(None, (LOST,), unconfirmed_key=held) for held in "abbbbbb"] + [Outcome(other, ())])
    reloader = Reloader(library, maker, Delays())
    await reloader.reload(confirm="a")
    await reloader.reload(confirm="a")
    assert library.edition is edition
    assert library.unconfirmed_key == "b"
    for other_than_told in ("a", "", "True", "c", True):
        await reloader.reload(confirm=other_than_told)
        assert library.edition is edition
    await reloader.reload(confirm="b")
    assert [previous.confirmed for previous in maker.asked] == ["", "a", "", "", "", "", "", "b"]
    assert list(maker.asked[0].quotes) == list(edition.bank.by_id)
    assert library.edition is other
    assert library.unconfirmed_key == ""
    await reloader.close()


async def test_who_asks_after_somebody_confirmed_takes_nothing_of_that_back(edition, other):
    library = Library(edition)
    maker = Scripted([Outcome(None, (LOST,), unconfirmed_key="a"), Outcome(other, ())])
    reloader = Reloader(library, maker, Delays(coalesce=0.01))
    await reloader.reload()
    await asyncio.gather(reloader.reload(confirm="a"), reloader.reload(), reloader.reload())
    assert [previous.confirmed for previous in maker.asked] == ["", "a"]
    assert library.edition is other
    await reloader.close()


class Deleting(Scripted):
    """Reads a folder from which files are deleted one by one, and sees a loss as the child does."""

    def make(self, previous):
        super().make(previous)
        bank = self.left.bank
        gone = missing(previous.quotes, bank) if bank.key != previous.confirmed else {}
        if lost := loss(gone, previous.quotes, bank):
            return Outcome(None, (lost,), unconfirmed_key=bank.key)
        return Outcome(self.left if bank.key != previous.key else None, (), gone=gone)


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
    maker = Deleting([None] * 100)
    library = Library(steps[0])
    reloader = Reloader(library, maker, Delays(coalesce=0, release=0), clock=lambda: now[0])

    async def delete(step, seconds=1.0, *, confirm=""):
        now[0] += seconds
        maker.left = steps[step]
        return await reloader.reload(confirm=confirm)

    return library, reloader, delete


def counts(steps):
    return [len(step.bank.quotes) for step in steps]


@pytest.mark.parametrize("seconds", [1, 30, 100])
async def test_a_loss_in_steps_is_a_loss(steps, seconds):
    """No step of it is large; all of them within ten minutes are."""
    small = [step for step in range(1, len(steps)) if counts(steps)[step] * 3 > counts(steps)[0] * 2]
    assert small, counts(steps)
    first = small[-1]
    library, reloader, delete = losing(steps, [0.0])
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
    await reloader.close()


async def test_what_goes_in_the_course_of_days_is_the_work_of_an_editor(steps):
    library, reloader, delete = losing(steps, [0.0])
    for step in (1, 2, 3):
        assert not (await delete(step, 86_400)).faulty
    assert library.edition is steps[3]
    await reloader.close()


async def test_what_comes_back_is_no_loss(steps):
    library, reloader, delete = losing(steps, [0.0])
    for step in (1, 0, 1, 0):
        assert not (await delete(step)).faulty
    assert library.edition is steps[0]
    await reloader.close()


async def test_no_old_edition_is_alive_after_many_reloads(tmp_path, edition):
    """Also without a search for garbage: an edition holds no ring."""
    data = io.BytesIO()
    send(Outcome(edition, ()), data)
    anew = [receive(io.BytesIO(data.getvalue())).edition for _ in range(100)]
    library, alive = Library(edition), [weakref.ref(one.index) for one in anew]
    reloader = Reloader(library, Scripted([Outcome(one, ()) for one in anew]), Delays(release=0))
    del anew
    gc.disable()
    try:
        for _ in range(100):
            await reloader.reload()
            library.edition.index.find(Query("russia"))
            library.edition.bank.quotes[7]
        await until(lambda: sum(one() is not None for one in alive) == 1)
    finally:
        gc.enable()
    assert alive[-1]() is library.edition.index
