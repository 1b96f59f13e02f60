"""Requests with the bot's token: replies exactly once, silence where Discord asks for it, the end when it says 401."""

from __future__ import annotations

import asyncio
from types import SimpleNamespace

import aiohttp
import discord
import pytest
from discord.http import Route

from bot.chat import faults
from bot.chat.connection import rest
from bot.chat.connection.circuit_breaker import ANSWERS_ONLY, NOTHING, PROBING
from bot.chat.deadline import only_once, turn
from bot.errors import CallError, Undelivered


async def failing(call, *args, **options):
    with pytest.raises(Undelivered) as caught:
        await call(*args, **options)
    return caught.value


def other(bot):
    return bot.http.request(Route("GET", "/users/{user}", user=1))


async def test_a_reply_says_which_message_it_answers(server, answer, bot):
    server.say(answer.message)
    assert (await bot.reply(nonce=3))["id"] == "99"
    (body,) = server.bodies
    assert (body["nonce"], body["enforce_nonce"]) == ("3", True)
    assert body["allowed_mentions"] == {"parse": []}


async def test_a_reply_over_a_broken_connection_is_the_same_reply(server, answer, bot):
    server.say("reset", answer.message)
    await bot.reply(nonce=3)
    assert server.bodies[0] == server.bodies[1]


async def test_of_many_dead_connections_one_costs_a_try(server, answer, bot):
    server.say(answer.message)
    await bot.reply(nonce=3)  # names the limit of the route
    dead = await server.keep(5, lambda: bot.reply(nonce=3), answer.message)
    server.say(lambda request: "reset" if request.transport in dead else answer.message(request))
    for nonce in range(4):
        await bot.reply(nonce=nonce)
    assert len(server.seen) == 5


async def test_after_one_dead_connection_what_is_not_sent_twice_has_a_living_one(server, answer, bot):
    server.say(answer.message)
    await bot.reply(nonce=3)
    dead = await server.keep(5, lambda: bot.reply(nonce=3), answer.message)
    server.say(lambda request: "reset" if request.transport in dead else answer.message(request))
    assert (await failing(bot.reply)).why == "reset"
    await bot.reply()


@pytest.mark.parametrize("status", ["reset", 500, 502, 504])
async def test_a_message_without_a_nonce_is_not_sent_twice(server, answer, bot, status):
    server.say(status if status == "reset" else answer.reply({}, status), answer.message)
    error = await failing(bot.reply)
    assert (error.why, error.perhaps, len(server.seen)) == (str(status), True, 1)


@pytest.mark.parametrize("status", ["reset", 502])
async def test_a_channel_for_direct_messages_is_asked_for_again(server, answer, bot, status):
    """Asked for twice, it is the same one."""
    server.say(status if status == "reset" else answer.reply({}, status), answer.reply({"id": "5", "type": 1}))
    assert (await bot.http.start_private_message(9))["id"] == "5"
    assert len(server.seen) == 2


@pytest.mark.parametrize("status", [500, 502, 503])
async def test_a_failing_discord_is_tried_again(server, answer, bot, status):
    server.say(answer.reply({}, status), answer.message)
    await bot.reply(nonce=3)
    assert len(server.seen) == 2


async def test_a_reply_is_over_after_ten_seconds_at_most(server, answer, bot):
    assert rest.LATER_ANSWER == 10.0
    server.say(answer.limited(10.5))
    error = await failing(bot.reply, nonce=3)
    assert (error.why, error.retry_after, len(server.seen)) == ("429", 10.5, 1)


async def test_after_a_limit_of_one_channel_the_next_reply_there_waits_its_turn(server, answer, bot):
    server.say(answer.limited(10.5), answer.message)
    await failing(bot.reply, nonce=3)
    error = await failing(bot.reply, nonce=4)
    assert error.why == "429"
    assert len(server.seen) == 1  # not asked again: it would have counted against the address


async def test_a_short_limit_is_waited_for(server, answer, bot):
    server.say(answer.limited(0.01), answer.message)
    await bot.reply(nonce=3)
    assert len(server.seen) == 2


async def test_nobody_waits_for_an_exhausted_limit_after_his_own_was_sent(server, answer, bot):
    headers = {"X-RateLimit-Limit": "1", "X-RateLimit-Remaining": "0", "X-RateLimit-Reset-After": "60"}
    server.say(answer.reply({"id": "99"}, headers=headers))
    async with asyncio.timeout(5):
        await bot.reply(nonce=3)


@pytest.mark.parametrize("wall", [True, False], ids=["wall", "global"])
async def test_silence_for_all_and_then_one_probe(server, answer, bot, clock, wall):
    seen = asyncio.Event()

    async def ahead(request):
        await seen.wait()
        return answer.message(request)

    server.say(answer.wall if wall else answer.limited(60, **{"global": True}), ahead, answer.message)
    await failing(bot.reply, nonce=3)
    for _ in range(5):
        assert (await failing(bot.reply, nonce=3)).why == "429"
    assert len(server.seen) == 1
    clock.now += 60
    tasks = [asyncio.create_task(bot.reply(nonce=number)) for number in range(5)]
    await asyncio.sleep(0.3)
    assert len(server.seen) == 2  # the others wait for what it says
    seen.set()
    await asyncio.gather(*tasks)
    assert len(server.seen) == 6


async def test_a_short_silence_for_all_is_waited_for_by_all(server, answer, bot, clock):
    clock.runs = True
    server.say(answer.message)
    await bot.reply(nonce=3)
    server.say(answer.limited(0.2, **{"global": True}), answer.message)
    server.seen.clear()
    await asyncio.gather(*(bot.reply(nonce=number) for number in range(5)))
    await bot.reply()  # a message that is not sent twice was not sent


async def test_a_probe_that_hangs_keeps_nobody_from_passing(server, answer, bot, clock):
    server.say(answer.message)
    await bot.reply(nonce=3)
    server.say(answer.limited(60, **{"global": True}), "hang", answer.message)
    await failing(bot.reply, nonce=3)
    clock.now += 60
    hung = asyncio.create_task(bot.reply(nonce=4))
    await asyncio.sleep(0.1)
    clock.now += PROBING
    await bot.reply(nonce=5)
    await bot.reply(nonce=6)
    hung.cancel()
    await asyncio.gather(hung, return_exceptions=True)


@pytest.mark.parametrize("again", ["wall", "global"])
async def test_only_a_probe_that_met_no_silence_opens_the_way(server, answer, bot, clock, caplog, again):
    silence = answer.wall if again == "wall" else answer.limited(60, **{"global": True})
    server.say(answer.message, silence, silence, answer.message)
    caplog.set_level("INFO", "bot.chat.connection.circuit_breaker")
    for _ in range(3):
        await bot.reply(nonce=3) if not server.seen else await failing(bot.reply, nonce=3)
        clock.now += 60
    assert "takes requests again" not in caplog.text
    await bot.reply(nonce=3)
    assert "takes requests again" in caplog.text
    await asyncio.gather(bot.reply(nonce=4), bot.reply(nonce=5))


async def test_who_waited_for_a_limit_is_not_sent_into_the_silence(server, answer, bot):
    server.say(answer.limited(60, **{"global": True}))
    errors = await asyncio.gather(*(bot.reply(nonce=number) for number in range(6)), return_exceptions=True)
    assert {error.why for error in errors} == {"429"}
    assert len(server.seen) == 1


async def test_a_limit_that_did_not_come_through_discord_is_the_wall(server, answer, bot):
    server.say(answer.reply({"retry_after": 0.01}, 429, headers={}), answer.message)
    assert (await failing(bot.reply, nonce=3)).why == "429"
    assert (await failing(bot.reply, nonce=4)).why == "429"
    assert len(server.seen) == 1


async def test_a_probe_that_fails_lets_another_go_ahead(server, answer, bot, clock):
    server.say(answer.wall, "reset", "reset", answer.message)
    await failing(bot.reply, nonce=3)
    clock.now += 60
    assert (await failing(bot.reply, nonce=3)).why == "reset"
    await bot.reply(nonce=3)


async def test_a_global_limit_does_not_touch_the_answers_to_interactions(server, answer, bot, callback):
    server.say(answer.limited(60, **{"global": True}), answer.sent)
    await failing(bot.reply, nonce=3)
    assert (await callback()).message_id == 99


async def test_behind_the_wall_an_answer_to_an_interaction_is_tried_once(server, answer, bot, callback):
    server.say(answer.wall, answer.sent, answer.wall)
    await failing(bot.reply, nonce=3)
    assert (await callback()).message_id == 99  # somebody waits for it, and it may have another way
    assert (await failing(callback)).why == "429"
    assert (await failing(callback)).why == "429"
    assert len(server.seen) == 3


async def test_a_token_that_is_refused_in_mid_life_is_never_shown_again(server, answer, bot):
    server.say(answer.refusal(401, 0))
    with pytest.raises(discord.HTTPException):
        await bot.reply(nonce=3)
    for _ in range(5):
        assert (await failing(bot.reply, nonce=3)).why == "401"
    assert len(server.seen) == 1
    assert bot.refused == [True]


async def test_a_401_that_is_of_another_token_is_not_of_ours(server, answer, bot, standing):
    server.say(answer.refusal(401, 50027), answer.message)
    with pytest.raises(discord.HTTPException):
        await bot.reply(nonce=3)
    assert not standing.token_refused
    await bot.reply(nonce=4)
    assert not bot.refused


@pytest.mark.parametrize("code", [10**30, 10_000_000, -1, -(10**9), 9_999, 1, 1.5, "50013", None, [50013]])
async def test_what_is_no_code_of_discords_is_none(server, answer, bot, code):
    server.say(answer.refusal(403, code))
    with pytest.raises(discord.Forbidden) as caught:
        await bot.reply(nonce=3)
    assert (caught.value.code, faults.why(caught.value)) == (0, "403")


async def test_a_token_that_was_never_taken_is_a_failed_login(server, answer, standing):
    server.say(answer.refusal(401, 0))
    client, refused = discord.Client(intents=discord.Intents.none()), []
    rest.install(client, standing, lambda: refused.append(True))
    with pytest.raises(discord.LoginFailure):
        await client.login("a.b.c")
    await client.close()
    assert not refused
    assert not standing.token_refused


async def test_too_many_refusals_leave_answers_alone_and_then_nothing(server, answer, bot, standing):
    server.say(answer.message)
    for _ in range(ANSWERS_ONLY):
        standing.invalid.note()
    await bot.reply(nonce=3)
    assert (await failing(bot.reply, nonce=3, reference=False)).why == "429"
    with only_once():  # an apology is no answer
        assert (await failing(bot.reply, nonce=3)).why == "429"
    for _ in range(NOTHING - ANSWERS_ONLY):
        standing.invalid.note()
    assert (await failing(bot.reply, nonce=3)).why == "429"
    assert len(server.seen) == 1


async def test_what_discord_refused_counts(server, answer, bot, standing):
    server.say(answer.refusal(403, 50013), answer.limited(60), answer.refusal(404, 10003))
    with pytest.raises(discord.Forbidden):
        await bot.reply(nonce=3)
    assert standing.invalid.count == 1
    await failing(bot.reply, nonce=3)
    assert standing.invalid.count == 2
    with pytest.raises(discord.NotFound):
        await other(bot)
    assert standing.invalid.count == 2


SQUID = {"headers": {"Via": "1.1 squid"}}
ON_THE_WAY = {
    "no Via": {"headers": {}, "value": {"message": "no"}},
    "page": {"text": "<html>1020</html>", "kind": "text/html"},
    "words of a proxy that names itself": {"text": "denied by policy", "kind": "text/plain"} | SQUID,
    "nothing of one": {"text": ""} | SQUID,
    "json of one": {"value": {"error": "denied"}} | SQUID,
    "a number of its own": {"value": {"code": 403}} | SQUID,
    "true": {"value": {"code": True}} | SQUID,
    "a huge number": {"value": {"code": 10**30}} | SQUID,
}


@pytest.mark.parametrize("what", ON_THE_WAY)
async def test_a_refusal_on_the_way_says_nothing_of_the_channel(server, answer, bot, standing, what):
    server.say(answer.reply(**ON_THE_WAY[what], status=403))
    error = await failing(bot.reply, nonce=3)
    assert (error.why, error.perhaps, standing.invalid.count) == ("403", False, 0)  # Discord never saw it


async def test_an_answer_that_waits_for_a_limit_has_not_left(server, answer, bot):
    mine = SimpleNamespace(left=False, send_off=lambda: None, answered=lambda _: None)
    before = turn.set(mine)
    server.say(answer.message)
    await bot.reply(nonce=3)
    assert mine.left
    mine.left = False
    server.say(answer.limited(60))
    await failing(bot.reply, nonce=4)
    mine.left = False
    await failing(bot.reply, nonce=5)  # its limit is closed
    assert not mine.left
    assert len(server.seen) == 2
    turn.reset(before)


@pytest.mark.parametrize(("first", "left"), [("no", False), ("reset", True)])
async def test_what_discord_took_no_more_of_has_not_left_unless_a_try_before_may_have(
    server, answer, bot, standing, monkeypatch, first, left
):
    mine = SimpleNamespace(left=False, send_off=lambda: None, answered=lambda _: None)
    before = turn.set(mine)
    counted = asyncio.Event()
    monkeypatch.setattr(standing, "refused", counted.set)
    server.say(*(["reset"] if first == "reset" else []), answer.limited(5))
    sending = asyncio.ensure_future(bot.reply(nonce=3))
    await counted.wait()
    sending.cancel()
    await asyncio.gather(sending, return_exceptions=True)
    assert mine.left is left
    turn.reset(before)


@pytest.mark.parametrize(("first", "left"), [("no", False), ("reset", True)])
async def test_what_discord_refused_has_not_left_unless_a_try_before_may_have(server, answer, bot, first, left):
    mine = SimpleNamespace(left=False, send_off=lambda: None, answered=lambda _: None)
    before = turn.set(mine)
    server.say(*(["reset"] if first == "reset" else []), answer.refusal(403, 50013))
    with pytest.raises(discord.Forbidden):
        await bot.reply(nonce=3)
    assert mine.left is left
    turn.reset(before)


PAGE = {"text": "<html>log in</html>", "kind": "text/html"}
ELSEWHERE = {
    "a page": {"status": 401, "headers": {}} | PAGE,
    "a page of a proxy": {"status": 401, "headers": {"Via": "1.1 proxy"}} | PAGE,
    "a page that is said to be one alone": {"status": 401, "text": "error code: 1010", "kind": "text/html"},
    "a page that is none": {"status": 401, "text": "", "kind": "text/html"},
    "a page of no type": {"status": 401, "text": " <!doctype html>", "kind": "text/plain"},
    "nothing": {"status": 401, "headers": {}, "text": ""},
    "words": {"status": 401, "headers": {}, "text": "log in", "kind": "text/plain"},
    "words of its own": {"status": 401, "headers": {}, "value": {"message": "Unauthorized"}},
    "a list": {"status": 401, "headers": {}, "value": ["code"]},
    "words of a proxy that names itself": {
        "status": 401,
        "headers": {"Via": "1.1 squid"},
        "text": "no",
        "kind": "text/plain",
    },
    "nothing of a proxy that names itself": {"status": 401, "headers": {"Via": "1.1 squid"}, "text": ""},
    "a number of its own": {"status": 401, "headers": {}, "value": {"code": 401}},
    "a name of its own": {"status": 401, "headers": {"Via": "1.1 squid"}, "value": {"code": "AUTH"}},
    "true": {"status": 401, "headers": {}, "value": {"code": True}},
    "of a proxy": {"status": 407, "headers": {"Proxy-Authenticate": "Basic"}} | PAGE,
    "not found": {"status": 404, "headers": {}} | PAGE,
    "moved": {"status": 301, "headers": {"Location": "/api/portal"}, "text": ""},
    "found": {"status": 302, "headers": {"Via": "x", "Location": "/api/portal"}, "value": {"code": 5}},
    "see other": {"status": 303, "headers": {"Location": "//portal.invalid/"}, "text": ""},
    "for now": {"status": 307, "headers": {"Location": "/api/portal"}, "text": ""},
    "for ever": {"status": 308, "headers": {"Location": "/api/portal"}, "text": ""},
    "nowhere": {"status": 302, "headers": {}, "text": ""},
}


@pytest.mark.parametrize("what", ELSEWHERE)
async def test_what_something_on_the_way_refuses_says_nothing_of_the_token(server, answer, bot, what):
    server.say(answer.reply(**ELSEWHERE[what]), answer.message)
    error = await failing(bot.reply, nonce=3)
    assert (error.why, error.perhaps) == (str(ELSEWHERE[what]["status"]), False)
    assert len(server.seen) == 1
    assert not bot.refused
    await bot.reply(nonce=4)


@pytest.mark.parametrize("what", ELSEWHERE)
async def test_so_at_the_login_it_is_tried_again(server, answer, standing, what):
    server.say(answer.reply(**ELSEWHERE[what]))
    client = discord.Client(intents=discord.Intents.none())
    rest.install(client, standing, lambda: None)
    await failing(client.login, "a.b.c")
    await client.close()


@pytest.mark.parametrize(
    "said", [{"headers": {}, "value": {"message": "401: Unauthorized", "code": 0}}, {"text": ""}], ids=["named", "cut"]
)
async def test_a_401_of_discords_own_is_one(server, answer, bot, said):
    server.say(answer.reply(status=401, **said))
    with pytest.raises(discord.HTTPException):
        await bot.reply(nonce=3)
    assert bot.refused == [True]


async def test_a_limit_that_others_used_up_does_not_count(server, answer, bot, standing):
    shared = {"Via": "x", "X-RateLimit-Scope": "shared"}
    server.say(answer.reply({"retry_after": 60}, 429, headers=shared))
    await failing(bot.reply, nonce=3)
    assert standing.invalid.count == 0


@pytest.mark.parametrize("body", [{"text": ""}, {"text": "ok", "kind": "text/plain"}, {"value": []}, {"value": {}}])
async def test_a_reply_with_a_strange_body_was_sent(server, answer, bot, body):
    server.say(answer.reply(**body))
    channel = bot.client.get_partial_messageable(5)
    sent = await channel.send("hello")
    assert (sent.channel.id, sent.content) == (5, "")


TAKEN = [{"status": 204, "text": ""}, {"text": ""}, {"value": {}}, {"value": [{}]}, {"value": [7]}, {"value": None}]


@pytest.mark.parametrize("body", TAKEN)
async def test_commands_were_taken_whatever_discord_says_of_them(server, answer, bot, body):
    server.say(answer.reply(**body))
    assert await bot.http.bulk_upsert_global_commands(1, []) == []


async def test_a_page_in_the_place_of_the_commands_took_nothing(server, answer, bot):
    server.say(answer.reply(text="<html></html>", kind="text/html"))
    assert (await failing(bot.http.bulk_upsert_global_commands, 1, [])).why == "error"


async def test_a_reply_to_a_message_that_was_deleted_is_gone(server, answer, bot):
    server.say(answer.refusal(400, 50035, errors={"message_reference": {"_errors": [{"message": "Unknown message"}]}}))
    assert (await failing(bot.reply, nonce=3)).why == "gone"
    assert len(server.seen) == 1


async def test_a_reply_of_invalid_form_is_sent_again_as_plain_text(server, answer, bot):
    server.say(answer.refusal(400, 50035, errors={"components": {}}), answer.message)
    view = discord.ui.LayoutView().add_item(discord.ui.TextDisplay("words"))
    await bot.reply(nonce=3, content=discord.utils.MISSING, view=view)
    assert server.bodies[1] == {
        "content": "words",
        "flags": 0,
        "allowed_mentions": {"parse": []},
        "nonce": "3",
        "enforce_nonce": True,
        "message_reference": {"message_id": "3", "channel_id": "5"},
    }


async def test_an_answer_that_discord_py_cannot_go_on_with_is_a_broken_line(server, answer, bot):
    server.say(answer.reply({"id": "1"}))
    assert isinstance(await failing(lambda: bot.http.request(Route("GET", "/users/@me"))), OSError)


async def test_sockets_are_bounded(server, bot):
    server.say("hang")
    tasks = [asyncio.create_task(bot.http.request(Route("GET", f"/users/{number}"))) for number in range(20)]
    await asyncio.sleep(0.2)
    assert server.open == 5
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)


async def test_after_the_end_nothing_is_sent(server, answer, bot):
    server.say(answer.message)
    await bot.client.close()
    assert (await failing(bot.reply, nonce=3)).why == "gone"
    bot.client.clear()
    assert (await failing(bot.reply, nonce=3)).why == "gone"
    assert not server.seen


def test_discord_py_is_as_this_takes_it_to_be():
    assert rest.check() == []


BUILT_OTHERWISE = {
    "HTTPClient.static_login": lambda patch: patch.delattr(discord.http.HTTPClient, "static_login"),
    "HTTPClient.__session": lambda patch: patch.setattr(discord.http.HTTPClient, "__init__", lambda _self: None),
    "aiohttp.BaseConnector._conns": lambda patch: patch.setattr(aiohttp.BaseConnector, "__init__", lambda _self: None),
}


@pytest.mark.parametrize("part", BUILT_OTHERWISE)
async def test_a_discord_py_that_is_built_otherwise_is_told_by_what_is_missing(monkeypatch, standing, part):
    client = discord.Client(intents=discord.Intents.none())
    BUILT_OTHERWISE[part](monkeypatch)
    with pytest.raises(CallError, match=rf"\({part} is not there\); install discord\.py 2\.7\.1"):
        rest.install(client, standing, lambda: None)
    assert type(client.http) is discord.http.HTTPClient


async def test_connections_that_a_client_was_given_are_kept(server, answer, standing):
    server.say(answer.refusal(401, 0))
    async with aiohttp.TCPConnector(limit=3) as given:
        client = discord.Client(intents=discord.Intents.none(), connector=given)
        rest.install(client, standing, lambda: None)
        with pytest.raises(discord.LoginFailure):
            await client.login("a.b.c")
        assert client.http.connector is given
        await client.close()


async def test_a_message_of_invalid_form_that_says_nothing_is_sent_once(server, answer, bot, caplog):
    server.say(answer.refusal(400, 50035))
    with pytest.raises(discord.HTTPException):
        await bot.reply(nonce=3, content=" ")
    assert len(server.seen) == 1
    assert "plain text" not in caplog.text


async def test_who_waited_for_a_limit_meanwhile_does_not_show_the_refused_token_either(server, answer, bot):
    server.say(answer.refusal(401, 0))
    errors = await asyncio.gather(*(bot.reply(nonce=number) for number in range(6)), return_exceptions=True)
    assert len(errors) == 6
    assert sum(isinstance(error, discord.HTTPException) for error in errors) == 1
    assert len(server.seen) == 1
