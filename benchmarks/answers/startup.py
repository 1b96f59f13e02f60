"""From `import` to ready, and memory: Quoth with the shipped bank beside a bare discord.py bot.

Each start is a process of its own, alternating. Ready means: the simulated gateway said READY and the commands are
synced. Run: .venv/bin/python -m benchmarks.answers.startup
"""

import argparse
import json
import os
import statistics
import subprocess
import sys

BARE = """
import time; began = time.perf_counter()
import asyncio, discord
from discord import app_commands
from discord.ext import commands

class Bare(commands.Bot):
    def __init__(self):
        super().__init__(command_prefix=commands.when_mentioned, intents=discord.Intents.default())

    async def setup_hook(self):
        @self.tree.command(name="quote", description="a constant")
        async def quote(interaction: discord.Interaction, about: str = "") -> None:
            await interaction.response.send_message("We need both.")
        await self.tree.sync()

imported = time.perf_counter() - began

async def main():
    import simcord
    loaded = time.perf_counter()
    async with simcord.run(Bare()) as env:
        report(imported + time.perf_counter() - loaded)
"""

QUOTH = """
import time; began = time.perf_counter()
import asyncio, gc, tempfile
from pathlib import Path
gc.disable()  # as `quoth run` does
from bot.app import keep_loaded, open_house
from bot.config import Settings

imported = time.perf_counter() - began

async def main():
    import simcord
    loaded = time.perf_counter()
    with tempfile.TemporaryDirectory() as folder:
        async with open_house(Settings(data=Path(folder))) as house:
            keep_loaded()
            async with simcord.run(house.client(message_content=False)) as env:
                report(imported + time.perf_counter() - loaded)
"""

REPORT = """
def report(seconds):
    import json
    status = open("/proc/self/status").read()
    kib = int(status.split("VmRSS:")[1].split()[0])
    print(json.dumps({"seconds": seconds, "mib": kib / 1024}))

asyncio.run(main())
"""


def start(program):
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    command = [sys.executable, "-c", program + REPORT]
    done = subprocess.run(command, capture_output=True, text=True, check=True, env=environment)
    return json.loads(done.stdout.splitlines()[-1])


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--repeat", type=int, default=9)
    args = parser.parse_args()
    start(BARE), start(QUOTH)  # the first start compiles the modules, as an installation does
    runs = [(start(BARE), start(QUOTH)) for _ in range(args.repeat)]
    for name, unit in (("seconds", "s"), ("mib", "MiB")):
        plain = statistics.median(run[0][name] for run in runs)
        ours = statistics.median(run[1][name] for run in runs)
        print(f"{name:>8}: bare {plain:7.2f} {unit}   quoth {ours:7.2f} {unit}", end="   ")
        print(f"ratio {ours / plain:.2f}   difference {ours - plain:+.2f} {unit}")


if __name__ == "__main__":
    main()
