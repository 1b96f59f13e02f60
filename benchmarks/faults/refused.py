"""A 429, a 502, silence and broken connections in answer to a callback: until when is the bot at work on it?"""

from __future__ import annotations

import asyncio

from aiohttp import web

from benchmarks.faults.lab import PATIENCE, House, Lab, Row
from tests.gateway.stand_in import made_at, slow_down

AIM = 2.6
BEFORE = {"429 of 5 s": "5 s", "502 for ever": "30 s", "hung server": "43 s"}
FAULTS = {
    "429 of 5 s": lambda: slow_down(5.0),
    "502 for ever": lambda: web.Response(status=502, text="<html>bad gateway</html>", content_type="text/html"),
    "hung server": lambda: "hang",
    "reset for ever": lambda: "reset",
    "429 without Via": lambda: slow_down(5.0, banned=True),
}


async def run(lab: Lab) -> list[Row]:
    """One interaction for each fault, all other requests as ever; each on a bot of its own, for what they do to it."""
    watched = lab.pick(60.0, 12.0)
    return list(await asyncio.gather(*(met(lab, name, watched) for name in FAULTS)))


async def met(lab: Lab, name: str, watched: float) -> Row:
    """How long the work stayed open, from the event's sending to the end of the last request about it."""
    async with lab.house(servers=4) as house:
        await house.start()
        hit: set[int] = set()
        house.discord.rest_fault = lambda _, path: FAULTS[name]() if any(str(one) in path for one in hit) else None
        one = int(await house.somebody().slash("quote", about="russia"))
        hit.add(one)
        begun = asyncio.get_running_loop().time()
        others = await house.load(2, 6.0)
        await house.quiet(others, 5.0)
        await asyncio.sleep(begun + watched - asyncio.get_running_loop().time())
        ended, requests, open_still = until(house, one)
        answered = len(house.waits(others))
        lived = not house.died()
    seconds = f"> {watched:.0f} s" if open_still or ended > watched - 8 else f"{ended:.2f} s"
    circuit = name == "429 without Via"  # all rest for a while then, as they must
    return Row(
        f"{name}: work still open after",
        BEFORE.get(name, "–"),
        f"≤ {AIM} s",
        seconds,
        not open_still and ended <= PATIENCE and lived and (circuit or answered == len(others)),
        {"requests": requests, "others answered": f"{answered} of {len(others)}", "lived": lived},
    )


def until(house: House, one: int) -> tuple[float, int, bool]:
    """Seconds from the interaction to the end of its last request, how many there were, whether one is open."""
    about = [request for request in house.discord.requests if request.interaction == one]
    ends = [request.ended for request in about if request.ended is not None]
    return max(ends, default=made_at(one)) - made_at(one), len(about), len(ends) < len(about)
