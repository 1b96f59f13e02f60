"""A store in a folder where things go wrong by a schedule, and the count of its uses held against what it was given."""

from __future__ import annotations

import asyncio
import sqlite3
import tempfile
import traceback
from collections import Counter
from contextlib import closing, suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path

from bot.errors import LogUnavailable
from bot.store.records import Use
from bot.store.store import Store
from tests.store.model.faults import KINDS, refuse
from tests.store.model.one_thread import Loop, one_thread

NOON = datetime(2020, 6, 8, 12, 0, tzinfo=UTC)
MEMORY = Path("/dev/shm")
"""Where there is a file system in memory: no power cut is among the faults, and nothing waits for a disk."""
ROOMY = {"size": 65536, "room": 100_000, "soon": 1e6}
"""What a schedule that says nothing of it has: bytes of the emergency file, uses in memory, seconds until upkeep."""

A_DAY = 86_400
"""Seconds on the loop's clock that a schedule may take."""


class World:
    """One run of a schedule. `wrong` says what was not exact; `points` are the points that came, `fired` those with a
    fault; `missing` counts the uses that have no row at the end.
    """

    def __init__(self, schedule, folder, other, tell=None):
        self.folder = folder
        self.path = folder / "data" / "quoth.db"
        self.emergency = self.path.with_name("quoth.db.emergency")
        self.other = other
        self.locked = False
        self.refused = 0
        self.wrong: list[str] = []
        self.points: list[str] = []
        self.fired: list[str] = []
        self.faults = dict(schedule.get("faults", {}))
        self.told: dict[int, str] = {}
        self.missing = 0
        self.store: Store | None = None
        self._schedule = ROOMY | schedule
        self._tell = tell
        self._seen: Counter[str] = Counter()
        self._armed = False
        self._coming: list[asyncio.Task] = []

    def point(self, name):
        """A point of the store's work: the counts must be right there, and a fault may be due."""
        if not self._armed:
            return
        self.check(name)
        self._pass(name)
        if name == "put":
            refuse(self)

    def come(self):
        """A use comes, if the store is open, and nobody waits for it here."""
        if self.store is not None:
            self._coming.append(asyncio.get_running_loop().create_task(self._answer(self.store, "begun", 0.05)))

    def check(self, where):
        """Every use that was given is in exactly one count."""
        store = self.store
        if store is not None:
            parts = store.answered + store.failed + store.expired + store.unknown + store.waiting + store.lost
            if store.given != parts:
                self.wrong.append(f"sum: {store.given} were given and {parts} are in a count, at {where}")

    async def live(self):
        """The whole schedule, the end, and a second start without a fault."""
        self._armed = True
        await self._open()
        for step, *how in self._schedule["steps"]:
            await getattr(self, f"_step_{step}")(*how)
            self.check(f"step {step}")
        await self._close()
        self._armed = False
        await asyncio.gather(*self._coming)
        KINDS["unlock the log"](self)
        await self._open()
        await asyncio.sleep(10)
        self.check("the second start")
        await self._close()
        self._count()

    def _pass(self, name):
        self._seen[name] += 1
        numbered = f"{name} {self._seen[name]}"
        self.points.append(numbered)
        if self._tell:
            self._tell(self, numbered)
        kind = self.faults.get(numbered)
        if kind is not None:
            self.fired.append(numbered)
            KINDS[kind](self)

    async def _step_record(self, outcomes, wait):
        await asyncio.gather(*(self._answer(self.store, outcome, wait) for outcome in outcomes))

    async def _step_wait(self, seconds):
        await asyncio.sleep(seconds)

    async def _step_look(self):
        await self.store._database._look()

    async def _step_keep(self):
        with suppress(LogUnavailable):
            await self.store.set_value("name", str(len(self.told)))

    async def _step_fault(self, kind):
        KINDS[kind](self)

    async def _step_restart(self):
        await self._close()
        await self._open()

    async def _answer(self, store, outcome, wait):
        asked = (1 << 60) + (len(self.told) << 22)
        self.told[asked] = "begun"
        use = Use(asked, NOON, 1, 2, "slash", "russia" * 9, "topic:russia", True, "a-quote", "0123abcd", 1.0)
        try:
            await store.record(use, wait=wait)
            store.settle(asked, outcome)
            self.told[asked] = outcome
        except Exception:  # noqa: BLE001  whatever it is, an answer does not fail because of the log
            self.wrong.append(f"record: {traceback.format_exc()}")

    async def _open(self):
        loop, how = asyncio.get_running_loop(), self._schedule
        self.store = await Store.open(
            self.path,
            now=lambda: NOON + timedelta(seconds=loop.time()),
            rest=0.05,
            retry=0.1,
            emergency=how["size"],
            room=how["room"],
            soon=how["soon"],
        )

    async def _close(self):
        try:
            await self.store.close(wait=0.5)
            self.check("the end")
        except Exception:  # noqa: BLE001  the same
            self.wrong.append(f"close: {traceback.format_exc()}")
        self.store = None

    def _count(self):
        with closing(sqlite3.connect(self.path)) as log:
            rows = dict(log.execute("SELECT asked, outcome FROM uses"))
            ((lost,),) = log.execute("SELECT total(count) FROM losses").fetchall()
        self.missing = len(self.told.keys() - rows.keys())
        if self.missing != lost:
            told = f"of {len(self.told)} uses {self.missing} are missing"
            self.wrong.append(f"count: {told}, and {lost:.0f} are counted as lost")
        other = sum(outcome not in ("begun", rows.get(asked, outcome)) for asked, outcome in self.told.items())
        if other and self._schedule["size"] >= ROOMY["size"]:  # what waits has room in the emergency file
            self.wrong.append(f"outcome: {other} of {len(rows)} rows say something else than what became of the answer")


def run(schedule, other, tell=None):
    """Run a schedule in a folder of its own; give the world as it was at the end. `tell` is called at each point."""
    where = MEMORY if MEMORY.is_dir() else None
    with tempfile.TemporaryDirectory(dir=where, prefix="quoth-") as folder, asyncio.Runner(loop_factory=Loop) as runner:
        world = World(schedule, Path(folder), other, tell)
        try:
            with one_thread(runner.get_loop(), world.point):
                runner.run(asyncio.wait_for(world.live(), A_DAY))
        except Exception as error:  # noqa: BLE001  the store or its starting failed, or somebody waits for ever
            world.wrong.append(f"stopped: {error!r}")
        finally:
            KINDS["unlock the log"](world)
    return world
