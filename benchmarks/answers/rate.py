"""How fast is `/quote russia` end to end, beside a bare discord.py command that replies with a constant?

The constants are the ready-made cards of the same quotes (what Discord is sent is the same, the work is not), and a
line of text (the simulator itself needs several times as long for a card).

Both run in one process, in turn, under the same simulated Discord, 32 in flight; Quoth commits every use before it
replies. Run: .venv/bin/python -m benchmarks.answers.rate
"""

import argparse
import asyncio
import gc
import itertools
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
from bot.card import draw_card
from bot.chat.admission.ages import Clocks
from bot.chat.ui import cards
from bot.config import Settings, shipped_bank
from bot.editions.making import open_edition
from bot.search.query import Query

TEXT = "We need both. (Jens Stoltenberg, Euronews, 25 May 2017)"


def ready_cards(bank):
    """The cards of all quotes on Russia, drawn beforehand: what Discord is sent is what Quoth sends."""
    edition = open_edition(bank or shipped_bank())
    hits = edition.index.find(Query("russia"), 1000).hits
    return itertools.cycle([draw_card(hit.quote, hit=hit, position=1, total=len(hits)) for hit in hits])


class Bare(commands.Bot):
    """A bot with one command that replies with constants: a line of text, or ready-made cards with their buttons."""

    def __init__(self, cards_ready):
        super().__init__(command_prefix=commands.when_mentioned, intents=discord.Intents.default())
        self.ready = cards_ready

    async def setup_hook(self):
        @self.tree.command(name="quote", description="a constant")
        @app_commands.describe(about="ignored")
        async def quote(interaction: discord.Interaction, about: str = "") -> None:  # noqa: ARG001
            if self.ready:
                view = cards.answer(next(self.ready), saved_query=Query("topic:russia"))
                cards.tint(view, 0x1F5FA8)
                await interaction.response.send_message(view=view)
            else:
                await interaction.response.send_message(TEXT)

        await self.tree.sync()


MEMBERS = 640
"""So many that none of them asks faster than a person may."""


class Group:
    """A server whose people ask `/quote russia`, many at once."""

    def __init__(self, env):
        self.env = env
        guild = env.create_guild()
        self.guild = guild.id
        self.channel = guild.create_text_channel("study-group").id
        self.people = [guild.add_member(env.create_user(f"member{number}")).id for number in range(MEMBERS)]
        self.turn = itertools.cycle(self.people)
        (command,) = [
            one
            for one in env.backend.visible_commands(user_id=self.people[0], channel_id=self.channel)
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
                backend, type=2, channel_id=self.channel, guild_id=self.guild, user_id=next(self.turn), data=self.data
            )
            for _ in range(together)
        ]
        began = time.perf_counter()
        for _, payload in asked:
            backend.emit("INTERACTION_CREATE", payload)
        waiting = [simcord.InteractionResult(self.env, record) for record, _ in asked]
        while waiting:
            await asyncio.sleep(0.001)  # a busier wait would take the interpreter from the log's thread
            waiting = [result for result in waiting if not result.acknowledged]
        seconds = time.perf_counter() - began
        answers = [simcord.InteractionResult(self.env, record).response for record, _ in asked]
        assert all(answer is not None for answer in answers), "an interaction was not answered"
        await self.env.settle()  # outside the clock: the simulator polls, twenty times a second
        return seconds


async def measure(env, rounds, together):
    group = Group(env)
    for _ in range(3):
        await group.ask(together)
    gc.collect()
    gc.freeze()  # for all three alike; `quoth run` does so once it is loaded
    try:
        return [together / await group.ask(together) for _ in range(rounds)]
    finally:
        gc.unfreeze()


async def bare(rounds, together, cards_ready=None):
    async with simcord.run(Bare(cards_ready)) as env:
        return await measure(env, rounds, together)


async def quoth(rounds, together, bank):
    with tempfile.TemporaryDirectory() as folder:
        clocks = {"clocks": Clocks(age=float)}  # the simulated Discord's time stands still
        async with open_house(Settings(data=Path(folder), bank=bank), **clocks) as house:
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
    print(f"{args.together} in flight, {args.rounds} rounds, {args.repeat} times; answers a second (median of a run)")
    ratios, rates = [], []
    for _ in range(args.repeat):
        text = statistics.median(asyncio.run(bare(args.rounds, args.together)))
        card = statistics.median(asyncio.run(bare(args.rounds, args.together, ready_cards(args.bank))))
        ours = statistics.median(asyncio.run(quoth(args.rounds, args.together, args.bank)))
        ratios.append((ours / card, ours / text))
        rates.append((text, card, ours))
        print(f"  bare, a text {text:6.0f}   bare, a card {card:6.0f}   quoth {ours:6.0f}", end="   ")
        print(f"ratio to the card {ours / card:.2f}, to the text {ours / text:.2f}")
    to_card, to_text = (statistics.median(column) for column in zip(*ratios, strict=True))
    text, card, ours = (statistics.median(column) for column in zip(*rates, strict=True))
    print(f"medians: text {text:.0f}, card {card:.0f}, quoth {ours:.0f}")
    print(f"median ratio to the card {to_card:.2f}, to the text {to_text:.2f}")


if __name__ == "__main__":
    main()
