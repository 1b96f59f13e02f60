"""What all long runs share: a bot as a process against a stand-in, load, and what is in the log afterwards."""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import random
import shutil
import signal
import sqlite3
import statistics
import tempfile
import time
from collections import Counter
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from benchmarks.faults.disk import Disk
from bot.config import shipped_bank
from tests.contract.judge import judge
from tests.gateway.stand_in import TOKEN, Program, StandIn, running, start_program

WORDS = ("russia", "ukraine", "dialogue", "pizza", "rusia", "defence", "turkey", "norway")
PATIENCE = 3.0
"""Seconds after which Discord forgets an interaction that nobody answered."""
READY_WITHIN = 30.0
JUDGED = 2_000
"""Requests of one stand-in that are held against Discord's description at most."""
APOLOGY = "Something went wrong"
SERVERS = 100


@dataclass
class Row:
    """One line of the table. `good` is None where a figure is only reported."""

    what: str
    today: str
    aim: str
    found: str
    good: bool | None
    details: dict[str, Any] = field(default_factory=dict)


@dataclass
class Sent:
    """What the bot sent in all runs together, and what was wrong with it."""

    requests: int = 0
    judged: int = 0
    wrong: Counter[str] = field(default_factory=Counter)
    pings: int = 0

    def take(self, discord: StandIn, description: str | None) -> None:
        """Count a stand-in's requests; judge some of them, evenly, where Discord's description is at hand."""
        bodies = [request for request in discord.requests if request.method in {"POST", "PATCH", "PUT"}]
        self.requests += len(discord.requests)
        self.pings += sum(may_ping(request.json) for request in bodies)
        contract = judge(description)
        if contract is not None:
            some = bodies[:: max(1, len(bodies) // JUDGED)]
            self.judged += len(some)
            self.wrong.update(fault.partition(": ")[2] for fault in contract.faults(some))


@dataclass
class Lab:
    """How a run is to be made: `quick` for a subset in minutes, and where to build and keep things."""

    quick: bool
    build: Path
    seed: int = 7
    sent: Sent = field(default_factory=Sent)

    def pick(self, whole: Any, quick: Any) -> Any:
        """The one for a whole run, or the one for a quick run."""
        return quick if self.quick else whole

    @asynccontextmanager
    async def house(self, *, servers: int = SERVERS):
        """A stand-in, an empty folder, and no bot yet."""
        with tempfile.TemporaryDirectory(prefix="faults-") as name:
            async with running() as stand_in:
                stand_in.servers = servers
                stand_in.patience = PATIENCE
                house = House(stand_in, Path(name), self, random.Random(self.seed))
                try:
                    yield house
                finally:
                    await house.close()
                    if not house.bare:
                        self.sent.take(stand_in, os.environ.get("DISCORD_OPENAPI"))


class House:
    """One stand-in with one folder and the bots that were started on it, one after the other."""

    def __init__(self, stand_in: StandIn, folder: Path, lab: Lab, rng: random.Random) -> None:
        self.discord = stand_in
        self.folder = folder
        self.rng = rng
        self.disk = Disk(folder, lab.build)
        self.bank = folder / "bank"
        shutil.copytree(shipped_bank(), self.bank)
        self.bot: Program | None = None
        self.said: list[str] = []
        self.ended: list[str] = []
        self.sent: dict[int, float] = {}
        """Interaction or message → when it was sent, in seconds since 1970."""
        self.logged_ways: set[int] = set()
        """Those of them whose answer is a use."""
        self.bare = False
        """Whether another bot than Quoth was here."""
        self._people = 0

    @property
    def database(self) -> Path:
        """The log."""
        return self.disk.data / "quoth.db"

    async def start(self, *, shim: bool = False, script: str = "", **environ: str) -> float:
        """Start the bot (or a script) and wait until the stand-in has told READY; gives the seconds it took.

        The bot's memory of earlier sessions is taken away before, as its operator may: else it would wait for minutes
        after the tenth kill in a row.
        """
        (self.disk.data / "identify.json").unlink(missing_ok=True)
        began = time.perf_counter()
        known = len(self.discord.sent("READY", ""))
        environ = {"QUOTH_TOKEN": TOKEN, "QUOTH_BANK": str(self.bank)} | (self.disk.environ if shim else {}) | environ
        self.bare = self.bare or bool(script)
        command = (script,) if script else ("quoth", "run")
        self.bot = await start_program(self.discord, self.folder, *command, **environ)
        await self.discord.until(lambda: len(self.discord.sent("READY", "")) > known, READY_WITHIN)
        return time.perf_counter() - began

    async def stop(self, number: int = signal.SIGTERM) -> int | None:
        """End the bot with a signal and give its status."""
        if self.bot is None:
            return None
        bot, self.bot = self.bot, None
        if bot.status is None:
            bot.signal(number)
        status = await bot.ends(30)
        self.said.append(bot.output)
        return status

    def died(self) -> bool:
        """Whether the bot ended by itself; what it said is kept."""
        if self.bot is None or self.bot.status is None:
            return False
        self.ended.append(self.bot.output[-3000:])
        return True

    async def close(self) -> None:
        """End what runs, give back what was mounted."""
        if self.bot is not None:
            await self.bot.kill()
        self.disk.gone()

    def somebody(self, **where: Any):
        """The next member, in the next server: nobody meets the limit of what one may ask."""
        self._people += 1
        return self.discord.member(self._people, server=self._people % self.discord.servers, **where)

    async def ask(self, words: str = "", **where: Any) -> int:
        """Somebody asks for a quote; gives the id."""
        one = int(await self.somebody(**where).slash("quote", about=words or self.rng.choice(WORDS)))
        self.sent[one] = time.time()
        self.logged_ways.add(one)
        return one

    async def load(self, rate: float, seconds: float, act=None) -> list[int]:
        """So many questions a second for so long, at even distances; gives their ids. Late ones are sent at once."""
        began = time.perf_counter()
        ids = []
        for number in range(int(rate * seconds)):
            wait = began + number / rate - time.perf_counter()
            if wait > 0.001:
                await asyncio.sleep(wait)
            ids.append(await (act or self.ask)())
        return ids

    async def quiet(self, ids: list[int], seconds: float) -> None:
        """Wait until all of these are answered, so long at most."""
        with contextlib.suppress(AssertionError):
            await self.discord.until(lambda: all(one in self.discord.callbacks for one in ids), seconds)

    def waits(self, ids: list[int]) -> list[float]:
        """Seconds from sending to the arrival of the answer, of those that were answered."""
        callbacks = self.discord.callbacks
        return [callbacks[one] - self.sent[one] for one in ids if one in callbacks]

    async def checked(self) -> Log:
        """Start the bot once more, so that it takes in what it kept elsewhere, stop it, and hold the log against it."""
        await self.start()
        await asyncio.sleep(1.5)
        await self.stop()
        return self.log()

    def log(self) -> Log:
        """The log held against what was answered."""
        with contextlib.closing(sqlite3.connect(self.database)) as connection:
            logged = {asked for (asked,) in connection.execute("SELECT asked FROM uses")}
            outcomes = dict(connection.execute("SELECT outcome, count(*) FROM uses GROUP BY outcome"))
            (lost,) = connection.execute("SELECT coalesce(sum(count), 0) FROM losses").fetchone()
        seen = {one for one in self.answered() if one in self.logged_ways}
        return Log(len(seen), len(seen - logged), lost, outcomes)

    def answered(self) -> set[int]:
        """What the stand-in was given an answer for: interactions, and messages by the reply to them."""
        replies = {
            int(body["message_reference"]["message_id"])
            for body in self.discord.sent("MESSAGE", "")
            if body.get("message_reference")
        }
        return set(self.discord.callbacks) | replies

    def apologies(self) -> int:
        """Sentences that something went wrong, of all that Discord was sent."""
        bodies = [request.json for request in self.discord.requests if request.method in {"POST", "PATCH"}]
        return sum(APOLOGY in json.dumps(body) for body in bodies)


@dataclass
class Log:
    """What was answered, how much of that is not in the log, and how much the log says it lost."""

    answered: int
    missing: int
    lost: int
    outcomes: dict[str, int]

    @property
    def uncounted(self) -> int:
        """Answered, and neither logged nor counted."""
        return max(0, self.missing - self.lost)


def spread(waits: list[float]) -> dict[str, Any]:
    """Median, 99th percentile and worst, in milliseconds; None where there is nothing."""
    if not waits:
        return {"n": 0, "p50": None, "p99": None, "max": None}
    ordered = sorted(waits)
    p99 = ordered[min(len(ordered) - 1, int(len(ordered) * 0.99))]
    values = {"p50": statistics.median(ordered), "p99": p99, "max": ordered[-1]}
    return {"n": len(ordered)} | {name: round(value * 1000, 1) for name, value in values.items()}


def may_ping(body: Any) -> bool:
    """Whether somebody would be notified: Discord's default is everybody who is named."""
    inner = body.get("data", body) if isinstance(body, dict) else {}
    if not isinstance(inner, dict) or not {"content", "components", "embeds"} & set(inner):
        return False
    allowed = inner.get("allowed_mentions")
    if inner.get("message_reference") and (not allowed or allowed.get("replied_user")):
        return True
    named = any(sign in text_of(inner) for sign in ("<@", "@everyone", "@here"))
    return named and (not allowed or bool(allowed.get("parse")))


def text_of(body: Any) -> str:
    """A body as text."""
    return json.dumps(body, ensure_ascii=False)


@asynccontextmanager
async def stalls(discord: StandIn, every: float = 0.02):
    """While the block runs, ping the bot's socket; the list gets the seconds until each answer came."""
    waits: list[float] = []

    async def probe() -> None:
        while True:
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(20):
                    waits.append(await discord.ping())
            await asyncio.sleep(every)

    task = asyncio.create_task(probe())
    try:
        yield waits
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
