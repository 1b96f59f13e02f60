"""The stand-in itself: one Discord, its gateway and its REST interface on one port of the loopback."""

from __future__ import annotations

import asyncio
import contextlib
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any

from aiohttp import web

from tests.gateway.stand_in import world
from tests.gateway.stand_in.answering import Rest
from tests.gateway.stand_in.people import Member
from tests.gateway.stand_in.sessions import Gateway

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable

SECONDS = 60
"""How long anything may take to come."""


class StandIn(Gateway, Rest):
    """One Discord with its servers, Alice and the bot. `calls` holds what came in: (method, path, body).

    Beside requests these stand in it: IDENTIFY, REFUSED, READY, RESUMED, BEAT and CLOSED of the gateway, ANSWERED (a
    first callback that was taken) and MESSAGE (a message that was made).
    """

    def __init__(self) -> None:
        self.letting_in = asyncio.Event()  # cleared: logging in and connecting are kept waiting
        self.letting_in.set()
        Gateway.__init__(self, self.note, self.letting_in)
        Rest.__init__(self, self.note, self.letting_in)
        self.calls: list[tuple[str, str, Any]] = []
        self.last_words: str | None = None
        self.base = ""
        self.identifies = lambda: len(self.identified)
        self._news = asyncio.Event()

    def note(self, method: str, path: str, body: Any) -> None:
        """Keep that something came in."""
        self.calls.append((method, path, body))
        self._news.set()

    async def _note(self, method: str, path: str, body: Any) -> None:
        self.note(method, path, body)

    async def until(self, seen: Callable[[], Any], seconds: float = SECONDS) -> Any:
        """Wait until `seen()` is true of what came in, and give what it gave. Fails when the bot ends before."""
        came = None
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                while True:
                    self._news.clear()
                    came = seen()
                    if came or self.last_words is not None:
                        break
                    await self._news.wait()
                    await asyncio.sleep(0.002)  # under load a thousand things come in a second: look at many at once
        if not came:
            calls = ", ".join(f"{method} {path}" for method, path, _ in self.calls[-200:])
            raise AssertionError(f"this never came; what came: {calls}; the bot's last words: {self.last_words}")
        return came

    async def hear_the_end(self, last_words: str) -> None:
        """The bot has ended, and this is what it said."""
        self.last_words = last_words
        self._news.set()

    def sent(self, method: str, part: str) -> list[Any]:
        """Bodies of the requests with this method whose path holds `part`."""
        return [body for verb, path, body in self.calls if verb == method and part in path]

    def member(self, number: int = 0, **where: Any) -> Member:
        """Somebody who does something: `await stand_in.member(7, age=5).slash("quote", about="russia")`."""
        return Member(self, number, **where)

    def command(self, name: str) -> str:
        """The id of a command the bot told of."""
        return next((str(one["id"]) for one in self.commands if one["name"] == name), "1")

    async def happen(self, event: str, data: dict[str, Any], server: int = 0) -> None:
        """Send an event, or keep it for a bot that resumes."""
        await self.tell(event, data, world.server_id(server))

    async def slash(self, name: str, again: str = "", who: int = int(world.ALICE), **options: Any) -> str:
        """Alice uses a slash command; gives the interaction's id. `again` is the id of one that is delivered twice.

        `who` is the id of another member: no member may ask too fast.
        """
        return await self.member(who - int(world.ALICE), again=again).slash(name, **options)

    async def say(self, text: str) -> str:
        """Alice writes a message, mentioning the bot; gives the message's id."""
        return await self.member().say(text)

    async def drop(self) -> None:
        """Cut the bot's socket, as a broken network does: no closing frame."""
        self.cut()

    @property
    def open_requests(self) -> int:
        """Requests that were not answered yet and whose sender still waits."""
        return sum(request.ended is None for request in self.requests)


@asynccontextmanager
async def running(port: int = 0) -> AsyncIterator[StandIn]:
    """A stand-in on a free port of the loopback."""
    stand_in = StandIn()
    app = web.Application(client_max_size=64 << 20)
    app.router.add_get("/gateway", stand_in.connect)
    app.router.add_get("/gateway/", stand_in.connect)
    app.router.add_route("*", "/api/{rest:.*}", stand_in.take)
    # A sender that goes away ends its request, so that what is still open can be counted.
    runner = web.AppRunner(app, shutdown_timeout=0.1, handler_cancellation=True, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", port, backlog=4096).start()
    stand_in.base = f"http://127.0.0.1:{runner.addresses[0][1]}"
    stand_in.url = stand_in.base.replace("http", "ws", 1) + "/gateway"
    try:
        yield stand_in
    finally:
        for held in (stand_in.answering, stand_in.letting_in, stand_in.let_go):
            held.set()
        await runner.cleanup()
