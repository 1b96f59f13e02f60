"""A socket to the gateway: frames as Discord may send them, and one that is not closed from the other side."""

from __future__ import annotations

import asyncio
import json
import logging
from types import SimpleNamespace

import pytest
from discord.gateway import ReconnectWebSocket

from bot.chat.connection import sockets
from bot.chat.connection.sockets import Broken, Socket

PLACE = "wss://gateway-eu.discord.gg/"


class Frames:
    """What stands for discord.py's decompression: whole frames between slashes, the rest is kept."""

    def __init__(self):
        self.held = b""

    def decompress(self, part):
        self.held += part
        if not self.held.endswith(b"/"):
            return None
        whole, self.held = self.held[:-1], b""
        return whole.decode()


@pytest.fixture
async def ws():
    """A connection on which nothing was said yet. `ws.parsed` are the events, `ws.dropped` what made no sense."""
    dropped, parsed = [], []
    client = SimpleNamespace(drop=lambda kind, error: dropped.append((kind, type(error))))

    async def close(*, code):
        ws.closed.append(code)

    one = SimpleNamespace(close=close, closed=False, close_code=None)
    ws = Socket(one, loop=asyncio.get_running_loop())
    ws._connection = SimpleNamespace(_get_client=lambda: client)
    ws._decompressor = Frames()
    ws.shard_id, ws.gateway = 0, PLACE
    ws.dropped, ws.parsed, ws.closed = dropped, parsed, []
    ws._discord_parsers = {"READY": parsed.append, "MESSAGE_CREATE": parsed.append}
    return ws


def event(kind, number, **data):
    return json.dumps({"op": 0, "t": kind, "s": number, "d": data})


READY = event("READY", 1, session_id="kept", resume_gateway_url=PLACE)


async def test_a_frame_that_comes_in_parts_is_acted_on_once_it_is_whole(ws):
    sent = READY.encode() + b"/"
    for part in (sent[:10], sent[10:30]):
        await ws.received_message(part)
        assert ws.parsed == []
    await ws.received_message(sent[30:])
    assert [said["session_id"] for said in ws.parsed] == ["kept"]
    assert (ws.session_id, ws.sequence, ws.dropped) == ("kept", 1, [])


@pytest.mark.parametrize("packed", [False, True])
@pytest.mark.parametrize(
    ("said", "kept", "place", "dropped"),
    [
        ({}, "kept", PLACE, []),
        ({"session_id": 7}, "", PLACE, [("READY", TypeError)]),
        ({"resume_gateway_url": "nowhere"}, "kept", "wss://first.discord.gg/", [("READY", TypeError)]),
    ],
)
async def test_what_discord_py_takes_of_a_ready_is_there_whatever_it_holds(ws, packed, said, kept, place, dropped):
    ws.gateway = "wss://first.discord.gg/"
    ready = event("READY", 1, **({"session_id": "kept", "resume_gateway_url": PLACE} | said))
    await ws.received_message(f"{ready}/".encode() if packed else ready)
    assert (ws.session_id, str(ws.gateway), ws.dropped) == (kept, place, dropped)


async def test_an_event_that_only_speaks_of_ready_is_no_ready(ws):
    await ws.received_message(event("MESSAGE_CREATE", 5, content="READY"))
    assert ws.parsed == [{"content": "READY"}]
    assert (ws.session_id, ws.dropped) == (None, [])


@pytest.mark.parametrize(("number", "times"), [(7, 1), (None, 2)])
async def test_an_event_is_acted_on_once_where_its_number_tells_that_it_came_before(ws, number, times):
    ws._discord_parsers["MESSAGE_CREATE"] = lambda data: ws._once(ws.parsed.append, data)
    for _ in range(2):
        await ws.received_message(event("MESSAGE_CREATE", number, content="x"))
    assert ws.parsed == [{"content": "x"}] * times


@pytest.mark.parametrize("begin", ["identify", "resume"])
async def test_before_discord_said_hello_no_session_is_begun_or_resumed(ws, begin):
    with pytest.raises(ReconnectWebSocket):
        await getattr(ws, begin)()
    assert ws.dropped == [("HELLO", TypeError)]


@pytest.mark.parametrize("frame", ["[]", "{", "READY", '{"t": "READY"}', "[" * 10_000])
async def test_a_broken_frame_before_the_greeting_costs_the_connection(ws, frame):
    with pytest.raises(Broken):
        await ws.received_message(frame)
    assert ws.closed == [4000]
    assert [kind for kind, _ in ws.dropped] == ["frame"]


async def test_who_stops_listening_before_hello_has_no_heart_to_stop(ws):
    ws.socket.receive = lambda **_: asyncio.Event().wait()
    ws._max_heartbeat_timeout = None
    listening = asyncio.create_task(ws.poll_event())
    await asyncio.sleep(0)
    listening.cancel()
    with pytest.raises(asyncio.CancelledError):
        await listening


async def test_who_stops_listening_sends_no_more_heartbeats(ws):
    stopped = []
    ws.socket.receive = lambda **_: asyncio.Event().wait()
    ws._max_heartbeat_timeout, ws._keep_alive = None, SimpleNamespace(stop=lambda: stopped.append(1))
    listening = asyncio.create_task(ws.poll_event())
    await asyncio.sleep(0)
    listening.cancel()
    with pytest.raises(asyncio.CancelledError):
        await listening
    assert stopped == [1]


async def test_one_that_nobody_closes_with_us_is_closed_from_this_side_alone(ws, monkeypatch, caplog):
    monkeypatch.setattr(sockets, "CLOSING", 0.01)
    ws.socket.close = lambda **_: asyncio.Event().wait()
    with caplog.at_level(logging.DEBUG, sockets.__name__):
        await ws.close()
    assert caplog.messages == ["shard 0: its socket was closed from this side alone"]
