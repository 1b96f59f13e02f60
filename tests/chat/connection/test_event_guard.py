"""The guard around event parsers: what it lets through, and who is asked first."""

from __future__ import annotations

from collections import Counter
from types import SimpleNamespace

import pytest

from bot.chat.connection import named, relied_on
from bot.chat.connection.event_guard import guard, sanitized_ready
from bot.chat.connection.servers import Servers
from bot.errors import CallError

PERSON = {"id": "1", "username": "alice", "avatar": None, "discriminator": "0"}
MESSAGE = {"id": "2", "content": "hello", "author": PERSON, "mentions": [], "channel_id": "3"}
ASKED = {"id": "2", "application_id": "4", "token": "t", "user": PERSON, "channel_id": "3"}
COMMAND = ASKED | {"type": 2, "data": {"name": "quote"}}


class Client(SimpleNamespace):
    def takes(self, kind, data):
        self.asked.append((kind, data))
        return self.open

    def drop(self, kind, _error):
        self.dropped[kind] += 1


@pytest.fixture
def client():
    parsed = []
    known = ("MESSAGE_CREATE", "INTERACTION_CREATE", "GUILD_CREATE", "GUILD_DELETE", "USER_UPDATE")
    parsers = dict.fromkeys(known, parsed.append) | {"TYPING_START": lambda data: data["gone"]}
    state = SimpleNamespace(parsers=parsers)
    client = Client(_connection=state, parsed=parsed, dropped=Counter(), asked=[], open=True, shard_count=None)
    client.servers, client.told = Servers(), []
    client.dispatch = lambda *told: client.told.append(told)
    guard(client)
    return client


def test_what_is_well_formed_is_parsed(client):
    client._connection.parsers["MESSAGE_CREATE"](MESSAGE)
    client._connection.parsers["INTERACTION_CREATE"](COMMAND)
    assert client.parsed == [MESSAGE, COMMAND]
    assert not client.dropped


def test_who_asks_for_work_is_let_in_or_not_before_any_is_done(client):
    client.open = False
    client._connection.parsers["MESSAGE_CREATE"](MESSAGE)
    client._connection.parsers["INTERACTION_CREATE"](COMMAND)
    client._connection.parsers["GUILD_CREATE"]({"id": "2"})
    assert [kind for kind, _ in client.asked] == ["MESSAGE_CREATE", "INTERACTION_CREATE"]
    assert client.parsed == [{"id": "2"}]
    assert not client.dropped  # refused is not malformed


def test_a_parser_that_stumbles_is_counted(client):
    client._connection.parsers["TYPING_START"]({})
    client._connection.parsers["TYPING_START"](None)
    assert client.dropped == {"TYPING_START": 2}


def test_which_servers_there_are_is_noted_whatever_the_parser_makes_of_it(client):
    parse = client._connection.parsers
    client.user = None
    sanitized_ready(client, {"user": PERSON, "guilds": [{"id": "5", "unavailable": True}, {"id": "6"}]}, 0, 1)
    parse["GUILD_CREATE"]({"id": "7"})
    parse["GUILD_DELETE"]({"id": "5", "unavailable": True})
    parse["GUILD_DELETE"]({"id": "6"})
    assert client.servers.ids == {5, 7}
    sanitized_ready(client, {"user": PERSON, "guilds": [None, {"id": "8"}]}, 0, 1)
    assert client.servers.ids == {5, 7, 8}, "a damaged list takes nothing away"
    assert not client.servers.complete([0])


@pytest.mark.parametrize("other", ["2", 2, 0, "9" * 18])
def test_who_the_bot_is_does_not_change(client, other):
    client.user = SimpleNamespace(id=1, name="quoth", discriminator="0")
    ready = sanitized_ready(client, {"user": PERSON | {"id": other}, "guilds": []}, 0, 1)
    assert (ready["user"]["id"], ready["user"]["username"]) == ("1", "quoth")
    client._connection.parsers["USER_UPDATE"](PERSON | {"id": other})
    client._connection.parsers["USER_UPDATE"]({})
    assert client.parsed == []
    assert client.dropped == {"READY": 1, "USER_UPDATE": 2}


def test_that_the_bot_is_named_otherwise_is_taken_up(client):
    client.user = SimpleNamespace(id=1, name="quoth", discriminator="0")
    assert sanitized_ready(client, {"user": PERSON, "guilds": []}, 0, 1)["user"]["username"] == "alice"
    client._connection.parsers["USER_UPDATE"](PERSON)
    assert client.parsed == [PERSON]
    assert not client.dropped


def test_a_server_that_was_left_is_told_of_whatever_the_parser_makes_of_it(client):
    parse = client._connection.parsers
    parse["GUILD_DELETE"]({"id": "5", "unavailable": True})
    parse["GUILD_DELETE"]({"id": "x"})
    assert client.told == []
    parse["GUILD_DELETE"]({"id": "6"})
    parse["GUILD_DELETE"]({"id": "7", "unavailable": False})
    assert client.told == [("left", 6), ("left", 7)]


@pytest.mark.parametrize("odd", [None, 0, 1, "", "false", [], {}])
def test_nothing_is_forgotten_of_a_server_of_which_nobody_knows_whether_it_was_left(client, odd):
    client.servers.came(5, 1)
    client._connection.parsers["GUILD_DELETE"]({"id": "5", "unavailable": odd})
    assert (client.told, client.servers.ids, client.parsed) == ([], {5}, [])
    assert client.dropped == {"GUILD_DELETE": 1}


@pytest.mark.parametrize("gone", ["avatar", "discriminator", "username", "id"])
def test_a_message_of_whom_nobody_could_say_who_wrote_it_is_dropped(client, gone):
    author = {name: value for name, value in PERSON.items() if name != gone}
    client._connection.parsers["MESSAGE_CREATE"](MESSAGE | {"author": author})
    on = {"target_id": "2", "resolved": {"messages": {"2": MESSAGE | {"author": author}}}, "type": 3, "name": "x"}
    client._connection.parsers["INTERACTION_CREATE"](COMMAND | {"data": on})
    assert (client.parsed, sum(client.dropped.values())) == ([], 2)
    client._connection.parsers["INTERACTION_CREATE"](COMMAND | {"user": author})
    client._connection.parsers["INTERACTION_CREATE"](COMMAND | {"guild_id": "5", "member": {"user": author}})
    assert (client.parsed, sum(client.dropped.values())) == ([], 4)


@pytest.mark.parametrize(
    "said", [None, 7, [], {}, {"user": None}, {"user": {"id": "1"}}, {"user": PERSON | {"id": "x"}}]
)
def test_of_a_message_that_does_not_say_who_asked_for_it_the_rest_is_read(client, said):
    under = MESSAGE | {"components": [], "flags": 0}
    press = ASKED | {"type": 3, "data": {"custom_id": "q:more:x:"}}
    told = {"id": "8", "type": 2, "user": PERSON, "target_user": {}, "interacted_message_id": "x"}
    for asked in (said, told):
        message = under | {"interaction_metadata": asked, "referenced_message": {"id": 0}}
        client._connection.parsers["INTERACTION_CREATE"](press | {"message": message})
    shown = [event["message"] for event in client.parsed]
    assert shown == [under, under | {"interaction_metadata": {"id": "2", "type": 3, "user": PERSON}}]


def named_by(client, **form):
    sort = form.pop("asked", 2)
    client._connection.parsers["INTERACTION_CREATE"](COMMAND | {"type": sort, "data": {"name": "x"} | form})
    assert not client.dropped
    return client.parsed[-1]["data"]["resolved"]


BESIDE = {
    "users": {"1": PERSON, "9": {}},
    "members": {"1": {"roles": []}, "9": {}},
    "channels": {"3": {"id": "3"}, "9": {}},
    "roles": {"5": {"id": "5"}, "9": {}},
    "attachments": {"6": {"id": "6"}, "9": {}},
    "messages": {"2": MESSAGE, "9": {}},
}


@pytest.mark.parametrize(
    ("sort", "number", "places"),
    [
        (6, "1", {"users", "members"}),
        (7, "3", {"channels"}),
        (8, "5", {"roles"}),
        (9, "1", {"users", "members"}),
        (9, "5", {"roles"}),
        (11, "6", {"attachments"}),
    ],
)
def test_of_what_came_with_a_command_there_is_what_an_option_names(client, sort, number, places):
    option = {"name": "on", "type": sort, "value": number}
    inside = {"name": "a", "type": 2, "options": [{"name": "b", "type": 1, "options": [option]}]}
    for options in ([option], [inside]):
        kept = named_by(client, options=options, resolved=BESIDE)
        assert {place: set(found) for place, found in kept.items() if found} == {key: {number} for key in places}
        assert all(kept[place] == {number: BESIDE[place][number]} for place in places)


@pytest.mark.parametrize(("sort", "number", "places"), [(2, "1", {"users", "members"}), (3, "2", {"messages"})])
def test_of_what_came_with_a_menu_there_is_what_it_was_opened_on(client, sort, number, places):
    kept = named_by(client, type=sort, target_id=number, resolved=BESIDE)
    assert {place: set(found) for place, found in kept.items() if found} == {key: {number} for key in places}


@pytest.mark.parametrize(("sort", "value"), [(7, 7), (6, "1"), (7, "3"), (8, "5"), (9, "1"), (11, "6")])
def test_while_somebody_types_nothing_is_looked_at_that_came_with_it(client, sort, value):
    options = [{"name": "x", "type": 3, "value": "r", "focused": True}, {"name": "y", "type": sort, "value": value}]
    assert not any(named_by(client, asked=4, options=options, resolved=BESIDE).values())


def test_of_a_menus_message_all_texts_are_there_and_nothing_else(client):
    said = {"title": "a", "description": "b", "fields": [{"name": "x", "value": "c"}], "color": None}
    shown = {"type": 17, "components": [{"type": 9, "accessory": 7, "components": [{"type": 10, "content": "d"}]}]}
    parts = {"embeds": [said], "components": [shown], "poll": 7}
    message = MESSAGE | parts | {"message_snapshots": [{"message": parts | {"content": "e"}}]}
    kept = named_by(client, type=3, target_id="2", resolved={"messages": {"2": message}})["messages"]["2"]
    texts = [{"title": "a", "description": "b", "fields": [{"value": "c"}]}], [{"type": 10, "content": "d"}]
    forwarded = kept["message_snapshots"][0]["message"]
    assert (kept["embeds"], kept["components"]) == (forwarded["embeds"], forwarded["components"]) == texts
    assert (kept["content"], forwarded["content"]) == ("hello", "e")
    assert "poll" not in kept | forwarded


@pytest.mark.parametrize("sort", [1, 2, 3, 4, 5, 99])
def test_interactions_of_every_sort_are_known(client, sort):
    data = {"name": "quote", "custom_id": "x"} if sort in {2, 3, 4, 5} else None
    client._connection.parsers["INTERACTION_CREATE"](COMMAND | {"type": sort, "data": data})
    assert len(client.parsed) == 1


def test_what_discord_py_no_longer_has_is_told_in_one_line():
    with pytest.raises(CallError, match=r"discord.py 2.* is built differently .*Counter.no_such_thing.* is not there"):
        relied_on("this test", [(Counter, "no_such_thing")])
    with pytest.raises(CallError, match=r"guard\(nobody\)"):
        relied_on("this test", [], [(guard, ("client", "nobody"))])
    with pytest.raises(CallError, match="no such words"):
        relied_on("this test", named(Counter, "most_common", ["no such words"]))


def test_what_is_read_of_discord_py_is_looked_for_only_where_its_source_is(monkeypatch):
    assert named(Counter, "no_such_thing", ["word"]) == [(Counter, "no_such_thing")]
    assert named(Counter, "most_common", ["no such words"]) == [(Counter, "no such words")]

    def without_source(_thing):
        raise OSError("could not get source code")

    monkeypatch.setattr("inspect.getsource", without_source)
    assert named(Counter, "most_common", ["no such words"]) == []
    assert named(Counter, "no_such_thing", ["word"]) == [(Counter, "no_such_thing")]


@pytest.mark.parametrize("said", [{}, {"user": None}, {"user": {"username": "x"}}, {"user": PERSON | {"id": "x"}}])
def test_before_the_login_nobody_is_taken_for_the_bot(client, said):
    client.user = None
    with pytest.raises((KeyError, TypeError, ValueError)):
        sanitized_ready(client, said | {"guilds": []}, 0, 1)
    assert not client.dropped


def test_a_server_is_new_where_it_was_not_listed_and_only_once(client):
    parse = client._connection.parsers["GUILD_CREATE"]
    parse({"id": "5"})
    assert client.told == [], "before any list nobody can tell"
    client.servers.listed(0, [5, 6])
    parse({"id": "6"})
    parse({"id": "7", "unavailable": False})  # back after an outage that the list was silent about
    parse({"id": "8", "unavailable": True})
    assert client.told == []
    for _ in range(2):  # Discord sends an event again where a session is resumed
        parse({"id": "9"})
    assert client.told == [("joined", 9)]
    client._connection.parsers["GUILD_DELETE"]({"id": "9", "unavailable": True})
    parse({"id": "9"})
    assert client.told == [("joined", 9)]
    client._connection.parsers["GUILD_DELETE"]({"id": "9"})
    parse({"id": "9"})
    assert client.told[1:] == [("left", 9), ("joined", 9)]


def test_a_damaged_list_makes_no_server_new(client):
    client.servers.listed(0, [], complete=False)
    client._connection.parsers["GUILD_CREATE"]({"id": "5"})
    assert client.told == []
