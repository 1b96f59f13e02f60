"""A hundred reloads under load: the memory of the bot a minute later, against before."""

from __future__ import annotations

import asyncio
import contextlib
from pathlib import Path

from benchmarks.faults.lab import House, Lab, Row
from bot.chat.admission.recent_requests import REMEMBERED

AIM = 0.15
LOAD = 50
WARM = 100
"""Questions a second before: a bot that has answered as many as it remembers holds some 9 MB more than a fresh one."""
NEW_EDITION = "in the place of"
FIRST_ALIAS = "aliases: [russian,"


async def run(lab: Lab) -> list[Row]:
    """Change one alias again and again, each time until the new edition serves."""
    reloads, rest = lab.pick((100, 60.0), (10, 10.0))
    async with lab.house() as house:
        await house.start()
        await house.quiet(await house.load(WARM, lab.pick(1.1 * REMEMBERED / WARM, 5.0)), 3.0)
        await asyncio.sleep(3)
        before = memory(house)
        topics = house.bank / "topics.yaml"
        text = topics.read_text(encoding="utf-8")
        assert FIRST_ALIAS in text
        loading = asyncio.create_task(house.load(LOAD, 3600))
        most = before
        done = 0
        for number in range(reloads):
            known = house.bot.output.count(NEW_EDITION)
            topics.write_text(text.replace(FIRST_ALIAS, f"aliases: [reloaded{number}, russian,", 1), encoding="utf-8")
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(20):
                    while house.bot.output.count(NEW_EDITION) == known:
                        await asyncio.sleep(0.02)
                    done += 1
            most = max(most, memory(house))
        loading.cancel()
        await asyncio.gather(loading, return_exceptions=True)
        at_once = memory(house)
        await asyncio.sleep(rest)
        after = memory(house)
        lived = not house.died()
        await house.stop()
        log = house.log()
    grown = after / before - 1
    return [
        Row(
            f"memory after {reloads} reloads under load, {rest:.0f} s later",
            "63 → 185 MB",
            f"≤ +{AIM:.0%}",
            f"{before:.0f} → {after:.0f} MB ({grown:+.0%}; at most {most:.0f} MB)",
            lived and done == reloads and grown <= AIM and log.uncounted == 0,
            {"taken up": done, "right after": at_once, "uncounted": log.uncounted, "outcomes": log.outcomes},
        )
    ]


def memory(house: House) -> float:
    """Megabytes of the bot's own process that are in memory."""
    status = Path(f"/proc/{house.bot.pid}/status").read_text(encoding="utf-8")
    return int(status.split("VmRSS:")[1].split()[0]) / 1024
