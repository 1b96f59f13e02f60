"""Answers to interactions: over at their deadline whatever Discord does, and sent once."""

from __future__ import annotations

import asyncio
import gzip
import io
from contextlib import suppress
from types import SimpleNamespace

import discord
import pytest
from aiohttp import web

from bot.chat.connection import exchange
from bot.chat.connection.circuit_breaker import NOTHING, SPARING
from bot.chat.connection.exchange import LARGEST
from bot.chat.connection.rest import FIRST_ANSWER, LATER_ANSWER, time_limit
from bot.chat.deadline import only_once, said_within, turn
from bot.chat.faults import may_have_arrived, why
from bot.errors import Undelivered


async def failing(call, **options):
    with pytest.raises(Undelivered) as caught:
        await call(**options)
    return caught.value


async def test_an_answer_is_sent_and_its_message_is_known(server, answer, callback):
    server.say(answer.sent)
    assert (await callback()).message_id == 99
    assert server.bodies == [{"type": 4, "data": server.bodies[0]["data"]}]
    assert server.bodies[0]["data"]["allowed_mentions"] == {"parse": []}


async def test_a_limit_that_passes_the_deadline_ends_at_once(server, answer, callback):
    server.say(answer.limited(5), answer.sent)
    error = await failing(callback, within=2.0)
    assert (error.why, error.perhaps, error.retry_after) == ("429", False, 5.0)
    assert len(server.seen) == 1


async def test_a_limit_that_is_over_in_time_is_waited_for(server, answer, callback):
    server.say(answer.limited(0.01), answer.sent)
    assert (await callback()).message_id == 99


@pytest.mark.parametrize("status", [500, 502, 503, 504, 520, 524, 529])
async def test_a_failing_discord_is_tried_again(server, answer, callback, status):
    server.say(answer.reply({}, status), answer.sent)
    assert (await callback()).message_id == 99
    assert server.bodies[0] == server.bodies[1]


async def test_a_discord_that_goes_on_failing_is_left_at_the_deadline(server, answer, callback):
    server.say(answer.reply({}, 502))
    error = await failing(callback, within=0.5)
    assert (error.why, error.perhaps) == ("502", True)
    assert len(server.seen) == 3  # at once, after .1 s, after .3 s more; the next try would come too late


async def test_a_discord_that_hangs_is_cut_and_nothing_stays_open(server, callback):
    server.say("hang")
    error = await failing(callback, within=0.2)
    assert (error.why, error.perhaps) == ("timeout", True)
    await server.quiet.wait()  # the server has seen its connection closed
    assert callback.session.connector is not None
    assert not callback.session.connector._acquired


async def test_fifty_answers_to_a_hanging_discord_leave_nothing_open(server, callback):
    server.say("hang")
    errors = await asyncio.gather(*(callback(within=0.3) for _ in range(50)), return_exceptions=True)
    assert {error.why for error in errors} == {"timeout"}
    await server.quiet.wait()
    assert not callback.session.connector._acquired


async def test_a_connection_that_breaks_once_is_tried_again_with_the_same_answer(server, answer, callback):
    server.say("reset", answer.sent)
    assert (await callback()).message_id == 99
    assert server.bodies[0] == server.bodies[1]


async def test_the_first_of_two_tries_had_arrived(server, answer, callback):
    server.say("reset", answer.refusal(400, 40060))
    sent = await callback()
    assert sent.id == 7
    assert sent.message_id is None


@pytest.mark.parametrize("status", [500, 502, 503, 504])
async def test_what_a_failing_server_took_was_sent(server, answer, callback, status):
    server.say(answer.reply({}, status), answer.refusal(400, 40060))
    assert (await callback()).id == 7


@pytest.mark.parametrize("before", [(), ("limited",)], ids=["first", "after a limit"])
async def test_what_was_answered_before_anything_of_ours_was_taken_another_answered(server, answer, callback, before):
    server.say(*(answer.limited(0.01) for _ in before), answer.refusal(400, 40060))
    with pytest.raises(discord.HTTPException) as caught:
        await callback()
    assert (caught.value.code, why(caught.value), may_have_arrived(caught.value)) == (40060, "40060", False)
    assert len(server.seen) == 1 + len(before)


async def test_a_connection_that_breaks_again_is_left(server, answer, callback):
    server.say("reset")
    error = await failing(callback)
    assert (error.why, error.perhaps, len(server.seen)) == ("reset", True, 2)


@pytest.mark.parametrize("status", ["reset", 500, 502, 503, 504, 520])
async def test_a_further_message_that_may_have_arrived_is_not_sent_again(server, answer, callback, status):
    """Discord would show it twice: it has no nonce, and nothing says that it was answered already."""
    lost = status if status == "reset" else answer.reply({}, status)
    server.say(lost, answer.message)
    message = {"payload": {"content": "hello"}, "session": callback.session}
    error = await failing(callback.adapter.execute_webhook, webhook_id=7, token="token", **message)
    assert (error.why, error.perhaps) == (str(status), True)
    assert len(server.seen) == 1
    server.say(lost, answer.message)
    await callback.adapter.edit_original_interaction_response(7, "token", **message)
    assert len(server.seen) == 3


async def test_of_many_dead_connections_one_costs_a_try(server, answer, callback):
    dead = await server.keep(8, lambda: callback(within=5), answer.sent)
    server.say(lambda request: "reset" if request.transport in dead else answer.sent(request))
    for _ in range(4):
        assert (await callback()).message_id == 99
    assert len(server.seen) == 5


async def test_many_dead_connections_at_once_cost_a_try_each(server, answer, callback):
    dead = await server.keep(8, lambda: callback(within=5), answer.sent)
    server.say(lambda request: "reset" if request.transport in dead else answer.sent(request))
    sent = await asyncio.gather(*(callback(within=5) for _ in range(6)))
    assert [one.message_id for one in sent] == [99] * 6


async def test_of_many_connections_gone_silent_one_costs_an_answer(server, answer, callback):
    dead = await server.keep(8, lambda: callback(within=5), answer.sent)
    server.say(lambda request: "hang" if request.transport in dead else answer.sent(request))
    assert (await failing(callback, within=0.2)).why == "timeout"
    for _ in range(4):
        assert (await callback()).message_id == 99


async def test_a_silence_while_others_are_answered_closes_nothing(server, answer, callback):
    kept = await server.keep(8, lambda: callback(within=5), answer.sent)
    server.say("hang", answer.sent)
    hung = asyncio.create_task(failing(callback, within=1.0))
    await asyncio.sleep(0.05)
    await callback()
    assert (await hung).why == "timeout"
    await callback()
    assert server.lines == kept


async def test_that_an_earlier_try_may_have_arrived_is_not_forgotten(server, answer, callback):
    server.say("reset", answer.limited(60))
    error = await failing(callback)
    assert (error.why, error.perhaps) == ("429", True)


async def test_where_nobody_listens_nothing_has_arrived(server, callback, monkeypatch, unused_tcp_port):
    monkeypatch.setattr(discord.http.Route, "BASE", f"http://127.0.0.1:{unused_tcp_port}/api")
    error = await failing(callback, within=0.2)
    assert (error.why, error.perhaps) == ("reset", False)


STRANGE = {
    "no content": {"status": 204, "text": ""},
    "empty": {"text": ""},
    "text": {"text": "ok", "kind": "text/plain"},
    "no json": {"text": "{"},
    "page": {"text": "<html></html>", "kind": "text/html"},
    "null": {"value": None},
    "list": {"value": [1]},
    "number": {"value": 3},
    "nothing in it": {"value": {}},
    "no interaction": {"value": {"interaction": None}},
    "interaction of a strange kind": {"value": {"interaction": [7]}},
    "no id": {"value": {"interaction": {"type": 2}}},
    "strange ids": {"value": {"interaction": {"id": "x", "response_message_id": {"a": 1}}}},
    "strange resource": {"value": {"interaction": {"id": "7"}, "resource": {"type": 4, "message": {"id": 1}}}},
    "deep": {"text": "[" * 100_000},
    "bytes": {"text": '{"interaction": "\udcff"}'.encode("utf-8", "surrogatepass").decode("latin-1")},
}


@pytest.mark.parametrize("what", STRANGE)
async def test_a_success_with_a_strange_body_was_sent(server, answer, callback, what):
    server.say(answer.reply(**STRANGE[what]))
    sent = await callback()
    assert sent.id == 7
    assert sent.resource is None


async def test_a_success_whose_body_never_ends_was_sent(server, callback):
    server.say("cut")
    assert (await callback(within=0.2)).id == 7
    await server.quiet.wait()


@pytest.mark.parametrize("packed", [False, True])
async def test_a_body_larger_than_any_of_discords_is_none(server, callback, packed):
    headers = {"Content-Type": "application/json"} | ({"Content-Encoding": "gzip"} if packed else {})
    body = b'"' + b"x" * 8 * LARGEST + b'"'
    server.say(lambda _: web.Response(body=gzip.compress(body) if packed else body, headers=headers))
    until = asyncio.get_running_loop().time() + 60
    reply = await exchange.exchange(callback.session, "GET", server.base, until=until)
    assert (reply.taken, reply.data) == (True, None)
    assert (await callback(within=60)).id == 7


async def test_for_the_body_of_what_was_taken_nobody_waits_long(server, callback, monkeypatch):
    monkeypatch.setattr(exchange, "BODY_WITHIN", 60.0)
    monkeypatch.setattr(exchange, "BODY_UNREAD", 0.05)
    server.say("cut")
    async with asyncio.timeout(20):
        assert (await callback(within=60)).id == 7


async def test_an_answer_is_over_before_it_began_when_its_deadline_has_passed(server, callback):
    error = await failing(callback, within=-0.1)
    assert (error.why, error.perhaps) == ("timeout", False)
    assert not server.seen


def test_without_a_deadline_it_is_two_and_a_half_seconds(within):
    assert FIRST_ANSWER == 2.5
    assert time_limit(True, 100.0) == 102.5
    assert time_limit(False, 100.0) == 100.0 + LATER_ANSWER


async def test_a_deadline_bounds_the_first_answer_alone(within):
    now = asyncio.get_running_loop().time()
    with within(0.7):
        assert now + 0.6 < time_limit(True, now) < now + 1.0
        assert time_limit(False, now) == now + LATER_ANSWER


@pytest.mark.parametrize("code", [10062, 10003, 50013])
async def test_a_refusal_is_raised_as_discord_py_does(server, answer, callback, code):
    server.say(answer.refusal(403 if code == 50013 else 404, code))
    with pytest.raises(discord.HTTPException) as caught:
        await callback()
    assert caught.value.code == code
    assert len(server.seen) == 1


@pytest.mark.parametrize(
    "body", [{"code": "x", "message": None}, {"errors": 3}, [], "no", None, {"code": None}, {"code": True}]
)
async def test_a_refusal_with_a_strange_body_is_a_refusal(server, answer, callback, body):
    server.say(answer.reply(body, 404))
    with pytest.raises(discord.NotFound) as caught:
        await callback()
    assert why(caught.value) == "404"


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308, 400, 401, 403, 404, 407])
async def test_an_answer_that_something_on_the_way_took_has_not_arrived(server, answer, callback, status):
    page = {"headers": {"Location": "/api/portal"}, "text": "<html>log in</html>", "kind": "text/html"}
    server.say(answer.reply(status=status, **page), answer.sent)
    error = await failing(callback)
    assert (error.why, error.perhaps) == (str(status), False)
    assert len(server.seen) == 1


async def test_no_other_answer_waits_for_an_exhausted_limit(server, answer, callback):
    spent = {"X-RateLimit-Remaining": "0", "X-RateLimit-Reset-After": "60", "Via": "x"}
    server.say(answer.reply({"interaction": {"id": "7"}}, headers=spent))
    for _ in range(3):
        assert (await callback(within=0.5)).id == 7


async def test_a_file_is_sent_whole_at_every_try(server, answer, callback):
    server.say(answer.reply({}, 500), "reset", answer.sent)
    await callback(file=discord.File(io.BytesIO(b"a reading pack"), "pack.bib"))
    assert [body["read"] for body in server.bodies] == [{"files[0]": b"a reading pack"}] * 3


class Card(discord.ui.LayoutView):
    def __init__(self, text):
        super().__init__()
        self.add_item(discord.ui.Container(discord.ui.TextDisplay(text)))


@pytest.mark.parametrize("kind", [4, 7])
async def test_an_answer_of_invalid_form_is_sent_again_as_plain_text(server, answer, callback, kind):
    server.say(answer.refusal(400, 50035), answer.sent)
    await callback(view=Card("“We need both.” @everyone"), kind=kind)
    plain = server.bodies[1]["data"]
    said = plain["components"][0]["content"] if kind == 7 else plain["content"]
    assert said == "“We need both.” @everyone"
    assert plain["allowed_mentions"] == {"parse": []}
    assert server.bodies[1]["type"] == kind


async def test_an_answer_stays_private_when_it_is_sent_as_plain_text(server, answer, callback):
    server.say(answer.refusal(400, 50035), answer.sent)
    flags = discord.MessageFlags(ephemeral=True)
    await callback(view=Card("for you alone"), flags=flags)
    assert server.bodies[1]["data"]["flags"] == 64


async def test_however_many_forms_are_refused_that_is_one_line_a_minute(server, answer, callback, bot, clock, caplog):
    for wait in (0, 0, 59, 2):
        clock.now += wait
        server.say(answer.refusal(400, 50035), answer.sent)
        await callback(view=Card("text"))
        server.say(answer.refusal(400, 50035), answer.message)
        await bot.reply("8", "text")
    assert [record.message for record in caplog.records] == [
        "Discord refused the form of an answer: it is sent again as plain text"
    ] * 2


async def test_of_what_is_said_beside_an_answer_its_turn_learns_nothing(server, answer, callback):
    took = []
    before = turn.set(SimpleNamespace(left=False, send_off=lambda: None, answered=took.append))
    server.say(answer.sent)
    async with said_within(1.0):
        assert (await callback()).message_id == 99
    turn.reset(before)
    assert took == []


async def test_plain_text_is_tried_once(server, answer, callback):
    server.say(answer.refusal(400, 50035))
    with pytest.raises(discord.HTTPException) as caught:
        await callback(view=Card("text"))
    assert caught.value.code == 50035
    assert len(server.seen) == 2


@pytest.mark.parametrize(
    ("status", "code", "learnt"),
    [(200, 0, 1), (204, 0, 1), (400, 50109, 0), (400, 40060, 0), (403, 50013, 0), (404, 10062, 0)],
)
async def test_how_quick_discord_is_is_learnt_of_what_it_took_alone(server, answer, callback, status, code, learnt):
    took = []
    before = turn.set(SimpleNamespace(left=False, send_off=lambda: None, answered=took.append))
    server.say(answer.refusal(status, code))
    with suppress(discord.HTTPException):
        await callback()
    assert len(took) == learnt
    turn.reset(before)


async def test_an_apology_is_tried_once(server, answer, callback):
    server.say(answer.reply({}, 502), answer.sent)
    with only_once():
        error = await failing(callback)
    assert error.why == "502"
    assert len(server.seen) == 1


async def test_the_wall_before_discord_closes_the_way_for_its_time(server, answer, callback, clock):
    server.say(answer.wall, answer.sent)
    assert (await failing(callback)).why == "429"
    clock.now += 59
    error = await failing(callback)
    assert (error.why, error.retry_after, len(server.seen)) == ("429", 1.0, 1)
    clock.now += 1
    assert (await callback()).message_id == 99
    assert (await callback()).message_id == 99


EVERYWHERE = {
    "said": {"value": {"retry_after": 4, "global": True}},
    "in a header": {"value": {"retry_after": 4}, "headers": {"Via": "x", "X-RateLimit-Global": "true"}},
    "as a scope": {"value": {"retry_after": 4}, "headers": {"Via": "x", "X-RateLimit-Scope": "global"}},
    "without a body": {"text": "", "headers": {"Via": "x", "X-RateLimit-Global": "true", "Retry-After": "4"}},
}


@pytest.mark.parametrize("how", EVERYWHERE)
async def test_a_global_limit_closes_the_way_for_its_time(server, answer, bot, callback, clock, how):
    server.say(answer.reply(status=429, **EVERYWHERE[how]), answer.message, answer.sent)
    assert (await failing(callback)).why == "429"
    clock.now += 3
    for _ in range(5):
        error = await failing(callback)
        assert (error.why, error.retry_after, len(server.seen)) == ("429", 1.0, 1)
    await bot.reply(nonce=3)  # with the token, which has a limit of its own
    clock.now += 1
    assert (await callback()).message_id == 99


async def test_a_global_limit_that_is_over_in_time_is_waited_for_by_all(server, answer, callback, clock):
    clock.runs, met = True, asyncio.Event()
    server.say(lambda request: met.set() or answer.limited(0.2, **{"global": True})(request), answer.sent)
    first = asyncio.create_task(callback(within=5))
    await met.wait()
    await asyncio.sleep(0.02)
    await asyncio.gather(first, *(callback(within=5) for _ in range(9)))
    assert len(server.seen) == 11


async def test_a_try_after_a_failure_asks_whether_the_way_is_still_open(server, answer, callback, standing):
    def closing(request):
        standing.callbacks.open(60, "too much")
        return answer.reply({}, 502)(request)

    server.say(closing, answer.sent)
    assert (await failing(callback)).why == "429"
    assert len(server.seen) == 1


@pytest.mark.parametrize("status", [401, 403, 429])
async def test_near_the_block_even_answers_go_one_by_one_while_they_are_refused(
    server, answer, callback, standing, clock, status
):
    for _ in range(NOTHING - 1):
        standing.invalid.note()
    refused = answer.reply({"retry_after": 60, "code": 0}, status)
    server.say(refused, refused, answer.sent)
    for tries in (1, 2):
        for _ in range(5):
            with pytest.raises((discord.HTTPException, Undelivered)):
                await callback()
        assert len(server.seen) == tries
        clock.now += SPARING
    for _ in range(5):
        assert (await callback()).message_id == 99  # nothing of it is refused, and counts


LIMIT_BODIES = {
    "empty": {"text": ""},
    "cut": {"text": '{"retry_af'},
    "plain": {"text": "slow down", "kind": "text/plain"},
    "list": {"value": [1]},
    "null": {"value": None},
}


@pytest.mark.parametrize("what", LIMIT_BODIES)
async def test_a_limit_of_discords_own_with_a_strange_body_is_no_ban(server, answer, callback, standing, what):
    headers = {"Via": "1.1 google", "Retry-After": "0.01"}
    server.say(answer.reply(status=429, headers=headers, **LIMIT_BODIES[what]), answer.sent)
    assert (await callback()).message_id == 99
    assert not standing.callbacks.opened


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("<html>1015</html>", "text/html"),
        ("<html>1015</html>", "application/json"),
        ("error code: 1015", "text/html"),
        ("", "text/html; charset=UTF-8"),
    ],
)
async def test_a_page_is_the_wall_whatever_it_says_of_its_way(server, answer, callback, standing, text, kind):
    headers = {"Via": "1.1 google", "Content-Type": kind}
    server.say(answer.reply(text=text, status=429, headers=headers, kind=None))
    await failing(callback)
    assert standing.callbacks.opened


async def test_a_limit_that_ends_at_once_again_and_again_is_met_five_times(server, answer, callback, standing):
    server.say(answer.limited(0.0001))
    error = await failing(callback, within=2.0)
    assert (error.why, len(server.seen), standing.invalid.count) == ("429", 5, 5)


async def test_an_apology_of_invalid_form_is_not_sent_as_plain_text(server, answer, callback):
    server.say(answer.refusal(400, 50035), answer.sent)
    with only_once(), pytest.raises(discord.HTTPException):
        await callback(view=Card("text"))
    assert len(server.seen) == 1


EDITED = {
    "2026-05-01T12:00:00.000000+00:00": True,
    None: False,
    "": False,
    "yesterday": False,
    7: False,
    "2026-05-01T12:00:00Z": True,
}


@pytest.mark.parametrize("when", EDITED)
async def test_an_answer_that_is_looked_at_again_says_whether_it_was_edited(server, answer, callback, when):
    server.say(answer.reply({"id": "99", "content": None, "edited_timestamp": when, "attachments": {}}))
    data = await callback.adapter.get_original_interaction_response(7, "token", session=callback.session)
    assert (data["id"], data["content"], data["attachments"]) == ("99", "", [])
    assert (discord.utils.parse_time(data["edited_timestamp"]) is not None) is EDITED[when]


@pytest.mark.parametrize("body", [{"text": ""}, {"text": "ok", "kind": "text/plain"}, {"value": []}, {"value": None}])
async def test_an_answer_that_is_looked_at_again_may_be_anything(server, answer, callback, body):
    server.say(answer.reply(**body))
    data = await callback.adapter.get_original_interaction_response(7, "token", session=callback.session)
    assert data["edited_timestamp"] is None
