"""What a press or a form may do: what Discord says it is decides, and nothing empty is kept."""

from __future__ import annotations

from datetime import UTC, datetime
from types import SimpleNamespace

import discord
import pytest
from discord.components import _component_factory

from bot.chat.acts import custom_ids as acts
from bot.chat.cogs.components import UNKNOWN, Components
from bot.chat.limits import CONTENT
from bot.chat.log_limiter import LogLimiter
from bot.chat.moderation.complaints import NOTHING_WRITTEN, THANKS
from bot.chat.requests.asker import Askers
from bot.chat.requests.request import NOT_HERE
from bot.chat.ui import forms
from bot.search.query import Query

UNSEEN = [
    "",
    " ",
    "\u200b\u2060\ufeff",
    "\u3164",
    "\u202e \u2066",
    "\U000e0041",
    "\n\n",
    "\x00\x07",
    "\u2800",
    "\u115f",
]


async def test_what_is_not_known_is_logged_once_a_minute_and_answered_each_time(caplog):
    person = Person({"custom_id": "q:forged"})
    for _ in range(50):
        await Components(person.client).unknown(person, person.data)
    assert person.said == [UNKNOWN] * 50
    assert caplog.text.count("a button that is not known") == 1


class Person:
    """Somebody who pressed or sent something in; `said` is what they were answered."""

    def __init__(self, data):
        self.data, self.said, self.kept, self.muted = data, [], [], []
        self.guild_id, self.channel_id, self.channel, self.message = 1, 2, None, None
        self.permissions = discord.Permissions.all()
        self.response = SimpleNamespace(send_message=self.answer, edit_message=self.answer)
        bank = SimpleNamespace(by_id={"known": object()}, edition="e")
        store = SimpleNamespace(complain=self.complain)
        library = SimpleNamespace(edition=SimpleNamespace(bank=bank))
        self.client = SimpleNamespace(
            library=library,
            store=store,
            now=lambda: datetime(2026, 5, 1, tzinfo=UTC),
            clock=lambda: 0.0,
            settings=SimpleNamespace(keyword_mute=30),
            keywords=SimpleNamespace(mute=self.mute),
            servers={1},
            log_limiter=LogLimiter(),
            askers=Askers(),
        )
        self.type = discord.InteractionType.component

    async def answer(self, said="", **_options):
        self.said.append(said)

    async def complain(self, complaint):
        self.kept.append(complaint)

    async def mute(self, *what):
        self.muted.append(what)
        return True


def form(text):
    return {"components": [{"component": {"value": text}}]}


@pytest.mark.parametrize("text", UNSEEN)
async def test_a_complaint_that_says_nothing_is_not_kept(text):
    person = Person(form(text))
    await Components(person.client).send_report(person, acts.SendReport("known"))
    assert (person.kept, person.said) == ([], [NOTHING_WRITTEN])


async def test_a_complaint_about_a_quote_that_is_not_there_is_not_kept():
    person = Person(form("the date is wrong"))
    await Components(person.client).send_report(person, acts.SendReport("nosuch"))
    assert person.kept == []
    assert "no longer in the bank" in person.said[0]


async def test_a_complaint_is_kept_cleaned():
    person = Person(form("  the \u202edate\x00 is wrong "))
    await Components(person.client).send_report(person, acts.SendReport("known"))
    assert [one.text for one in person.kept] == ["the date is wrong"]


@pytest.mark.parametrize(
    ("servers", "guild", "own", "kept"),
    [
        ({1, 3}, 1, False, [1]),
        ({1, 3}, 1, True, [1]),
        ({3}, 1, True, [None]),  # somebody who brought the bot along
        (set(), None, False, [None]),
        ({3}, 1, False, []),  # it was removed just now: what nobody would forget is not kept
        (set(), 1, False, []),
    ],
)
async def test_a_complaint_is_kept_under_a_server_only_while_the_bot_is_in_it(servers, guild, own, kept):
    person = Person(form("the date is wrong"))
    person.guild_id, person.client.servers = guild, frozenset(servers)
    person._integration_owners = {1: 5} if own else {0: 1}
    person.is_guild_integration = lambda: not own
    await Components(person.client).send_report(person, acts.SendReport("known"))
    assert [one.guild for one in person.kept] == kept
    assert person.said == ([THANKS] if kept else [f"{NOT_HERE} You wrote:\nthe date is wrong"])


@pytest.mark.parametrize("trigger", [one for one in UNSEEN if one])
async def test_what_nobody_can_see_is_not_kept_quiet_about(trigger):
    person = Person({})
    await Components(person.client).mute_trigger(person, acts.MuteTrigger(trigger))
    assert (person.muted, person.said) == ([], [UNKNOWN])


async def test_a_phrase_is_kept_quiet_about():
    person = Person({})
    await Components(person.client).mute_trigger(person, acts.MuteTrigger("russia"))
    assert [what[0] for what in person.muted] == [1]


async def test_nothing_is_kept_quiet_where_the_bot_is_not():
    person = Person({})
    person.client.servers = {2}
    await Components(person.client).mute_trigger(person, acts.MuteTrigger("about russia"))
    assert (person.muted, person.said) == ([], [NOT_HERE])


def hush(rest, number=1):
    return {"type": 2, "id": number, "style": 2, "label": "x", "custom_id": f"q:hush:{rest}"}


def row(*parts):
    return {"type": 1, "id": 90, "components": list(parts)}


TEXT = {"type": 10, "id": 80, "content": "words"}
SHOWN = {
    "no buttons": ([TEXT], None),
    "a row": ([row(hush("russia"))], "russia"),
    "a container": ([{"type": 17, "id": 70, "components": [TEXT, row(hush("russia"))]}], "russia"),
    "six in a row": ([row(*(hush("russia", number) for number in range(1, 7)))], "russia"),
    "41 of them": ([row(hush("russia", number)) for number in range(1, 42)], "russia"),
    "too long": ([row(hush("y" * 400))], None),
    "too long and another": ([row(hush("y" * 400), hush("russia"))], "russia"),
    "nothing": ([row(hush(""))], None),
    "what nobody can read": ([row(hush("\x00"))], None),
    "a button without an id": ([row({"type": 2, "id": 1, "style": 5, "url": "https://example.org"})], None),
    "a list": ([row({"type": 3, "id": 1, "custom_id": "c:x:y", "options": []})], None),
}


async def another(components, *, ephemeral=False, by=5):
    """What is given where another quote is asked for under a message that answers `by`."""
    given = []

    async def serve(_send, asked, options):
        given.append((asked, options))

    person = Person({})
    person.client.quotes = SimpleNamespace(about=lambda _query, _asked, **options: options)
    person.client.serve = serve
    person.id, person.user, person.guild, person.context = 7, SimpleNamespace(id=5), None, None
    shown = [_component_factory(one) for one in components]
    person.client.gate = SimpleNamespace(deadline_of=lambda _: None)
    person._integration_owners = {}
    answers = SimpleNamespace(user=SimpleNamespace(id=by))
    flags = SimpleNamespace(ephemeral=ephemeral)
    person.message = SimpleNamespace(components=shown, flags=flags, interaction_metadata=answers)
    await Components(person.client).another(person, acts.Another("known", Query("russia")))
    return given


@pytest.mark.parametrize("what", SHOWN)
async def test_another_quote_is_given_under_whatever_a_message_shows(what):
    components, trigger = SHOWN[what]
    ((_, options),) = await another(components)
    assert options == {"skip": "known", "trigger": trigger, "before": "known"}
    ((_, options),) = await another(components, by=6)
    assert options == {"skip": "known", "trigger": None, "before": None}


@pytest.mark.parametrize("ephemeral", [False, True])
async def test_what_takes_the_place_of_what_one_alone_saw_is_for_that_one_too(ephemeral):
    """So that topics offered where nothing is left are answered in private as well."""
    ((asked, _),) = await another([TEXT], ephemeral=ephemeral)
    assert (asked.private, asked.alone) == (False, ephemeral)


def test_what_was_written_is_handed_back_as_it_was_and_not_without_end():
    assert forms.handed_back("Sorry.", form("a *b* <@1> \u202ec")) == "Sorry. You wrote:\na \\*b\\* \\<@1> c"
    long = forms.handed_back("Sorry.", form("*ab " * 4000))
    assert len(long) <= CONTENT
    assert long.endswith("…")
    for nothing in ({}, form(""), form("\u202e \n"), {"custom_id": "q:more"}):
        assert forms.handed_back("Sorry.", nothing) == "Sorry."
