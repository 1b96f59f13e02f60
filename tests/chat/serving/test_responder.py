"""Where an answer is sent: logged before, and what became of it afterwards."""

import ast
import asyncio
import random
from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace

import discord
import pytest

from bot.chat import deadline
from bot.chat.admission.queues import Turn, Turns
from bot.chat.answers.finding import hits
from bot.chat.answers.quotes import Quotes
from bot.chat.deadline import leaves, turn
from bot.chat.requests.request import Request
from bot.chat.serving.reply import Reply, Result, unlogged
from bot.chat.serving.responder import Responder
from bot.chat.ui import cards
from bot.config import shipped_bank
from bot.editions.making import open_edition
from bot.errors import TooBusy
from bot.search.query import Query


class Log:
    """A log that says in which order it was told what."""

    present = staticmethod(lambda _guild: True)

    def __init__(self):
        self.told = []

    async def record(self, use, **_):
        self.told.append(("record", use.asked, use.outcome))
        return True

    def settle(self, asked, outcome):
        self.told.append(("settle", asked, outcome))

    def record_later(self, use):
        self.told.append(("note", use.asked, use.outcome))

    async def recent_quotes(self, *_):
        return []


@pytest.fixture(scope="module")
def edition():
    return open_edition(shipped_bank())


@pytest.fixture
def answers(edition):
    library, store = SimpleNamespace(edition=edition), Log()
    made = Responder(
        library,
        store,
        now=lambda: datetime(2026, 5, 1, tzinfo=UTC),
        accent=0,
        log_wait=0.25,
    )
    yield SimpleNamespace(library=library, store=store, responder=made, quotes=Quotes(store, random.Random(1)))
    made.close()


def give(answers, send, words, one):
    return answers.responder.serve(send, one, answers.quotes.about(Query(words), one))


def asked(**more):
    return Request(7, "slash", None, 1, 0.0, **more)


async def heavy(_edition, aside):
    return await aside(lambda: Reply(cards.notice("done")))


def sending(answers, error=None, seconds=0.0, seen=None):
    async def send(reply):
        if seen is not None:
            seen.append(reply.private)
        answers.store.told.append("sent")
        await asyncio.sleep(seconds)
        if error:
            raise error

    return send


def refused(status, code):
    response = SimpleNamespace(status=status, reason="no")
    return discord.HTTPException(response, {"code": code, "message": "no"})


WAYS = {
    "quote": lambda answers, send, one: give(answers, send, "russia", one),
    "miss": lambda answers, send, one: give(answers, send, "pizza", one),
    "list": lambda answers, send, one: answers.responder.serve(send, one, hits(Query("russia"))),
}


@pytest.mark.parametrize("way", WAYS)
async def test_it_is_logged_sent_and_settled_in_this_order(answers, way):
    await WAYS[way](answers, sending(answers), asked())
    assert answers.store.told == [("record", 7, "begun"), "sent", ("settle", 7, "answered")]


@pytest.mark.parametrize(
    ("error", "why"),
    [
        (refused(404, 10062), "failed:10062"),
        (refused(502, 0), "failed:502"),
        (refused(429, 0), "failed:429"),
        (refused(400, 50035), "failed:50035"),
        (ConnectionResetError(104, "reset"), "failed:reset"),
        (TimeoutError(), "failed:timeout"),
        (ValueError("secret"), "failed:error"),
        (asyncio.CancelledError(), "unknown"),
    ],
)
async def test_what_failed_is_said_so(answers, error, why):
    with pytest.raises(type(error)):
        await give(answers, sending(answers, error), "russia", asked())
    assert answers.store.told[-1] == ("settle", 7, why)


async def test_what_failed_without_a_use_settles_nothing(answers):
    """As a page that is turned: it is nobody's answer that was logged."""

    async def page(_edition, _aside):
        return Reply(cards.notice("page 2"))

    with pytest.raises(ConnectionResetError):
        await answers.responder.serve(sending(answers, ConnectionResetError()), asked(), page)
    assert answers.store.told == ["sent"]


@pytest.fixture
def mine():
    """The turn in which something is answered, the only one there is."""
    turns = Turns(1, lambda: 0.0, sending=5)
    turns.under_way = 1
    before = turn.set(Turn(turns, lambda _: None))
    yield turns
    turn.reset(before)


async def test_while_a_slow_log_is_waited_for_the_next_one_has_a_turn(answers, mine, monkeypatch):
    monkeypatch.setattr(deadline, "LOG_SLOW", 0.0)
    waiting = asyncio.create_task(mine.take(1e9))

    async def record(_use, **_):
        assert await waiting
        return True

    answers.store.record = record
    async with asyncio.timeout(30):
        await give(answers, sending(answers), "russia", asked())
    assert answers.store.told == ["sent", ("settle", 7, "answered")]


async def test_while_a_quick_log_is_waited_for_the_turn_is_kept(answers, mine):
    record = answers.store.record

    async def recorded(*given, **more):
        await asyncio.sleep(0)
        assert (mine.under_way, mine.sending) == (1, 0)
        return await record(*given, **more)

    answers.store.record = recorded
    await give(answers, sending(answers), "russia", asked())
    assert (mine.under_way, mine.sending) == (1, 0)


@pytest.mark.parametrize(("left", "outcome"), [(False, "failed:busy"), (True, "unknown")])
async def test_what_was_left_behind_is_unknown_only_if_a_request_left(answers, left, outcome):
    async def send(_reply):
        if left:
            leaves()
        raise asyncio.CancelledError

    mine = turn.set(Turn(Turns(1, float), float))
    with pytest.raises(asyncio.CancelledError):
        await give(answers, send, "russia", asked())
    turn.reset(mine)
    assert answers.store.told[-1] == ("settle", 7, outcome)


async def test_nothing_is_open_after_the_deadline(answers):
    at = asyncio.get_running_loop().time()
    with pytest.raises(TimeoutError):
        await give(answers, sending(answers, seconds=3600), "russia", asked(deadline=at))
    assert answers.store.told[-1] == ("settle", 7, "failed:timeout")


async def test_turning_a_page_is_no_use(answers):
    await answers.responder.serve(sending(answers), asked(), unlogged(hits(Query("russia"), 1)))
    assert answers.store.told == ["sent"]


async def test_heavy_work_that_does_not_fit_is_told_in_a_sentence(answers):
    answers.responder._heavy.room = 0
    await answers.responder.serve(sending(answers), asked(), heavy)
    assert answers.store.told == [("note", 7, "failed:busy"), "sent"]
    with pytest.raises(TooBusy):
        await answers.responder.heavily(lambda: 1, None, None)


async def test_a_long_query_in_a_large_bank_keeps_nobody_waiting(answers, monkeypatch):
    monkeypatch.setattr("bot.chat.requests.weight.LIGHT", 100 * len(answers.library.edition.bank.quotes))
    done = []
    do = answers.responder._heavy.do
    answers.responder._heavy.do = lambda work, *limits: (done.append(1), do(work, *limits))[1]
    await give(answers, sending(answers), "we cannot choose between either dialogue " * 4, asked())
    assert done == [1]
    await give(answers, sending(answers), "russia", asked())
    assert done == [1]


async def test_the_log_never_learns_whose_request_it_was(answers):
    await give(answers, sending(answers), "russia", asked(person=123456789))
    assert answers.store.told
    assert "123456789" not in repr(answers.store.told)


TO_ONE_ALONE = {
    "nothing found": lambda answers, send, one: give(answers, send, "pizza", one),
    "nothing found by a search": lambda answers, send, one: answers.responder.serve(send, one, hits(Query("pizza"))),
    "no time for it": lambda answers, send, one: answers.responder.serve(send, one, heavy),
}


@pytest.mark.parametrize("way", TO_ONE_ALONE)
@pytest.mark.parametrize("private", [True, False])
async def test_what_is_no_answer_is_for_the_asker_alone(answers, way, private):
    answers.responder._heavy.room, seen = 0, []
    await TO_ONE_ALONE[way](answers, sending(answers, seen=seen), asked(private=private))
    assert seen == [True]


@pytest.mark.parametrize(("way", "shared"), [("slash", True), ("mention", True), ("button", False)])
def test_who_presses_a_button_that_carries_words_has_not_asked_them(answers, edition, way, shared):
    """Where they are written at all: in a server, for everybody to see."""
    uses = [
        answers.responder._use(
            Request(person, way, 1, 2, 0.0, person=person), Result("any", None, words="my own words"), edition
        )
        for person in (1, 2, 3)
    ]
    assert [use.query for use in uses] == ["my own words"] * 3
    assert uses[-1].shared is shared


PUBLIC = {"serve", "heavily", "tint", "working", "finish", "forget", "tidy", "close", "now", "clock"}
"""What is asked of the responder from outside."""


def test_nothing_outside_its_room_reaches_into_the_responder():
    root = Path(__file__).parents[3] / "bot"
    used = {
        (path.relative_to(root).as_posix(), node.attr)
        for path in root.rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Attribute)
        and (getattr(node.value, "attr", None) == "responder" or getattr(node.value, "id", None) == "responder")
    }
    assert {("chat/client.py", "serve"), ("app.py", "close")} <= used
    assert [(path, name) for path, name in used if name not in PUBLIC] == []


BESIDE = {
    ("connection/command_sync.py", "get_value"),
    ("connection/command_sync.py", "set_value"),
    ("client.py", "forget_guild"),
    ("cogs/periodic.py", "mark_present"),
    ("cogs/periodic.py", "mark_missing"),
    ("cogs/bank.py", "reports_channel"),
    ("serving/destinations.py", "reports_channel"),
    ("moderation/keyword_channels.py", "keyword_channels"),
    ("moderation/keyword_channels.py", "mutes"),
}
"""Where the log is waited for beside any answer: in a task of its own, or in a time of its own."""
GIVEN_BACK_BEFORE = {("answers/statistics.py", "report")}
"""Where the turn is given back at once."""


def named(node):
    return getattr(node, "attr", None) or getattr(node, "id", "")


def calls_of(tree, name):
    return [node for node in ast.walk(tree) if isinstance(node, ast.Call) and named(node.func) == name]


def waits_for_the_log(tree):
    """Each call of a coroutine of the store's that is waited for, and whether that is in `waiting_for_log` or goes
    through `from_log`, as it is or in a method.
    """
    handed_on = [call.args[0] for call in calls_of(tree, "from_log")]
    methods = {named(call.func) for call in handed_on}
    held = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.With) and any(calls_of(one, "waiting_for_log") for one in node.items):
            held |= set(ast.walk(node))
        if isinstance(node, ast.AsyncFunctionDef) and node.name in methods:
            held |= set(ast.walk(node))
    awaited = [node.value for node in ast.walk(tree) if isinstance(node, ast.Await)]
    for call in (*handed_on, *awaited):
        of = getattr(call.func, "value", None) if isinstance(call, ast.Call) else None
        if named(of).strip("_") == "store":
            yield call.func.attr, call in held or call in handed_on


def test_wherever_the_log_is_waited_for_on_the_way_to_an_answer_the_turn_is_given_back():
    root = Path(__file__).parents[3] / "bot" / "chat"
    found = [
        (path.relative_to(root).as_posix(), name, inside)
        for path in sorted(root.rglob("*.py"))
        for name, inside in waits_for_the_log(ast.parse(path.read_text(encoding="utf-8")))
    ]
    held = {(path, name) for path, name, inside in found if not inside}
    assert held == BESIDE | GIVEN_BACK_BEFORE
    assert len(found) - len(held) >= 6
