"""A process that answers `/quote russia` again and again in a simulated Discord, and says which it answered.

Started by test_kill.py, which kills it in the middle.
"""

import asyncio
import itertools
import sys
from pathlib import Path

import simcord
from simcord import interactions

from bot.app import open_house
from bot.chat.admission.ages import Clocks
from bot.config import Settings

TOGETHER = 32


async def main(folder):
    async with (
        open_house(Settings(data=folder), clocks=Clocks(age=float, pace=itertools.count().__next__)) as house,
        simcord.run(house.client(message_content=False)) as env,
    ):
        guild = env.create_guild()
        channel = guild.create_text_channel("study-group").id
        person = guild.add_member(env.create_user("newcomer")).id
        commands = env.backend.visible_commands(user_id=person, channel_id=channel)
        number = next(one["id"] for one in commands if one["name"] == "quote")
        option = {"name": "about", "type": 3, "value": "russia"}
        data = {"id": number, "name": "quote", "type": 1, "options": [option]}
        while True:
            asked = [
                interactions.base_payload(
                    env.backend, type=2, channel_id=channel, guild_id=guild.id, user_id=person, data=data
                )
                for _ in range(TOGETHER)
            ]
            for _, payload in asked:
                env.backend.emit("INTERACTION_CREATE", payload)
            waiting = {int(payload["id"]): record for record, payload in asked}
            async with asyncio.timeout(60):
                while waiting:
                    await asyncio.sleep(0)
                    for asked_by, record in list(waiting.items()):
                        if simcord.InteractionResult(env, record).response is not None:
                            sys.stdout.write(f"{asked_by}\n")
                            del waiting[asked_by]
                    sys.stdout.flush()


asyncio.run(main(Path(sys.argv[1])))
