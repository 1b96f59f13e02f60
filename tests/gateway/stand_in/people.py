"""What a member does: commands, suggestions, buttons, lists, forms, menus and messages, as events of the gateway."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from tests.gateway.stand_in import world

if TYPE_CHECKING:
    from tests.gateway.stand_in.discord import StandIn

COMMAND, COMPONENT, SUGGEST, FORM = 2, 3, 4, 5
BUTTON, LIST = 2, 3
FIND_MENU = 3
KINDS = {bool: 5, int: 4, float: 10, str: 3}
"""The type of an option by that of its value."""


@dataclass(frozen=True, slots=True)
class Member:
    """Somebody in a channel of a server, by number; 0 of each is Alice in #general. `age` makes what they do old.

    Every action gives the id of the interaction or message. With `again` the same id is delivered once more. `direct`
    is a direct message: no server.
    """

    discord: StandIn
    number: int = 0
    server: int = 0
    channel: int = 0
    age: float = 0.0
    permissions: int = world.MAY_SPEAK
    direct: bool = False
    again: str = ""

    def but(self, **changed: Any) -> Member:
        """The same member elsewhere, or at another time."""
        return replace(self, **changed)

    async def slash(self, name: str, /, **options: Any) -> str:
        """Use a slash command, of a group where `name` has a space."""
        return await self._command(COMMAND, name, [_option(key, value) for key, value in options.items()])

    async def suggest(self, name: str, option: str, typed: str, /, **options: Any) -> str:
        """Type into an option that suggests."""
        focused = _option(option, typed) | {"focused": True}
        written = [*(_option(key, value) for key, value in options.items()), focused]
        return await self._command(SUGGEST, name, written)

    async def menu(self, name: str, text: str) -> str:
        """Right-click on a message and choose."""
        target = world.message(self.discord.new_id(), text, world.PERSON, self.place)
        data = {"id": self.discord.command(name), "name": name, "type": FIND_MENU, "target_id": target["id"]}
        return await self._interact(COMMAND, data | {"resolved": {"messages": {target["id"]: target}}})

    async def press(self, custom_id: str, *, ephemeral: bool = False, **shown: Any) -> str:
        """Press a button of a message of the bot; `shown` is what the message holds (`components`)."""
        return await self._component({"custom_id": custom_id, "component_type": BUTTON}, shown, ephemeral=ephemeral)

    async def choose(self, custom_id: str, *values: str, ephemeral: bool = False, **shown: Any) -> str:
        """Choose from a list of a message of the bot."""
        data = {"custom_id": custom_id, "component_type": LIST, "values": list(values)}
        return await self._component(data, shown, ephemeral=ephemeral)

    async def submit(self, custom_id: str, **written: str) -> str:
        """Send a form."""
        rows = [
            {"type": 1, "id": n, "components": [{"type": 4, "id": n + 100, "custom_id": key, "value": value}]}
            for n, (key, value) in enumerate(written.items())
        ]
        return await self._interact(FORM, {"custom_id": custom_id, "components": rows})

    async def say(self, text: str, *, mention: bool = True) -> str:
        """Write a message, mentioning the bot or not."""
        one = self.again or self.discord.new_id(self.age)
        content = f"<@{world.APPLICATION}> {text}" if mention else text
        said = world.message(one, content, world.person(self.number), self.place)
        said |= {"mentions": [world.BOT] if mention else []}
        if not self.direct:
            said |= {"guild_id": world.server_id(self.server), "member": world.member(world.person(self.number))}
            said["member"].pop("user")
        await self.discord.happen("MESSAGE_CREATE", said, *self._elsewhere)
        return one

    @property
    def place(self) -> str:
        """The id of the channel."""
        return world.channel_id(self.server, self.channel)

    @property
    def _elsewhere(self) -> tuple[int, ...]:
        return (self.server,) if self.server else ()

    async def _command(self, kind: int, name: str, written: list[dict[str, Any]]) -> str:
        first, *rest = name.split(" ")
        for part in reversed(rest):
            written = [{"name": part, "type": 1 if part is rest[-1] else 2, "options": written}]
        data = {"id": self.discord.command(first), "name": first, "type": 1, "options": written}
        return await self._interact(kind, data)

    async def _component(self, data: dict[str, Any], shown: dict[str, Any], *, ephemeral: bool) -> str:
        holder = world.message(self.discord.new_id(self.age), "", world.BOT, self.place) | shown
        holder["flags"] = holder["flags"] | (1 << 6 if ephemeral else 0)
        return await self._interact(COMPONENT, data, message=holder)

    async def _interact(self, kind: int, data: dict[str, Any], **more: Any) -> str:
        one = self.again or self.discord.new_id(self.age)
        await self.discord.happen("INTERACTION_CREATE", self.interaction(one, kind, data) | more, *self._elsewhere)
        return one

    def interaction(self, one: str, kind: int, data: dict[str, Any]) -> dict[str, Any]:
        """An interaction as Discord tells it."""
        user, allowed = world.person(self.number), str(self.permissions)
        about = {"id": one, "type": kind, "application_id": world.APPLICATION, "data": data}
        about |= {"token": f"interaction-{one}", "version": 1, "locale": "en-GB", "entitlements": []}
        about |= {"attachment_size_limit": 10_485_760, "app_permissions": str(world.MAY_SPEAK)}
        if self.direct:
            private = {"id": self.place, "type": 1, "recipients": [user]}
            about |= {"authorizing_integration_owners": {"1": user["id"]}, "context": 1}
            return about | {"channel_id": self.place, "channel": private, "user": user}
        guild = world.server_id(self.server)
        there = world.channel(self.server, self.channel) | {"guild_id": guild}
        about |= {"authorizing_integration_owners": {"0": guild}, "guild_locale": "en-GB", "context": 0}
        about |= {"guild_id": guild, "channel_id": self.place, "channel": there}
        return about | {"member": world.member(user) | {"permissions": allowed}}


def _option(name: str, value: Any) -> dict[str, Any]:
    return {"name": name, "type": KINDS[type(value)], "value": value}
