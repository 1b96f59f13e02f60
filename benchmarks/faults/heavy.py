"""Heavy commands of one member, and reports out of a large log: do others wait?"""

from __future__ import annotations

import asyncio
import contextlib
import sqlite3
import time
from datetime import UTC, datetime

from benchmarks.faults.lab import House, Lab, Row, spread
from bot.store.store import Store
from tests.gateway.stand_in.world import channel_id, server_id

TEXT = "a " * 3000
AT_ONCE = 50
USES = 1_000_000
GUILDS = 1_000
A_DAY = 86_400_000_000


async def run(lab: Lab) -> list[Row]:
    """The heavy commands, then the reports."""
    return [await commands(lab), *await reports(lab)]


async def commands(lab: Lab) -> Row:
    """Fifty `/verify` of 6,000 characters at once, and others' `/quote` meanwhile, before against during."""
    tries = []
    for _ in range(lab.pick(3, 1)):
        async with lab.house() as house:
            await house.start()
            calm = await house.load(20, 3.0)
            await house.quiet(calm, 3.0)
            greedy = house.discord.member(90_000, server=1)
            heavy = [int(await greedy.slash("verify", text=TEXT)) for _ in range(AT_ONCE)]
            others = await house.load(20, 3.0)
            await house.quiet(others, 5.0)
            tries.append(
                {
                    "before": spread(house.waits(calm)),
                    "meanwhile": spread(house.waits(others)),
                    "unanswered": len(others) - len(house.waits(others)),
                    "heavy answered": sum(one in house.discord.callbacks for one in heavy),
                    "ended": house.died(),
                }
            )
    tries.sort(key=lambda one: one["unanswered"] or one["meanwhile"]["max"] / 1e6)
    middle = tries[len(tries) // 2]
    return Row(
        f"one member sends {AT_ONCE} /verify of {len(TEXT):,} characters at once: another's /quote",
        "up to 2.8 s",
        "≤ .3 s, all answered",
        f"up to {middle['meanwhile']['max']} ms (before: {middle['before']['max']} ms), "
        f"{middle['unanswered']} unanswered",
        middle["unanswered"] == 0 and not middle["ended"],
        {"all tries": tries},
    )


async def reports(lab: Lab) -> list[Row]:
    """`/stats` in a log of a million uses, of a server with a thousandth of them and of one with a tenth."""
    uses = lab.pick(USES, USES // 5)
    rows = []
    async with lab.house() as house:
        await filled(house, uses)
        await house.start()
        early = [0]  # answers that were there before their row

        def look(_: str, path: str) -> None:
            one = int(path.split("/")[2]) if path.endswith("/callback") else 0
            if one in house.logged_ways:
                found = reader.execute("SELECT 1 FROM uses WHERE asked = ?", (one,)).fetchone()
                early[0] += found is None

        with contextlib.closing(sqlite3.connect(f"file:{house.database}?mode=ro", uri=True)) as reader:
            house.discord.rest_fault = look
            await house.quiet(await house.load(50, 3.0), 3.0)
            calm, alone = await loaded(house, None)
            early[0] = 0
            for server, part in ((5, "a thousandth"), (0, "a tenth")):
                others, took = await loaded(house, server)
                rows.append(
                    Row(
                        f"/stats of a server with {part} of {uses:,} uses",
                        "4.1 s" if server else "–",
                        "≤ 30 ms" if server else "–",
                        f"middle {took['p50']} ms, up to {took['max']} ms ({took['n']} of {took['asked']} came)",
                        None,
                        {"stats": took},
                    )
                )
                rows.append(
                    Row(
                        f"the same: other answers' p99; unanswered; sent before their row ({part})",
                        "they leave before their row",
                        "unchanged; 0; 0",
                        f"{others['p99']} ms (without: {calm['p99']} ms); {others['unanswered']}; {early[0]}",
                        early[0] == 0 and others["unanswered"] == 0 and not house.died(),
                        {"others": others, "without": calm, "alone": alone},
                    )
                )
                early[0] = 0
            await asyncio.sleep(1)
    return rows


async def loaded(house: House, server: int | None) -> tuple[dict, dict]:
    """The waits of others for ten seconds, and those of `/stats`, one every half second (none without a server)."""
    asked: list[int] = []

    async def look() -> None:
        while server is not None:
            one = int(await house.discord.member(50_000 + len(asked), server=server).slash("stats", days=365))
            house.sent[one] = time.time()
            asked.append(one)
            await asyncio.sleep(0.5)

    looking = asyncio.create_task(look())
    ids = await house.load(50, 10.0)
    looking.cancel()
    await asyncio.gather(looking, return_exceptions=True)
    await house.quiet([*ids, *asked], 5.0)
    waits = house.waits(ids)
    came = {request.interaction: request.arrived for request in reversed(house.discord.requests)}
    took = [came[one] - house.sent[one] for one in asked if one in came]  # also those that Discord would not take
    return spread(waits) | {"unanswered": len(ids) - len(waits)}, spread(took) | {"asked": len(asked)}


async def filled(house: House, uses: int) -> None:
    """A log with so many uses over a month: server 0 has a tenth, the others share the rest."""
    store = await Store.open(house.database, now=lambda: datetime.now(UTC))
    await store.close()
    now = int(time.time() * 1_000_000)
    step = int(server_id(1)) - int(server_id(0))
    with contextlib.closing(sqlite3.connect(house.database)) as connection:
        columns = [name for _, name, *_ in connection.execute("PRAGMA table_info(uses)")]
        values = {
            "asked": "1000 + n",
            "time": f"{now} - (n * 7919 % 30) * {A_DAY} - n",
            "guild": f"{server_id(0)} + CASE WHEN n % 10 = 0 THEN 0 ELSE n % {GUILDS} END * {step}",
            "channel": f"{channel_id(0)} + CASE WHEN n % 10 = 0 THEN 0 ELSE n % {GUILDS} END * {step}",
            "way": "'slash'",
            "query": "'words ' || (n * 31 % 5000)",
            "key": "'topic:' || (n % 40)",
            "found": "n % 7 > 0",
            "quote": "CASE WHEN n % 7 > 0 THEN 'quote-' || (n % 200) END",
            "edition": "'edition'",
            "duration": "1.5",
            "outcome": "'answered'",
        }
        named = [name for name in columns if name in values]
        connection.execute(
            f"""INSERT INTO uses ({", ".join(named)})
                WITH RECURSIVE count(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM count WHERE n < {uses})
                SELECT {", ".join(values[name] for name in named)} FROM count"""
        )
        connection.commit()
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
