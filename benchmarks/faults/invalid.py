"""Op 9 for ever: how many IDENTIFY in a day? A real run of minutes, and the bot's own pacing for the day."""

from __future__ import annotations

import asyncio
import random

from benchmarks.faults.lab import Lab, Row

DAY = 86_400.0
TOTAL = 1_000


async def run(lab: Lab) -> list[Row]:
    """The real run, and the day."""
    seconds = lab.pick(120.0, 20.0)
    async with lab.house(servers=1) as house:
        house.discord.invalid = True
        await begin(house)
        await asyncio.sleep(seconds)
        identifies = len(house.discord.identified)
        output = house.bot.output if house.bot else ""
        lived = not house.died()
    by_rate = identifies / seconds * DAY
    simulated, spent = day()
    found = f"{identifies} in {seconds:.0f} s"
    found += f"; {simulated} in a simulated day" if simulated is not None else f"; {by_rate:,.0f} a day at that rate"
    return [
        Row(
            "op 9 for ever, 24 h: identifies",
            "> 16,000",
            f"≤ {TOTAL // 2}, said why",
            found,
            lived and simulated is not None and simulated <= TOTAL // 2,
            {"stopped because half was spent": spent, "said": output[-1500:]},
        )
    ]


async def begin(house) -> None:
    """Start the bot without waiting for READY, which does not come."""
    from tests.gateway.stand_in import TOKEN, start_program

    environ = {"QUOTH_TOKEN": TOKEN, "QUOTH_BANK": str(house.bank)}
    house.bot = await start_program(house.discord, house.folder, "quoth", "run", **environ)
    await house.discord.until(lambda: house.discord.identified)


def day() -> tuple[int | None, bool]:
    """IDENTIFY in a day by the bot's own pacing, each answered with op 9 at once; None where there is no pacing."""
    try:
        from bot.chat.connection.backoff import Pauses
        from bot.chat.connection.identify_budget import IdentifyBudget
    except ImportError:
        return None, False
    clock = [1_800_000_000.0]
    pacing = IdentifyBudget(None, rng=random.Random(7), pauses=Pauses().identify, now=lambda: clock[0])
    pacing.granted({"total": TOTAL, "remaining": TOTAL, "reset_after": int(DAY * 1000), "max_concurrency": 1})
    end, sent, spent = clock[0] + DAY, 0, False
    while True:
        wait = pacing.wait(0)
        spent = spent or wait.spent
        clock[0] += wait.seconds
        if clock[0] >= end:
            return sent, spent
        pacing.sent(0)
        sent += 1
        clock[0] += 0.2
