"""A burst of commands of many members over real sockets: when does the first answer come, and how many in time?

The bot runs as a subprocess against the stand-in of tests/gateway, whose callbacks are counted by time. Run:
.venv/bin/python -m benchmarks.answers.burst --count 1000 2000
"""

import argparse
import asyncio
import importlib.util
import itertools
import json
import os
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

from aiohttp import web

GATEWAY = Path(__file__).parents[2] / "tests" / "gateway"
SERVERS = 8
IN_TIME = 3.0


def _stand_in():
    found = importlib.util.spec_from_file_location("stand_in", GATEWAY / "conftest.py")
    module = importlib.util.module_from_spec(found)
    found.loader.exec_module(module)
    return module


class Burst:
    """What was asked and what came back: interaction id → (seconds, whether it was answered, or only told)."""

    def __init__(self, module):
        self.module = module
        self.stand_in = module.StandIn()
        self.came = {}
        self.asked = {}
        self._numbers = itertools.count(1)

    async def callback(self, request):
        body = await request.read()
        one = request.match_info["one"]
        if one in self.asked:
            kind = "told" if b"Too many" in body or b"more than I can" in body else "answered"
            self.came.setdefault(one, (time.time() - self.asked[one], kind))
        message = self.stand_in._message("", self.module.BOT)
        inner = {"id": one, "type": 2, "response_message_id": message["id"], "response_message_loading": False}
        value = {"interaction": inner, "resource": {"type": 4, "message": message}}
        return web.Response(body=json.dumps(value).encode(), content_type="application/json")

    def payload(self, number, name="quote", option="about", value="russia", member=None):
        module = self.module
        member = member or number
        command = next(one for one in self.stand_in.commands if one["name"] == name)
        user = module.PERSON | {"id": str(5_000_000 + member), "username": f"member{member}"}
        person = module.SERVER["members"][1] | {"permissions": str(1 << 10 | 1 << 11 | 1 << 14), "user": user}
        guild = str(2001 + number % SERVERS)
        data = {"id": command["id"], "name": name, "type": 1, "options": [{"name": option, "type": 3, "value": value}]}
        place = {"guild_id": guild, "channel_id": module.CHANNEL}
        place["channel"] = module.SERVER["channels"][0] | {"guild_id": guild}
        rest = {"version": 1, "locale": "en-GB", "context": 0, "entitlements": [], "guild_locale": "en-GB"}
        rest |= {"attachment_size_limit": 10_485_760, "app_permissions": str(1 << 10 | 1 << 11 | 1 << 14)}
        rest |= {"authorizing_integration_owners": {"0": guild}}
        now = time.time()
        one = str(int((now - 1_420_070_400) * 1000) << 22 | next(self._numbers) % (1 << 22))
        self.asked[one] = now
        return {"id": one, "token": f"t-{one}", "type": 2, "application_id": module.APPLICATION} | (
            {"data": data, "member": person} | place | rest
        )

    async def send(self, payloads):
        for payload in payloads:
            await self.stand_in._socket.send_str(
                json.dumps({"op": 0, "t": "INTERACTION_CREATE", "s": next(self.stand_in._sequence), "d": payload})
            )

    async def burst(self, count, seconds=4.0):
        self.asked, self.came = {}, {}
        await self.send(self.payload(number) for number in range(1, count + 1))
        await asyncio.sleep(seconds)
        return self.summary(count)

    def summary(self, count):
        answered = sorted(after for after, kind in self.came.values() if kind == "answered")
        told = sorted(after for after, kind in self.came.values() if kind == "told")
        late = Counter(kind for after, kind in self.came.values() if after > IN_TIME)
        in_time = {kind: sum(after <= IN_TIME for after in came) for kind, came in (("a", answered), ("t", told))}
        return (
            f"{count}: first {answered[0] if answered else 0:.2f} s, "
            f"answered in time {in_time['a']} (last {answered[-1] if answered else 0:.2f} s), "
            f"told in time {in_time['t']} (last {told[-1] if told else 0:.2f} s), "
            f"late {dict(late)}, nothing {count - len(self.came)}"
        )

    async def beside(self, seconds=4.0):
        """One member sends 50 times `/verify a a a …` at once; how long do ten others wait for `/quote`?"""
        self.asked, self.came = {}, {}
        heavy = [self.payload(number, "verify", "text", "a " * 3000, member=999_999) for number in range(50)]
        await self.send(heavy)
        others = []
        for number in range(10):
            others.append(self.payload(number, member=800_000 + number))
            await self.send(others[-1:])
            await asyncio.sleep(0.03)
        await asyncio.sleep(seconds)
        waited = sorted(self.came[one["id"]][0] for one in others if one["id"] in self.came)
        kinds = Counter(self.came[one["id"]][1] for one in heavy if one["id"] in self.came)
        return (
            f"50 heavy at once: {dict(kinds)}; {len(waited)} of 10 others answered, the last after {waited[-1]:.2f} s"
        )


async def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, nargs="+", default=[1000, 2000])
    parser.add_argument("--repeat", type=int, default=3)
    parser.add_argument("--profile", type=Path, help="profile the bot into this file")
    parser.add_argument("--log", action="store_true", help="show what the bot says")
    args = parser.parse_args()
    run = Burst(_stand_in())
    app = web.Application()
    app.router.add_get("/gateway", run.stand_in.gateway)
    app.router.add_get("/gateway/", run.stand_in.gateway)
    app.router.add_post("/api/v10/interactions/{one}/{token}/callback", run.callback)
    app.router.add_route("*", "/api/{rest:.*}", run.stand_in.rest)
    runner = web.AppRunner(app, shutdown_timeout=0.1, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0, backlog=4096).start()
    run.stand_in.base = f"http://127.0.0.1:{runner.addresses[0][1]}"
    with tempfile.TemporaryDirectory() as folder:
        environ = {name: value for name, value in os.environ.items() if not name.startswith("QUOTH_")}
        environ |= {"STAND_IN": run.stand_in.base, "QUOTH_DATA": folder, "QUOTH_TOKEN": run.module.TOKEN}
        profiled = ("-m", "cProfile", "-o", str(args.profile)) if args.profile else ()
        bot = await asyncio.create_subprocess_exec(
            *(sys.executable, *profiled, str(GATEWAY / "launch.py"), "quoth", "run"),
            env=environ,
            stdout=None if args.log else asyncio.subprocess.DEVNULL,
            stderr=None if args.log else asyncio.subprocess.DEVNULL,
        )
        while not run.stand_in.sent("READY", "") or not run.stand_in.commands:
            await asyncio.sleep(0.1)
        await asyncio.sleep(0.5)
        await run.burst(32, 1.0)
        for count in args.count:
            for _ in range(args.repeat):
                print(await run.burst(count))
        print(await run.beside())
        bot.terminate()
        await bot.wait()
    await runner.cleanup()


if __name__ == "__main__":
    asyncio.run(main())
