"""Ten minutes of work with a fault each twenty seconds: what is unlogged, apologised for without cause, ended?"""

from __future__ import annotations

import asyncio
import contextlib
import signal
import sqlite3
import time

from benchmarks.faults.lab import House, Lab, Row, spread
from tests.gateway.stand_in import refusal, slow_down

LOAD = 20
EVERY = 20.0
BEGIN, END = 3.0, 9.0
"""Seconds into its turn at which a fault begins, and ends where it lasts."""


async def run(lab: Lab) -> list[Row]:
    """All faults in turn, again and again, until the time is over."""
    turns, every = lab.pick((30, EVERY), (len(FAULTS), 6.0))
    async with lab.house() as house:
        await house.start(shim=True)
        asked: list[int] = []
        stop = asyncio.Event()
        work = asyncio.create_task(working(house, asked, stop))
        names = list(FAULTS)
        for turn in range(turns):
            await FAULTS[names[turn % len(names)]](house, every / EVERY)
            house.discord.rest_fault = None
            if house.died():
                house.ended[-1] = f"{names[turn % len(names)]}: {house.ended[-1]}"
                await house.stop()
                await house.start(shim=True)
        stop.set()
        await work
        await house.quiet(asked[-LOAD:], 5.0)
        house.died()
        await house.stop()
        log = await house.checked()
        apologies, said = house.apologies(), "".join(house.said)
        waits = spread(house.waits(asked))
    return [
        Row(
            f"{turns * every / 60:.0f}-minute soak with a fault each {every:.0f} s: "
            "unlogged, apologised without cause, process ended",
            "0, 3, 0",
            "0, 0, 0",
            f"{log.uncounted} of {log.answered:,}, {apologies}, {len(house.ended)}",
            log.uncounted == 0 and apologies == 0 and not house.ended,
            {
                "asked": len(asked),
                "answers": waits,
                "outcomes": log.outcomes,
                "counted lost": log.lost,
                "tracebacks": said.count("Traceback"),
                "ended": house.ended,
                "identifies": len(house.discord.identified),
                "resumes": len(house.discord.resumed),
            },
        )
    ]


async def working(house: House, asked: list[int], stop: asyncio.Event) -> None:
    """What people do, evenly, whatever happens."""
    number = 0
    while not stop.is_set():
        number += 1
        who = house.somebody()
        match number % 10:
            case 0:
                one = int(await who.say(house.rng.choice(("russia", "ukraine"))))
            case 1:
                await who.suggest("quote", "about", "rus")
                one = 0
            case 2:
                await who.press("q:context:we-need-both")
                one = 0
            case 3:
                await who.slash("topics")
                one = 0
            case 4:
                one = int(await who.slash("search", about="russia"))
            case _:
                one = await house.ask()
        if one:
            house.sent.setdefault(one, time.time())
            house.logged_ways.add(one)
            if number % 10:
                asked.append(one)
        await asyncio.sleep(1 / LOAD)


def during(begin, end=None):
    """A fault that begins, lasts, and ends; then it is quiet until the turn is over."""

    async def turn(house: House, pace: float) -> None:
        await asyncio.sleep(BEGIN * pace)
        kept = begin(house)
        if asyncio.iscoroutine(kept):
            kept = await kept
        await asyncio.sleep((END - BEGIN) * pace)
        if end:
            end(house, kept)
        house.discord.rest_fault = None
        await asyncio.sleep((EVERY - END) * pace)

    return turn


def answering(fault):
    """Every third request is answered so."""

    def begin(house: House) -> None:
        count = [0]

        def chosen(_: str, path: str):
            count[0] += path.endswith(("/callback", "/messages"))
            return fault() if count[0] % 3 == 0 and path.endswith(("/callback", "/messages")) else None

        house.discord.rest_fault = chosen

    return during(begin)


async def kill(house: House) -> None:
    """Kill -9, and a new start."""
    await house.stop(signal.SIGKILL)
    await house.start(shim=True)


async def cut(house: House) -> None:
    with contextlib.suppress(AssertionError):
        await house.discord.drop()


def lock(house: House) -> sqlite3.Connection | None:
    connection = sqlite3.connect(house.database, isolation_level=None)
    with contextlib.suppress(sqlite3.OperationalError):
        connection.execute("BEGIN IMMEDIATE")
    return connection


def spoil(house: House) -> str:
    topics = house.bank / "topics.yaml"
    text = topics.read_text(encoding="utf-8")
    topics.write_text(text + "\n  broken: [", encoding="utf-8")
    return text


def mend(house: House, text: str) -> None:
    (house.bank / "topics.yaml").write_text(text, encoding="utf-8")


def touch(house: House) -> None:
    topics = house.bank / "topics.yaml"
    text = topics.read_text(encoding="utf-8")
    changed = text.replace("aliases: [russian,", "aliases: [soaked, russian,", 1)
    topics.write_text(changed if "soaked" not in text else text.replace("soaked, ", "", 1), encoding="utf-8")


async def twice(house: House) -> None:
    one = await house.somebody().slash("quote", about="russia")
    for _ in range(3):
        await house.discord.member(again=one).slash("quote", about="russia")
    said = await house.somebody().say("russia")
    await house.discord.member(again=said).say("russia")


def shift(house: House) -> None:
    house.discord.clock_shift += 3600


def shift_back(house: House, _: object) -> None:
    house.discord.clock_shift -= 3600


FAULTS = {
    "kill -9": during(kill),
    "dropped": during(cut),
    "op 7": during(lambda house: house.discord.ask_for_reconnect()),
    "op 9": during(lambda house: house.discord.invalidate()),
    "429": answering(lambda: slow_down(5.0)),
    "502": answering(lambda: refusal(502, 0, "bad gateway")),
    "hang": answering(lambda: "hang"),
    "reset": answering(lambda: "reset"),
    "disk full": during(lambda house: house.disk.fill(), lambda house, _: house.disk.free()),
    "lock": during(lock, lambda _, connection: connection.close()),
    "bad YAML": during(spoil, mend),
    "reload": during(touch),
    "SIGHUP": during(lambda house: house.bot.signal(signal.SIGHUP)),
    "duplicate": during(twice),
    "replay": during(lambda house: house.discord.replay(50)),
    "clock": during(shift, shift_back),
}
