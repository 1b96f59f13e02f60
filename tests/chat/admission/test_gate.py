"""What is let in: what is fresh, new and not too much. What is not is counted, and told where that helps."""

import asyncio
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.chat.admission import raw_requests
from bot.chat.admission.ages import LATE, Clocks
from bot.chat.admission.gate import BUSY, DEAREST, SLOWER, Gate
from bot.chat.admission.lanes import HEAVY, HEAVY_MESSAGES, MESSAGES, OF_A_MEMBER, QUICK, SENDING, SUGGESTIONS
from bot.chat.admission.queues import TELLING, TELLING_AT_ONCE
from bot.chat.admission.recent_requests import REMEMBERED
from bot.chat.connection.rest import CONNECTIONS
from bot.chat.deadline import deadline
from bot.chat.deadline import turn as current_turn
from bot.store.records import NOWHERE

BEGAN = datetime(2026, 5, 1, tzinfo=UTC).timestamp()
OWN = 77


class Log:
    def __init__(self):
        self.noted = []

    def record_later(self, use):
        self.noted.append(use)

    @property
    def outcomes(self):
        return [use.outcome for use in self.noted]


class Door:
    """A gate with a clock that the test moves, and what it told whom."""

    def __init__(self):
        self.now, self.log, self.said, self.number = 0.0, Log(), [], 0
        clocks = Clocks(age=lambda: self.now, pace=lambda: self.now, wall=lambda: BEGAN)
        self.gate = Gate(self.log, clocks=clocks, tell=self.tell, calls=self.calls)
        assert self.command(who=999)  # from here on the clock is known

    def calls(self, data):
        return raw_requests.calling(OWN, {300}, ("Quoth",), data)

    async def tell(self, data, sentence):
        self.said.append((int(data["member"]["user"]["id"]), sentence))

    def id(self, late=0.0):
        self.number += 1
        return str((int((BEGAN + self.now - late - 1_420_070_400) * 1000) << 22) | self.number)

    def command(self, name="quote", who=1, late=0.0, kind=2, one=None, guild="200", owners=None, **more):
        inner = {"name": name, "type": 1} | more
        data = {"id": one or self.id(late), "type": kind, "data": inner, "channel_id": "300", "token": "t"}
        data |= {"member": {"user": {"id": str(who)}}, "guild_id": guild} if guild else {"user": {"id": str(who)}}
        data |= {} if owners is None else {"authorizing_integration_owners": owners}
        return self.gate.arrived("INTERACTION_CREATE", data)

    def press(self, custom_id="q:more:a:b", who=1):
        return self.command(who=who, kind=3, custom_id=custom_id)

    def message(self, content=f"<@{OWN}> russia", late=0.0, one=None, who=1, **more):
        data = {"id": one or self.id(late), "channel_id": "301", "guild_id": "200", "content": content}
        data |= {"author": {"id": str(who)}} | more
        return self.gate.arrived("MESSAGE_CREATE", data)

    async def told(self):
        for _ in range(20):
            await asyncio.sleep(0)
        return self.said


@pytest.fixture
async def door():
    return Door()


@pytest.mark.parametrize("kind", [2, 3, 4, 5])
async def test_what_is_older_than_its_deadline_is_dropped_before_any_work(door, kind):
    assert door.command(late=2.4, kind=kind)
    assert not door.command(late=2.6, kind=kind)
    assert door.log.outcomes == ([] if kind == 4 else ["expired"])
    assert door.gate.counts["expired"] == 1


async def test_an_expired_use_holds_no_words_and_no_member(door):
    door.command(late=9, who=123456)
    (use,) = door.log.noted
    assert (use.query, use.key, use.found, use.quote, use.guild) == ("", "", False, None, 200)
    assert "123456" not in repr(use)


async def test_a_message_is_answered_for_a_minute(door):
    assert door.message(late=59)
    assert not door.message(late=61)
    assert not door.message("hello", late=61, guild_id=None)
    assert not door.message("@quoth russia", late=61)
    assert not door.message("why russia", late=61, channel_id="300")
    assert door.message("what others talk about", late=61)
    assert door.log.outcomes == ["expired"] * 3  # what a keyword might have called for was asked by nobody


async def test_what_comes_twice_is_taken_once(door):
    one, other = door.id(), door.id()
    assert door.command(one=one)
    assert not door.command(one=one)
    assert door.message(one=other)
    assert not door.message(one=other)
    assert door.gate.counts["repeated"] == 2
    assert door.log.noted == []


async def test_ids_are_remembered_but_not_for_ever(door):
    first = door.id()
    door.command(one=first)
    for number in range(REMEMBERED):
        door.command(who=number + 10, guild=str(number))
    assert len(door.gate.recent.let_in) == REMEMBERED
    assert door.command(one=first)


async def test_while_leaving_nothing_new_is_taken(door):
    door.gate.leave()
    assert not door.command()
    assert not door.message()
    assert door.message("what others talk about")
    assert await door.told() == []


broken = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner, max_size=3),
)
FIELDS = (
    "id",
    "type",
    "data",
    "member",
    "user",
    "author",
    "guild_id",
    "channel_id",
    "content",
    "webhook_id",
    "options",
)


@given(st.sampled_from(["INTERACTION_CREATE", "MESSAGE_CREATE", "READY"]), broken)
async def test_whatever_comes_nothing_is_raised(kind, data):
    assert Door().gate.arrived(kind, data) in (True, False)


@given(
    st.sampled_from(["INTERACTION_CREATE", "MESSAGE_CREATE"]),
    st.dictionaries(st.sampled_from(FIELDS), broken | st.sampled_from(["1", "2", 3, {"user": {"id": "1"}}])),
)
async def test_whatever_the_fields_hold_nothing_is_raised(kind, data):
    assert Door().gate.arrived(kind, data) in (True, False)


async def test_a_member_who_asks_too_much_is_told_once_and_logged_once(door):
    assert [door.command(who=5) for _ in range(25)] == [True] * 20 + [False] * 5
    assert door.command(who=6)
    assert await door.told() == [(5, SLOWER)] * 5
    assert door.log.outcomes == ["failed:busy"]
    door.now += 10
    assert door.command(who=5)


async def test_further_presses_are_acknowledged_without_a_word(door):
    assert [door.press(who=5) for _ in range(23)] == [True] * 20 + [False] * 3
    assert await door.told() == [(5, SLOWER), (5, None), (5, None)]


@pytest.mark.parametrize(
    "heavy",
    [
        lambda door: door.command("timeline"),
        lambda door: door.command("cite", options=[{"name": "about", "value": "russia"}]),
        lambda door: door.command("verify", options=[{"name": "text", "value": "a " * 200}]),
        lambda door: door.command("Find a quote", type=3),
        lambda door: door.press("q:pack:russia"),
        lambda door: door.press("c:packas:russia"),
        lambda door: door.press("q:timeline:russia"),
    ],
)
async def test_what_takes_long_may_be_asked_three_times_in_half_a_minute(door, heavy):
    assert [heavy(door) for _ in range(5)] == [True] * 3 + [False] * 2
    assert door.command("quote")
    door.now += 10
    assert heavy(door)


async def test_a_page_of_what_takes_long_takes_a_quarter_of_it(door):
    assert [door.press("q:years:1:russia") for _ in range(14)] == [True] * 12 + [False] * 2
    assert not door.command("timeline")
    assert door.press("q:find:1:russia")


@pytest.mark.parametrize("act", ["timeline", "verify"])
async def test_what_a_mention_asks_for_may_take_long_and_nobody_is_told(door, act):
    took = []
    for _ in range(5):
        one = door.id()
        assert door.message(one=one)
        took.append(door.gate.weighs(int(one), act, "our neighbour " * 30))
    assert took == [True] * 3 + [False] * 2
    assert not door.command("timeline")  # it is the same measure
    assert door.log.outcomes == ["failed:busy"]
    assert await door.told() == [(1, SLOWER)]
    one = door.id()
    assert door.message(one=one)
    assert door.gate.weighs(int(one), "quote", "russia")


async def test_mentions_that_take_long_keep_no_others_waiting(door):
    turns = []
    for number in range(HEAVY_MESSAGES + MESSAGES):
        one = door.id()
        assert door.message(one=one, who=number, channel_id=str(400 + number))
        assert door.gate.weighs(int(one), "timeline" if number < HEAVY_MESSAGES else "quote", "russia")
        async with asyncio.timeout(1):
            turns.append(taking(door, one))
            assert await turns[-1].__aenter__()


@pytest.mark.parametrize("typing", [True, False])
async def test_long_words_to_find_in_a_large_bank_take_long(door, typing):
    door.gate.light = lambda _act, text: len(text) <= 100
    words = [{"name": "about", "value": "russia and " * 20, "focused": typing}]
    if typing:  # suggestions come after what is asked for
        assert door.command(kind=4, options=words)
        turns = await filled(door, HEAVY, name="timeline")
        assert not door.command(kind=4, options=words)
        assert door.command(kind=4, options=[*words, {"name": "speaker", "value": "jens"}]) is False
        await turns[0].__aexit__(None, None, None)
        assert door.command(kind=4, options=words)
    else:
        assert [door.command(options=words) for _ in range(22)] == [True] * 20 + [False] * 2  # as any others
        assert [door.command("timeline") for _ in range(2)] == [False] * 2
        door.now += 11
        assert [door.command("timeline") for _ in range(3)] == [True] * 2 + [False]


async def test_what_is_quick_is_not_taken_for_heavy(door):
    quick = [
        door.command("verify", options=[{"name": "text", "value": "Russia is our neighbour."}]) for _ in range(4)
    ] + [door.command("cite", options=[{"name": "quote", "value": "quote:a"}]) for _ in range(4)]
    assert all(quick)


async def test_a_member_who_mentions_too_much_is_passed_over(door):
    assert [door.message() for _ in range(22)] == [True] * 20 + [False] * 2
    assert await door.told() == []


async def test_talking_in_a_channel_with_keywords_has_a_pace_of_its_own_and_is_never_told(door):
    said = [door.message("we talk", channel_id="300") for _ in range(60)]
    assert said == [True] * 10 + [False] * 50
    assert all(door.command() for _ in range(20)), "who talks much may ask as much as before"
    assert door.message("we talk", channel_id="300", who=2), "and others are read"
    assert door.message("others talk where keywords are off")
    door.now += 5
    assert [door.message("we talk", channel_id="300") for _ in range(6)] == [True] * 5 + [False]
    assert (await door.told(), door.log.noted, door.gate.counts["talk"]) == ([], [], 51)


async def test_suggestions_have_a_pace_of_their_own_and_are_never_told(door):
    assert [door.command(kind=4) for _ in range(52)] == [True] * 50 + [False] * 2
    assert door.command()
    assert await door.told() == []


def taking(door, one):
    return door.gate.turn(int(one), lambda sentence: door.tell({"member": {"user": {"id": 0}}}, sentence))


async def filled(door, count=QUICK, **more):
    """So many turns taken."""
    turns = []
    for number in range(count):
        one = door.id()
        assert door.command(one=one, who=1000 + number, **more)
        turns.append(taking(door, one))
        assert await turns[-1].__aenter__()
    return turns


async def test_suggestions_never_come_before_commands(door):
    turns = await filled(door)
    assert not door.command(kind=4)
    await turns[0].__aexit__(None, None, None)
    assert door.command(kind=4)
    assert door.gate.counts["suggestions"] == 1


async def test_a_server_that_asks_too_much_gives_way_only_while_others_wait(door):
    assert all(door.command(who=10_000 + number) for number in range(2000))
    turns = await filled(door, guild="201")
    assert not door.command(who=1)
    assert await door.told() == [(1, BUSY)]
    await turns[0].__aexit__(None, None, None)
    assert door.command(who=2)


async def test_who_cannot_be_served_is_told_in_time(door):
    await filled(door)
    one = door.id()
    door.command(one=one)
    door.gate._turns["quick"]._clock = lambda: asyncio.get_running_loop().time() + 2.45
    async with taking(door, one) as mine:
        assert not mine
    assert door.said == [(0, BUSY)]
    assert door.log.outcomes == ["failed:busy"]


async def test_a_refusal_that_cannot_be_told_is_counted_and_not_told_again(door):
    async def fails(_data, _sentence):
        raise OSError("no network")

    door.gate.tell = fails
    for _ in range(25):
        door.command()
    await door.told()
    assert (door.gate.counts["pace"], door.gate.counts["untold"], door.gate.counts["told"]) == (5, 5, 0)


async def test_a_refusal_whose_time_is_over_is_not_told(door, monkeypatch):
    for _ in range(20):
        door.command()
    assert not door.command()
    later = asyncio.get_running_loop().time() + 2.5
    monkeypatch.setattr("bot.chat.admission.gate._loop_time", lambda: later)
    assert await door.told() == []
    assert door.gate.counts["untold"] == 1


@pytest.mark.parametrize("stall", [0.01, 0.1, 1.0])
async def test_one_refusal_is_reckoned_dear_only_up_to_a_bound_however_long_it_took(door, monkeypatch, stall):
    """A stall of the machine while thousands are told is no reason to tell everybody who waits."""
    now = [asyncio.get_running_loop().time()]
    monkeypatch.setattr("bot.chat.admission.gate._loop_time", lambda: now[0])

    async def tell(_data, _sentence):
        await asyncio.sleep(0)
        now[0] += stall

    door.gate.tell = tell
    for _ in range(20 + 2 * TELLING_AT_ONCE):
        door.command()
    await door.told()
    cost = door.gate._turns["quick"].cost
    assert TELLING < cost.measured <= DEAREST


async def test_heavy_work_and_messages_keep_nobody_from_being_served(door):
    await filled(door, HEAVY, name="timeline")
    for number in range(MESSAGES):
        one = door.id()
        door.message(one=one, who=number)
        assert await taking(door, one).__aenter__()
    one = door.id()
    door.command(one=one)
    async with asyncio.timeout(1), taking(door, one) as mine:
        assert mine
    assert QUICK == 32


async def test_the_deadline_is_counted_from_discords_own_moment(door):
    one = door.id(late=1.5)
    door.command(one=one)
    left = door.gate.deadline_of(int(one)) - asyncio.get_running_loop().time()
    assert 0.5 < left < 1.1
    assert door.gate.deadline_of(5) is None


async def test_a_wrong_clock_is_told_once(caplog):
    door = Door.__new__(Door)
    door.now, door.log, door.said, door.number = 0.0, Log(), [], 0
    clocks = Clocks(age=lambda: door.now, pace=lambda: door.now, wall=lambda: BEGAN + 3600)
    door.gate = Gate(door.log, clocks=clocks, calls=door.calls)
    for _ in range(5):
        assert door.command()
        door.now += 3
    assert caplog.text.count("about 3600 seconds ahead of Discord's") == 1


async def test_how_far_the_clock_is_ahead_is_known_also_when_it_is_set_meanwhile():
    now, wrong = 0.0, 200 * 86_400.0
    clocks = Clocks(age=lambda: now, pace=lambda: now, wall=lambda: BEGAN + now + wrong)
    gate = Gate(Log(), clocks=clocks)
    assert gate.ahead() is None
    gate.observe_response_date(datetime.fromtimestamp(BEGAN, UTC))
    assert gate.ahead() == 200 * 86_400.0
    now, wrong = 5.0, 0.0
    assert gate.ahead() == 0.0
    wrong = -3600.0
    assert gate.ahead() == -3600.0


@pytest.mark.parametrize(
    ("guild", "owners", "place"),
    [
        ("200", {"0": "200"}, (200, 300)),
        ("200", {"1": "5"}, (200, 300)),
        ("200", None, (200, 300)),
        ("201", {"1": "5"}, (None, 300)),
        ("201", {"0": "0", "1": "5"}, (None, 300)),
        ("201", {"0": "200", "1": "5"}, (None, 300)),
        ("201", {"0": "201"}, (None, NOWHERE)),
        ("201", {"0": 201, "1": 5}, (None, NOWHERE)),
        ("201", {}, (None, NOWHERE)),
        ("201", None, (None, NOWHERE)),
        (None, {"0": "0"}, (None, 300)),
        (None, None, (None, 300)),
    ],
)
async def test_what_is_refused_is_noted_for_its_server_or_for_a_channel_of_none(door, guild, owners, place):
    """Of a server that the bot is not in nothing is kept; a person's own app and a direct message are of none."""
    door.gate.present = lambda server: server == 200
    assert not door.command(late=10, guild=guild, owners=owners)
    assert not door.command(late=10, guild=guild, owners=owners, kind=3, custom_id="q:more:a:b")
    assert [(use.guild, use.channel) for use in door.log.noted] == [place] * 2


@pytest.mark.parametrize(("guild", "place"), [("200", (200, 301)), ("201", (None, NOWHERE)), (None, (None, 301))])
async def test_so_is_a_message(door, guild, place):
    door.gate.present = lambda server: server == 200
    assert not door.message(late=90, guild_id=guild)
    assert [(use.guild, use.channel) for use in door.log.noted] == [place]


async def test_few_suggestions_are_under_way_and_the_rest_are_dropped(door):
    ids = [door.id() for _ in range(SUGGESTIONS + 4)]
    assert all(door.command(kind=4, one=one, who=number) for number, one in enumerate(ids))
    turns = [taking(door, one) for one in ids]
    assert [await turn.__aenter__() for turn in turns] == [True] * SUGGESTIONS + [False] * 4
    assert not door.command(kind=4, who=5000)
    assert door.command(who=5001)
    assert door.said == []
    for turn in turns:
        await turn.__aexit__(None, None, None)
    assert door.command(kind=4, who=5002)


async def test_suggestions_that_discord_has_been_sent_leave_the_work_to_others(door):
    turns = []
    for number in range(SUGGESTIONS + SENDING["suggestion"]):
        one = door.id()
        assert door.command(kind=4, one=one, who=number)
        turns.append(taking(door, one))
        assert await turns[-1].__aenter__()
        current_turn.get().send_off()
    assert not door.command(kind=4, who=5000)  # so many are enough
    assert door.command(who=5001)
    for turn in turns:
        await turn.__aexit__(None, None, None)
    assert door.command(kind=4, who=5002)


async def test_a_suggestion_ends_at_its_deadline(door):
    one = door.id(late=1.5)
    assert door.command(kind=4, one=one)
    async with taking(door, one) as mine:
        assert mine
        assert deadline.get() == door.gate.deadline_of(int(one))


async def test_a_channel_that_waits_for_its_limit_keeps_no_other_waiting(door):
    one, other = [door.id() for _ in range(10)], door.id()
    for number, asked in enumerate(one):
        assert door.message(one=asked, who=number, channel_id="400")
    turns = [taking(door, asked) for asked in one]
    waiting = [asyncio.ensure_future(turn.__aenter__()) for turn in turns]
    await door.told()
    assert [turn.done() for turn in waiting] == [True] + [False] * 9
    assert door.message(one=other, who=50, channel_id="401")
    async with asyncio.timeout(1), taking(door, other) as mine:
        assert mine
    for turn in waiting:
        turn.cancel()


async def test_one_member_who_mentions_without_end_keeps_nobody_in_the_channel_waiting(door):
    answered, waiting = [], []

    async def ask(who):
        one = door.id()
        assert door.message(one=one, who=who)
        turn = taking(door, one)
        assert await turn.__aenter__()
        answered.append(who)
        return turn

    waiting = [asyncio.ensure_future(ask(5)) for _ in range(5)]
    await door.told()
    waiting.append(asyncio.ensure_future(ask(6)))
    await door.told()
    waiting += [asyncio.ensure_future(ask(5)) for _ in range(5)]
    await door.told()
    assert answered == [5]
    await waiting[0].result().__aexit__(None, None, None)
    await door.told()
    assert answered == [5, 6]
    for one in waiting:
        one.cancel()


async def test_messages_that_wait_in_their_channels_leave_the_work_to_others(door):
    turns = []
    for number in range(MESSAGES * 3):
        one = door.id()
        assert door.message(one=one, who=number, channel_id=str(500 + number))
        turns.append(taking(door, one))
        async with asyncio.timeout(1):
            assert await turns[-1].__aenter__()
        current_turn.get().send_off()
    for turn in turns:
        await turn.__aexit__(None, None, None)
    assert door.gate._own == {}
    assert door.gate._turns["message"].idle


def test_there_is_a_connection_for_all_that_may_be_under_way():
    working = QUICK + HEAVY + MESSAGES + HEAVY_MESSAGES + SUGGESTIONS
    assert sum(SENDING.values()) + working + TELLING_AT_ONCE <= CONNECTIONS < 900  # of 1,024 descriptors


async def test_while_discord_takes_its_time_for_answers_others_are_worked_on(door):
    """A thousand at once, at a Discord that takes .3 s for each, are answered in time."""
    for number in range(SENDING["quick"]):
        one = door.id()
        assert door.command(one=one, who=number)
        async with asyncio.timeout(1):
            assert await taking(door, one).__aenter__()
        current_turn.get().send_off()
    assert SENDING["quick"] * (LATE - 0.3) / 0.3 > 1000
    assert len(await filled(door)) == QUICK
    assert door.gate._turns["quick"].full


async def test_of_one_members_commands_few_are_worked_on_at_a_time_and_nobody_else_waits(door):
    ids = [door.id() for _ in range(10)]
    for one in ids:
        assert door.command(one=one, who=7)
    turns = [taking(door, one) for one in ids]
    waiting = [asyncio.ensure_future(turn.__aenter__()) for turn in turns]
    await door.told()
    assert [turn.done() for turn in waiting] == [True] * OF_A_MEMBER + [False] * (10 - OF_A_MEMBER)
    other = door.id()
    assert door.command(one=other, who=8)
    async with asyncio.timeout(1), taking(door, other) as mine:
        assert mine
    for turn in turns[:OF_A_MEMBER]:
        await turn.__aexit__(None, None, None)
    await door.told()
    assert sum(turn.done() for turn in waiting) == 2 * OF_A_MEMBER
    for turn in waiting:
        turn.cancel()


async def test_a_members_next_command_is_worked_on_while_discord_has_the_answer(door):
    async def ask():
        one = door.id()
        assert door.command(one=one, who=7)
        turn = taking(door, one)
        assert await turn.__aenter__()
        current_turn.get().send_off()
        return turn

    async with asyncio.timeout(1):
        turns = [await asyncio.create_task(ask()) for _ in range(3 * OF_A_MEMBER)]
    for turn in turns:
        await turn.__aexit__(None, None, None)
    assert door.gate._own == {}


async def test_of_what_is_typed_the_latest_counts_and_what_was_typed_before_is_dropped(door):
    ids = [door.id() for _ in range(10)]
    for one in ids:
        assert door.command(kind=4, one=one, who=7)
    taken, done = [], []

    async def suggest(one):
        async with taking(door, one) as mine:
            if mine:
                taken.append(one)
                await asyncio.sleep(0)
            done.append(one)

    await asyncio.gather(*(suggest(one) for one in ids))
    assert taken == [ids[-1]]
    assert sorted(done) == sorted(ids)
    assert door.log.outcomes == []
    assert door.said == []
