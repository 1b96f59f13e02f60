"""Nothing that Discord sends ends the process: events that cannot be parsed, and frames that are broken."""

from __future__ import annotations

import copy
import json
import signal
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from bot.chat.connection.event_shapes import well_formed
from tests.gateway.stand_in.world import BOT as BOT_USER
from tests.gateway.stand_in.world import message

QUICK = str(Path(__file__).parent / "quick.py")
ALICE, BOT, GUILD, CHANNEL = "4001", "1001", "2001", "3001"
PERSON = {"id": ALICE, "username": "alice", "discriminator": "0", "global_name": "Alice", "avatar": None}
MEMBER = {
    "user": PERSON,
    "roles": [],
    "joined_at": "2024-01-01T00:00:00+00:00",
    "deaf": False,
    "mute": False,
    "flags": 0,
}
SECRET = "words that nobody else should read"

INTERACTION = {
    "id": "990001",
    "application_id": BOT,
    "type": 2,
    "data": {"id": "1", "name": "quote", "type": 1, "options": [{"name": "about", "type": 3, "value": SECRET}]},
    "guild_id": GUILD,
    "channel_id": CHANNEL,
    "channel": {"id": CHANNEL, "type": 0, "name": "general", "guild_id": GUILD, "position": 0},
    "member": MEMBER | {"permissions": "84992"},
    "token": "a-token",
    "version": 1,
    "locale": "en-GB",
    "guild_locale": "en-GB",
    "context": 0,
    "entitlements": [],
    "attachment_size_limit": 10_485_760,
    "app_permissions": "84992",
    "authorizing_integration_owners": {"0": GUILD},
}
MESSAGE = message("990002", f"<@{BOT}> {SECRET}", PERSON, CHANNEL) | {"guild_id": GUILD, "member": MEMBER}
SERVER = {
    "id": "2002",
    "name": "Another",
    "owner_id": ALICE,
    "member_count": 1,
    "roles": [],
    "channels": [],
    "members": [MEMBER],
}
GONE = object()


def without(event, field, value):
    """An event in which a field (a path such as `data.name`) is missing or holds something else."""
    kind, whole = event
    data = copy.deepcopy(whole)
    *path, last = field.split(".")
    inner = data
    for name in path:
        inner = inner[name]
    if value is GONE:
        del inner[last]
    else:
        inner[last] = value
    return {"op": 0, "t": kind, "d": data}


A = ("INTERACTION_CREATE", INTERACTION)
M = ("MESSAGE_CREATE", MESSAGE)
U = ("MESSAGE_UPDATE", MESSAGE)
G = ("GUILD_CREATE", SERVER)
HUGE, ODD_ONES = str(2**63), (7, None, {"x": SECRET}, [SECRET], True)


def option(**odd):
    return without(A, "data.options", [{"name": "about", "type": 3, "value": SECRET} | odd])


def menu(**odd):
    on = {"messages": {"77": MESSAGE | {"id": "77"}}}
    return without(
        A, "data", {"id": "1", "name": "Check this quote", "type": 3, "target_id": "77", "resolved": on} | odd
    )


def menu_on(**odd):
    return menu(resolved={"messages": {"77": MESSAGE | {"id": "77"} | odd}})


def press(*components, **odd):
    pressed = INTERACTION | {"type": 3, "data": {"custom_id": "q:more:x:y", "component_type": 2}}
    return without(("INTERACTION_CREATE", pressed), "message", MESSAGE | {"components": list(components)} | odd)


BUTTON = {"type": 2, "style": 2, "label": "x", "custom_id": 7}
TYPED = {
    **{f"option: a text of {type(value).__name__}": option(value=value) for value in ODD_ONES},
    **{f"option: a number of {value!r:.9}": option(name="year", type=4, value=value) for value in ("20x", True, None)},
    **{f"option: a yes of {value!r:.9}": option(name="private", type=5, value=value) for value in ("yes", 1, None)},
    **{f"option: an unresolved {sort}": option(type=sort, value="123") for sort in (6, 7, 8, 9, 11)},
    "option: a number of words": option(type=10, value="x"),
    "option: of no type": option(type=99),
    "option: without a value": without(A, "data.options", [{"name": "about", "type": 3}]),
    "option: inside a group": without(
        A, "data.options", [{"name": "a", "type": 2, "options": [{"name": "b", "type": 1, "options": [{"name": "c"}]}]}]
    ),
    "option: a group of nothing": without(A, "data.options", [{"name": "a", "type": 1, "options": None}]),
    "options null": without(A, "data.options", None),
    "options an object": without(A, "data.options", {"a": 1}),
    "command of no type": without(A, "data.type", 99),
    "command of a server x": without(A, "data.guild_id", "x"),
    "resolved null": without(A, "data.resolved", None),
    "resolved odd": without(A, "data.resolved", {"users": [7]}),
    "menu: nothing resolved": menu(resolved={}),
    "menu: resolved null": menu(resolved=None),
    "menu: another resolved": menu(target_id="78"),
    "menu: no target": menu(target_id=None),
    "menu: target in words": menu(target_id=SECRET),
    "menu: content a number": menu_on(content=5),
    "menu: content null": menu_on(content=None),
    "menu: author missing": menu_on(author=None),
    "menu: of no type": menu(type=99),
    "menu: of the server x": menu(guild_id="x"),
    "member outside a server": without(A, "guild_id", GONE),
    "press: a number": press({"type": 1, "components": [BUTTON]}),
    "press: a number beside": press({"type": 9, "components": [], "accessory": BUTTON}),
    **{
        f"interaction: {field} huge": without(A, field, HUGE)
        for field in ("id", "channel_id", "guild_id", "channel.id")
    },
    **{
        f"interaction: {field} {zero!r}": without(A, field, zero)
        for field in ("id", "channel_id", "guild_id", "channel.id", "member.user.id", "application_id")
        for zero in (0, "0", "000")
    },
    **{f"interaction: of a server {zero!r}": without(A, "data.guild_id", zero) for zero in (0, "0")},
    **{
        f"message: {field} {zero!r}": without(M, field, zero)
        for field in ("id", "channel_id", "guild_id", "author.id")
        for zero in (0, "0")
    },
    **{f"interaction: token {token!r}": without(A, "token", token) for token in ("\ud800", "ä", 7)},
    **{
        f"place of the type {sort}": without(A, "channel.type", sort)
        for sort in (SECRET, {"x": SECRET}, [1], 1.5, True)
    },
    **{
        f"press: flags {flags}": press({"type": 1, "components": []}, flags=flags)
        for flags in (SECRET, None, 1.5, [64])
    },
    "interaction: person huge": without(A, "member.user.id", HUGE),
    **{f"message: {field} huge": without(M, field, HUGE) for field in ("id", "channel_id", "guild_id", "author.id")},
}
ASKING = TYPED | {
    **{f"interaction: {field} missing": without(A, field, GONE) for field in ("id", "type", "token", "data", "member")},
    **{f"interaction: {field} null": without(A, field, None) for field in ("id", "type", "token", "data", "member")},
    **{f"interaction: {field} odd": without(A, field, "x") for field in ("id", "data", "member", "type", "channel_id")},
    "interaction: name missing": without(A, "data.name", GONE),
    "interaction: name a list": without(A, "data.name", [SECRET]),
    "interaction: options a number": without(A, "data.options", 7),
    "interaction: option without a name": without(A, "data.options", [{"type": 3, "value": SECRET}]),
    "interaction: person without an id": without(A, "member.user", {"username": "alice"}),
    "interaction: application missing": without(A, "application_id", GONE),
    "interaction: permissions odd": without(A, "app_permissions", "x"),
    "interaction: entitlements null": without(A, "entitlements", None),
    **{f"message: {field} missing": without(M, field, GONE) for field in ("id", "channel_id", "author", "mentions")},
    **{f"message: {field} null": without(M, field, None) for field in ("id", "channel_id", "author", "content")},
    "message: content a number": without(M, "content", 7),
    "message: time odd": without(M, "timestamp", SECRET),
    "message: author a text": without(M, "author", SECRET),
    "message: attachments null": without(M, "attachments", None),
    "message: mentions odd": without(M, "mentions", [None]),
}
TOLD = {
    **{f"update: {field} missing": without(U, field, GONE) for field in ("id", "channel_id", "author")},
    **{f"update: {field} null": without(U, field, None) for field in ("id", "channel_id", "author")},
    **{f"server: {field} missing": without(G, field, GONE) for field in ("id", "name", "channels", "members")},
    **{f"server: {field} null": without(G, field, None) for field in ("id", "name", "roles", "channels")},
    "server: a channel without an id": without(G, "channels", [{"type": 0, "name": "x"}]),
    "server: huge": without(G, "id", HUGE),
    "server: a text": {"op": 0, "t": "GUILD_CREATE", "d": SECRET},
    "server left: null": {"op": 0, "t": "GUILD_DELETE", "d": None},
    "channel: null": {"op": 0, "t": "CHANNEL_CREATE", "d": None},
    "role: empty": {"op": 0, "t": "GUILD_ROLE_CREATE", "d": {}},
    "event null": {"op": 0, "t": None, "d": {}},
    "event unknown": {"op": 0, "t": "SOMETHING_NEW", "d": {"x": SECRET}},
    "op unknown": {"op": 99, "t": None, "d": SECRET},
    "op a text": {"op": SECRET, "t": None, "d": {}},
    "op missing": {"t": "MESSAGE_CREATE", "d": MESSAGE},
}
EVENTS = ASKING | TOLD
FRAMES = {
    "no JSON": "{{{" + SECRET,
    "a list": "[1, 2]",
    "a number": "7",
    "null": "null",
    "a text": json.dumps(SECRET),
    "hello without an interval": '{"op": 10, "d": {}}',
    "hello null": '{"op": 10, "d": null}',
    "hello at once": '{"op": 10, "d": {"heartbeat_interval": 0}}',
    "hello in words": '{"op": 10, "d": {"heartbeat_interval": "soon"}}',
    "hello never": '{"op": 10, "d": {"heartbeat_interval": 1e300}}',
    "nested": "[" * 200_000,
    "an op that is no number": '{"op": {"x": 1}, "d": [1], "s": "x"}',
    "an event that is no text": '{"op": 0, "t": ["READY"], "d": {}}',
    "resumed null": '{"op": 0, "t": "RESUMED", "d": null}',
    "ready null": '{"op": 0, "t": "READY", "d": null}',
    "ready empty": '{"op": 0, "t": "READY", "s": 900, "d": {}}',
    "data that is not compressed": b"\x00\x01\x02" + SECRET.encode() + b"\x00\x00\xff\xff",
    "no UTF-8": b"\x78\x9c\x00\x00\x00\xff\xff",
}


@pytest.fixture
async def bot(discord_stand_in, start, good_token):
    bot = await start(QUICK, "run", QUOTH_TOKEN=good_token)
    await discord_stand_in.until(lambda: discord_stand_in.sent("READY", ""))
    return bot


def answers(stand_in):
    return [json.dumps(body, ensure_ascii=False) for body in stand_in.sent("ANSWERED", "/callback")]


async def still_answers(stand_in):
    before = len(answers(stand_in))
    await stand_in.slash("quote", about="russia")
    await stand_in.until(lambda: len(answers(stand_in)) > before)
    assert "Jens Stoltenberg" in answers(stand_in)[-1]


async def leaves_well(bot):
    bot.signal(signal.SIGTERM)
    assert await bot.ends() == 0, bot.output
    assert SECRET not in bot.output
    assert "Traceback" not in bot.output


async def test_events_that_cannot_be_parsed_are_dropped_and_the_next_is_answered(discord_stand_in, bot):
    for number, event in enumerate(EVENTS.values()):
        await discord_stand_in._socket.send_json({"s": 1_000 + number} | event)
    await still_answers(discord_stand_in)
    assert len(answers(discord_stand_in)) == 1
    assert not discord_stand_in.resumed
    await leaves_well(bot)
    assert "dropped a malformed INTERACTION_CREATE" in bot.output
    assert "dropped a malformed MESSAGE_CREATE" in bot.output
    # One line of a kind in a minute, however many there were.
    assert bot.output.count("dropped a malformed INTERACTION_CREATE") == 1


async def test_a_broken_frame_costs_the_connection_and_nothing_else(discord_stand_in, bot):
    for frame in FRAMES.values():
        before = len(discord_stand_in.resumed) + len(discord_stand_in.identified)
        socket = discord_stand_in._socket
        await (socket.send_bytes(frame) if isinstance(frame, bytes) else socket.send_str(frame))
        await discord_stand_in.until(
            lambda before=before: len(discord_stand_in.resumed) + len(discord_stand_in.identified) > before
        )
        await still_answers(discord_stand_in)
    assert len(discord_stand_in.resumed) > len(FRAMES) / 2
    await leaves_well(bot)


async def test_a_server_that_ready_lists_oddly_costs_no_other(discord_stand_in, start, good_token):
    shaped = []

    def odd(ready):
        shaped.append(ready)
        return ready | {
            "guilds": [None, {"id": None}, 7, *ready["guilds"], {"unavailable": True}],
            "user": {"id": None},
        }

    discord_stand_in.greeting = odd
    bot = await start(QUICK, "run", QUOTH_TOKEN=good_token)
    await discord_stand_in.until(lambda: discord_stand_in.sent("READY", ""))
    assert shaped
    await still_answers(discord_stand_in)
    await leaves_well(bot)


@pytest.mark.parametrize("event", TYPED.values(), ids=TYPED)
def test_what_was_typed_or_chosen_is_looked_at_before_it_is_believed(event):
    with pytest.raises((TypeError, ValueError, KeyError, AttributeError)):
        well_formed(event["t"], event["d"])


@pytest.mark.parametrize("event", [A, M, G], ids=["interaction", "message", "server"])
def test_what_is_as_it_should_be_is_believed(event):
    well_formed(*event)


SAID = "Russia is our biggest neighbour. Russia is here to stay."
SENT = {"id": "8", "type": 2, "name": "quote", "user": PERSON}
MENU_ON = {
    "no components": {"components": GONE},
    "everything else null": dict.fromkeys(("embeds", "attachments", "components", "mentions", "timestamp")),
    "interaction null": {"interaction": None},
    "interaction of a member with roles alone": {"interaction": SENT | {"member": {"roles": []}}},
    "interaction_metadata empty": {"interaction_metadata": {}},
    "reference null": {"message_reference": None},
    "reactions null": {"reactions": [None]},
    "member empty": {"member": {}},
    "poll null": {"poll": None},
    "embeds a number": {"embeds": 7},
    "snapshots null": {"message_snapshots": None},
    "snapshots a number": {"message_snapshots": 7},
    "snapshots empty": {"message_snapshots": [{}, None, {"message": None}, {"message": {}}]},
    "snapshot of its words alone": {"content": "", "message_snapshots": [{"message": {"content": SAID}}]},
    "snapshot of a number": {"message_snapshots": [{"message": {"content": 7, "embeds": None, "components": 7}}]},
    "snapshot of odd parts": {"message_snapshots": [{"message": {"embeds": [7, {}], "components": [None, {}]}}]},
    **{f"embed {one!r:.9}": {"embeds": [one]} for one in (*ODD_ONES, {})},
    **{
        f"embed: {field} {value!r:.9}": {"content": "", "embeds": [{"description": SAID} | {field: value}]}
        for field in ("title", "url", "color", "timestamp", "fields", "author", "footer", "image", "flags", "type")
        for value in (None, 5, "yesterday", [None], {})
        if (field, value) != ("title", "yesterday")
    },
    "embed: fields odd beside one": {"content": "", "embeds": [{"fields": [None, 7, {"name": "x"}, {"value": SAID}]}]},
    **{f"component {one!r:.9}": {"components": [one]} for one in (*ODD_ONES, {}, {"type": 99}, {"type": SECRET})},
    **{
        f"component of the type {sort}: {field} {value!r:.9}": {"components": [{"type": sort, field: value}]}
        for sort in (1, 2, 3, 9, 12, 17)
        for field, value in (
            *(("components", None), ("components", 7), ("accessory", None), ("accessory", {"type": 99})),
            *(("emoji", None), ("emoji", {}), ("accent_color", "red"), ("style", SECRET), ("items", None)),
        )
    },
    **{
        f"text in the type {sort} beside an odd one": {
            "content": "",
            "components": [{"type": sort, "accent_color": "red", "components": [None, {"type": 10, "content": SAID}]}],
        }
        for sort in (1, 9, 17, 99)
    },
}
REPLIED_TO = MENU_ON | {
    **{
        f"{field} {odd!r:.9}": {field: odd}
        for field in ("id", "channel_id", "author", "mentions", "flags", "type", "reactions", "thread", "call")
        for odd in (None, 5, SECRET, [None], {}, GONE)
    },
    **{
        f"content {odd!r:.9} beside an embed": {"content": odd, "embeds": [{"description": SAID}]}
        for odd in (*ODD_ONES, GONE)
    },
}
NO_WORDS = (*({"content": odd} for odd in (*ODD_ONES, GONE)), 7, SECRET, [SECRET], True, {})
"""Of a message that was replied to: nothing in it can be checked."""
BESIDE = {
    "messages": {"78": {}, "x": {"id": "x"}},
    "users": {ALICE: {}, "x": PERSON},
    "members": {ALICE: {}},
    "channels": {CHANNEL: {}, "x": {"type": SECRET}},
    "roles": {"6": {}},
    "attachments": {"6": {}},
    "new": {"6": {}},
}
"""What Discord might resolve though nobody named it."""


async def test_a_menu_is_answered_by_what_it_reads_whatever_else_the_message_holds(discord_stand_in, bot):
    for number, (name, odd) in enumerate(MENU_ON.items()):
        bare = menu_on(**{"content": SAID} | odd)
        bare["d"] |= {"id": discord_stand_in.new_id(), "token": f"interaction-{number}"}
        bare["d"]["member"]["user"] = PERSON | {"id": str(5000 + number)}
        message = bare["d"]["data"]["resolved"]["messages"]["77"]
        bare["d"]["data"]["resolved"]["messages"]["77"] = {
            field: value for field, value in message.items() if value is not GONE
        }
        await discord_stand_in.happen("INTERACTION_CREATE", bare["d"])
        await discord_stand_in.until(lambda number=number: len(answers(discord_stand_in)) > number)
        assert "Word for word" in answers(discord_stand_in)[-1], name
    await leaves_well(bot)


async def test_what_is_pressed_under_a_message_of_which_nobody_knows_who_sees_it_is_not_written(
    discord_stand_in, bot, tmp_path
):
    known = message("77", "", BOT_USER, CHANNEL)
    under = {
        "public": known,
        "ephemeral": known | {"flags": 64},
        "no flags": {name: value for name, value in known.items() if name != "flags"},
        "no id": {name: value for name, value in known.items() if name != "id"},
        "null": None,
        "none": GONE,
    }
    for number, shown in enumerate(under.values()):
        one = discord_stand_in.new_id()
        pressed = discord_stand_in.member(number).interaction(
            one, 3, {"custom_id": f"q:more:x:{SAID}", "component_type": 2}
        )
        pressed |= {} if shown is GONE else {"message": shown}
        await discord_stand_in.happen("INTERACTION_CREATE", pressed)
        await discord_stand_in.until(lambda number=number: len(answers(discord_stand_in)) > number)
    await leaves_well(bot)
    with closing(sqlite3.connect(tmp_path / "data" / "quoth.db")) as log:
        rows = log.execute("SELECT query, key, quote FROM uses ORDER BY asked").fetchall()
    assert rows[0][0] == SAID.casefold()
    assert rows[1:] == [("", "", None)] * (len(under) - 1)


def reply(stand_in, number, odd):
    """Somebody replies to a message with “@Quoth verify”."""
    referenced = message("77", SAID, PERSON, CHANNEL) | odd if isinstance(odd, dict) and odd else odd
    if isinstance(referenced, dict):
        referenced = {field: value for field, value in referenced.items() if value is not GONE}
    asker = PERSON | {"id": str(5000 + number)}
    said = message(stand_in.new_id(), f"<@{BOT}> verify", asker, CHANNEL) | {"type": 19, "mentions": [BOT_USER]}
    about = {"message_id": "77", "channel_id": CHANNEL, "guild_id": GUILD}
    return said | {"guild_id": GUILD, "message_reference": about, "referenced_message": referenced}


async def test_a_reply_is_answered_by_what_the_other_message_says_whatever_else_that_holds(discord_stand_in, bot):
    for number, (name, odd) in enumerate(REPLIED_TO.items()):
        await discord_stand_in.happen("MESSAGE_CREATE", reply(discord_stand_in, number, odd))
        await discord_stand_in.until(lambda number=number: len(discord_stand_in.sent("MESSAGE", "")) > number)
        assert "Word for word" in json.dumps(discord_stand_in.sent("MESSAGE", "")[-1]), name
    await leaves_well(bot)
    assert "dropped" not in bot.output


async def test_a_reply_to_a_message_without_any_words_is_told_what_to_write(discord_stand_in, bot):
    for number, odd in enumerate((*NO_WORDS, None)):
        await discord_stand_in.happen("MESSAGE_CREATE", reply(discord_stand_in, number, odd))
        await discord_stand_in.until(lambda number=number: len(discord_stand_in.sent("MESSAGE", "")) > number)
        assert "Write the quotation after" in json.dumps(discord_stand_in.sent("MESSAGE", "")[-1]), odd
    await leaves_well(bot)
    assert "dropped" not in bot.output


async def test_a_command_is_answered_by_what_it_names_whatever_is_resolved_beside(discord_stand_in, bot):
    asked = [menu_on(content=SAID), option(value="russia")]
    for number, (event, place) in enumerate((event, place) for event in asked for place in BESIDE):
        data = copy.deepcopy(event["d"]) | {"id": discord_stand_in.new_id(), "token": f"interaction-{number}"}
        data["member"]["user"] = PERSON | {"id": str(5000 + number)}
        resolved = data["data"].setdefault("resolved", {})
        resolved[place] = BESIDE[place] | resolved.get(place, {})
        await discord_stand_in.happen("INTERACTION_CREATE", data)
        await discord_stand_in.until(lambda number=number: len(answers(discord_stand_in)) > number)
        assert "Jens Stoltenberg" in answers(discord_stand_in)[-1], place
    await leaves_well(bot)


@pytest.mark.parametrize("name", [99, True, ["x"], {"x": 1}], ids=repr)
async def test_mentions_are_read_though_the_bots_own_name_was_told_wrongly(discord_stand_in, bot, name):
    await discord_stand_in.happen("USER_UPDATE", BOT_USER | {"global_name": name})
    await discord_stand_in.happen("USER_UPDATE", BOT_USER | {"username": name})
    await discord_stand_in.say("russia")
    await discord_stand_in.until(lambda: discord_stand_in.sent("MESSAGE", ""))
    await leaves_well(bot)
    assert "dropped a malformed USER_UPDATE (TypeError), 1 of this kind" in bot.output
    assert "Traceback" not in bot.output


CHOSEN = {"name": "channel", "type": 7, "value": CHANNEL}
UNREAD = {"nothing": {}, "of no type": {"id": CHANNEL}, "of a type in words": {"id": CHANNEL, "type": SECRET}}


async def test_a_command_that_discord_py_cannot_read_is_dropped_like_any_event(discord_stand_in, bot):
    for number, channel in enumerate(UNREAD.values()):
        options = [{"name": "reports", "type": 1, "options": [CHOSEN]}]
        chosen = {"id": "1", "name": "settings", "options": options, "resolved": {"channels": {CHANNEL: channel}}}
        event = without(A, "data", chosen)["d"] | {"id": discord_stand_in.new_id(), "token": f"interaction-{number}"}
        await discord_stand_in.happen("INTERACTION_CREATE", event)
    typing = without(A, "type", 4)["d"] | {"id": discord_stand_in.new_id(), "token": "interaction-typing"}
    await discord_stand_in.happen("INTERACTION_CREATE", typing)  # into none of its options
    await still_answers(discord_stand_in)
    assert len(answers(discord_stand_in)) == 1, "nobody is told of an event that is none"
    await leaves_well(bot)
    assert "dropped a malformed INTERACTION_CREATE (KeyError), 1 of this kind" in bot.output
    assert "could not be read" not in bot.output
    assert "never retrieved" not in bot.output
