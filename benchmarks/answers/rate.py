"""How fast is `/quote russia` end to end, beside a bare discord.py command that replies with a constant?

Both run in one process, in turn, under the same simulated Discord, 32 in flight; Quoth commits every use before it
replies. Run: .venv/bin/python -m benchmarks.answers.rate
"""

import argparse
import asyncio
import gc
import statistics
import tempfile
import time
from pathlib import Path

import discord
import simcord
from discord import app_commands
from discord.ext import commands
from simcord import interactions

from bot.app import open_house
from bot.config import Settings


class Bare(commands.Bot):
    """A bot with one command that always says the same."""

    def __init__(self):
        super().__init__(command_prefix=commands.when_mentioned, intents=discord.Intents.default())

    async def setup_hook(self):
        @self.tree.command(name="quote", description="a constant")
        @app_commands.describe(about="ignored")
        async def quote(interaction: discord.Interaction, about: str = "") -> None:  # noqa: ARG001
            await interaction.response.send_message("We need both. (Jens Stoltenberg, Euronews, 25 May 2017)")

        await self.tree.sync()


class Group:
    """A server with one person in it who asks `/quote russia` many times at once."""

    def __init__(self, env):
        self.env = env
        guild = env.create_guild()
        self.guild = guild.id
        self.channel = guild.create_text_channel("study-group").id
        self.person = guild.add_member(env.create_user("newcomer")).id
        (command,) = [
            one
            for one in env.backend.visible_commands(user_id=self.person, channel_id=self.channel)
            if one["name"] == "quote"
        ]
        self.data = {
            "id": command["id"],
            "name": "quote",
            "type": 1,
            "options": [{"name": "about", "type": 3, "value": "russia"}],
        }

    async def ask(self, together):
        """Seconds until `together` commands sent at once are all answered."""
        backend = self.env.backend
        asked = [
            interactions.base_payload(
                backend, type=2, channel_id=self.channel, guild_id=self.guild, user_id=self.person, data=self.data
            )
            for _ in range(together)
        ]
        began = time.perf_counter()
        for _, payload in asked:
            backend.emit("INTERACTION_CREATE", payload)
        waiting = [record for record, _ in asked]
        while waiting:
            await asyncio.sleep(0)
            waiting = [record for record in waiting if simcord.InteractionResult(self.env, record).response is None]
        seconds = time.perf_counter() - began
        await self.env.settle()  # outside the clock: the simulator polls, twenty times a second
        return seconds


async def measure(env, rounds, together):
    group = Group(env)
    for _ in range(3):
        await group.ask(together)
    gc.collect()
    return [together / await group.ask(together) for _ in range(rounds)]


async def bare(rounds, together):
    async with simcord.run(Bare()) as env:
        return await measure(env, rounds, together)


async def quoth(rounds, together, bank):
    with tempfile.TemporaryDirectory() as folder:
        async with open_house(Settings(data=Path(folder), bank=bank)) as house:
            async with simcord.run(house.client(message_content=False)) as env:
                rates = await measure(env, rounds, together)
            await house.store.close()
            assert house.store.logged == (rounds + 3) * together, "not every answer is in the log"
            return rates


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=15)
    parser.add_argument("--together", type=int, default=32)
    parser.add_argument("--repeat", type=int, default=5)
    parser.add_argument("--bank", type=Path)
    args = parser.parse_args()
    print(f"{args.together} in flight, {args.rounds} rounds, {args.repeat} pairs; answers a second (median of a run)")
    ratios = []
    for _ in range(args.repeat):
        plain = statistics.median(asyncio.run(bare(args.rounds, args.together)))
        ours = statistics.median(asyncio.run(quoth(args.rounds, args.together, args.bank)))
        ratios.append(ours / plain)
        print(f"  bare discord.py {plain:7.0f}   quoth {ours:7.0f}   ratio {ours / plain:.2f}")
    print(f"median ratio {statistics.median(ratios):.2f}")


if __name__ == "__main__":
    main()
