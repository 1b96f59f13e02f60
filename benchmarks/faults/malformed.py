"""Events that lack a field, and frames that are none: does the bot live, and does it answer what comes next?"""

from __future__ import annotations

import asyncio
import contextlib
import copy
import json
from typing import Any

from benchmarks.faults.lab import House, Lab, Row
from tests.gateway.stand_in import CHANNEL, GUILD, PERSON, SERVER, world

ANSWERS_WITHIN = 30.0
"""Seconds for the answer to the next question: a connection may have to be made anew."""
MISSING, NULL = "missing", "null"


def spoilt(event: dict[str, Any], path: str, how: str) -> dict[str, Any]:
    """An event with one field missing or null; `path` is `member.user` for a field of a field."""
    event = copy.deepcopy(event)
    *way, last = path.split(".")
    inner = event
    for part in way:
        inner = inner[part]
    if how == NULL:
        inner[last] = None
    else:
        del inner[last]
    return event


def kinds(house: House) -> list[tuple[str, str, Any]]:
    """(name, event or `frame`, data) of each of 32."""
    alice = house.discord.member()
    one = house.discord.new_id()
    options = [{"name": "about", "type": 3, "value": "russia"}]
    interaction = alice.interaction(one, 2, {"id": "1", "name": "quote", "type": 1, "options": options})
    message = world.message(one, "russia", PERSON) | {"guild_id": GUILD, "member": SERVER["members"][1]}
    server = world.server(1) | {"unavailable": False}
    fields = {
        "INTERACTION_CREATE": (interaction, ["id", "type", "token", "data", "application_id", "member", "channel_id"]),
        "MESSAGE_CREATE": (message, ["id", "channel_id", "author", "author.id", "content", "timestamp"]),
        "MESSAGE_UPDATE": (message, ["id", "channel_id", "author", "mentions"]),
        "GUILD_CREATE": (server, ["id", "channels", "roles", "members", "owner_id"]),
    }
    listed = [
        (f"{event} {path} {how}", event, spoilt(data, path, how))
        for event, (data, paths) in fields.items()
        for number, path in enumerate(paths)
        for how in (
            [MISSING, NULL] if number in (0, 1) and event != "MESSAGE_UPDATE" else [(MISSING, NULL)[number % 2]]
        )
    ][:26]
    frames: list[tuple[str, str, Any]] = [
        ("not JSON", "frame", "this is no JSON {"),
        ("a list", "frame", "[1, 2, 3]"),
        ("no op", "frame", json.dumps({"t": "MESSAGE_CREATE", "d": message})),
        ("an unknown op", "frame", json.dumps({"op": 99, "d": {}, "s": None, "t": None})),
        ("bytes that are not compressed", "frame", b"\xff\xfe\x00garbage\x00\x00\xff\xff"),
        ("a hundred thousand brackets", "frame", "[" * 100_000),
    ]
    strange: list[tuple[str, str, Any]] = [
        ("an event that is a list", "INTERACTION_CREATE", [interaction]),
        ("an event that is null", "MESSAGE_CREATE", None),
        ("an unknown event", "SOMETHING_NEW", {"id": one, "channel_id": CHANNEL}),
    ]
    return [*listed, *strange[: 26 - len(listed)], *frames]


async def run(lab: Lab) -> list[Row]:
    """One after the other to one bot; where it ended it is started again."""
    ended, silent = [], []
    async with lab.house(servers=2) as house:
        every = kinds(house)
        for name, event, data in every:
            if house.bot is None:
                await house.start()
            with contextlib.suppress(AssertionError):  # the socket may be down: what is meant for it comes later
                await house.discord.until(house.discord.wires, ANSWERS_WITHIN)
            if event == "frame":
                await house.discord.raw(data)
            else:
                await house.discord.tell(event, data)
            if not await answers(house):
                (ended if house.died() else silent).append(name)
            if house.died() or name in silent:
                await house.stop()
        said = "".join(house.said) + (house.bot.output if house.bot else "")
    return [
        Row(
            f"malformed events and frames ({len(every)} kinds): process ended",
            "11 of 32",
            "0",
            f"{len(ended)} of {len(every)}" + (f"; silent after {len(silent)}" if silent else ""),
            not ended and not silent,
            {"ended": ended, "silent": silent, "tracebacks": said.count("Traceback")},
        )
    ]


async def answers(house: House) -> bool:
    """Whether the bot is there and answers, within the time."""
    await asyncio.sleep(0.1)
    deadline = asyncio.get_running_loop().time() + ANSWERS_WITHIN
    while asyncio.get_running_loop().time() < deadline and not (house.bot and house.bot.status is not None):
        one = await house.ask("russia")
        await house.quiet([one], 1.0)
        if one in house.discord.callbacks:
            return True
    return False
