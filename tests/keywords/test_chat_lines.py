"""The shipped triggers among ordinary chat: seldom, and only where a quote is apt."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import yaml

from bot.bank.reader import read_bank
from bot.keywords.triggers import Triggers

ROOT = Path(__file__).parents[2]
DATA = ROOT / "tests" / "data"
MOST = 0.01
CALLS = yaml.safe_load((DATA / "chat_calls.yaml").read_text(encoding="utf-8"))


def read_lines() -> list[str]:
    lines = (DATA / "chat_lines.txt").read_text(encoding="utf-8").splitlines()
    meant = {"\\n": "\n", "\\\\": "\\"}
    return [re.sub(r"\\[n\\]", lambda mark: meant[mark.group()], line) for line in lines if not line.startswith("%%")]


@pytest.fixture(scope="module")
def triggers() -> Triggers:
    bank = read_bank(ROOT / "quotes").bank
    assert bank is not None
    return Triggers.build(bank)


def test_there_is_enough_of_it():
    assert len(set(read_lines())) >= 1000


def test_few_lines_draw_a_quote_and_each_is_known_to_be_apt(triggers):
    lines = read_lines()
    drawn = [[line, match.topic.id] for line in lines if (match := triggers.match(line))]
    expected = yaml.safe_load((DATA / "chat_replies.yaml").read_text(encoding="utf-8"))
    assert drawn == expected
    assert 0 < len(drawn) <= MOST * len(lines)


@pytest.mark.parametrize(("message", "topic"), CALLS, ids=[message for message, _ in CALLS])
def test_a_call_is_answered_on_its_topic(triggers, message, topic):
    match = triggers.match(message)
    assert (match and match.topic.id) == topic


def test_every_shipped_trigger_can_be_said(triggers):
    assert triggers.phrases
    for match in triggers.phrases.values():
        assert triggers.match(f"hm, {match.trigger} anyone?") == match


def test_every_shipped_call_works_for_every_topic_and_every_name_for_a_fifth_of_the_calls(triggers):
    calls = sorted({call for filed in triggers.calls.values() for call in filed}, key=lambda call: call.text)
    names = sorted(triggers.names.items(), key=lambda named: (named[1].id, named[0]))
    assert len(calls) >= 5
    for number, call in enumerate(calls):
        one_of_each = {topic: name for name, topic in names}
        for name, topic in (*names[number % 5 :: 5], *((name, topic) for topic, name in one_of_each.items())):
            spelt = " ".join((*call.before, *name, *call.after))
            found = triggers.match(f"hm, {spelt} anyone?")
            assert found is not None, spelt
            assert found.topic == topic, spelt
