"""Interactions as no client of Discord would send them."""

import simcord
from simcord import interactions


class Hand:
    """Sends interactions as no client of Discord would."""

    def __init__(self, world, who=None):
        self.world, self.env = world, world.env
        self.who = who or world.newcomer

    async def press(self, message, custom_id, *, values=None, twice=False, alone=False):
        data = {"custom_id": custom_id, "component_type": 2 if values is None else 3}
        data |= {} if values is None else {"values": values}
        return await self._emit(3, data, {"message": _message(self, message, alone)}, twice=twice)

    async def send_in(self, custom_id, components):
        return await self._emit(5, {"custom_id": custom_id, "components": components}, {})

    async def command(self, name, *, twice=False, **options):
        given = [{"name": key, "type": 3, "value": value} for key, value in options.items()]
        known = self.env.backend.visible_commands(user_id=self.who.id, channel_id=self.world.channel.id)
        number = next(one["id"] for one in known if one["name"] == name)
        return await self._emit(2, {"id": number, "name": name, "type": 1, "options": given}, {}, twice=twice)

    async def _emit(self, kind, data, more, *, twice=False):
        backend = self.env.backend
        guild = next(iter(backend.guilds))
        record, payload = interactions.base_payload(
            backend, type=kind, channel_id=self.world.channel.id, guild_id=guild, user_id=self.who.id, data=data
        )
        if "message" in more:
            record.source_message_id = int(more["message"]["id"])
        for _ in range(1 + twice):
            backend.emit("INTERACTION_CREATE", payload | more)
        await self.env.settle()
        return simcord.InteractionResult(self.env, record)


def _message(hand, message, alone):
    return {
        "id": str(message.id),
        "channel_id": str(hand.world.channel.id),
        "author": {"id": str(hand.env.backend.bot_user.id), "username": "Quoth", "discriminator": "0", "avatar": None},
        "content": "",
        "timestamp": "2026-01-01T00:00:00+00:00",
        "edited_timestamp": None,
        "flags": 1 << 15 | alone << 6,
        "type": 0,
        "tts": False,
        "pinned": False,
        "mention_everyone": False,
        "mentions": [],
        "mention_roles": [],
        "attachments": [],
        "embeds": [],
        "components": [],
    }
