"""How to ask: what stands there can be typed and is answered, and privacy comes last."""

import re
from dataclasses import replace

import pytest

from bot.chat.acts.custom_ids import QuoteOnTopic, parse
from bot.chat.ui.help import how_to_ask
from bot.config import shipped_bank
from bot.editions.making import open_edition
from bot.search.query import Query
from bot.verify.verifier import Verifier

COMMANDS = [("quote", "A sourced quote"), ("topics", "Everything *there* is")]


@pytest.fixture(scope="module")
def edition():
    return open_edition(shipped_bank())


def lines(edition, **said):
    view = how_to_ask(edition.index, COMMANDS, days=90, **said)
    return "\n".join(part.content for part in view.walk_children() if hasattr(part, "content")).split("\n")


def test_three_examples_are_answered_by_this_bank(edition):
    said = lines(edition)
    at = said.index("**Try one of these**")
    examples = [re.match(r"`/(\w+) \w+: ([^`]+)` · \w", line).groups() for line in said[at + 1 : at + 4]]
    assert [command for command, _ in examples] == ["quote", "timeline", "verify"]
    for _, words in examples[:2]:
        assert edition.index.find(Query(words)).key == f"topic:{words.lower()}"
    assert examples[0][1] != examples[1][1]
    assert Verifier.beside(edition.index).verify(examples[2][1])[0].kind == "verbatim"


def test_a_line_for_each_command_and_privacy_last(edition):
    said = lines(edition)
    at = said.index("**All commands**")
    assert said[at + 1 : at + 3] == ["`/quote` · A sourced quote", "`/topics` · Everything \\*there\\* is"]
    assert "**Check this quote**" in said[at + 3]
    assert said[-1].startswith("-# I read commands")
    assert "90 days" in said[-1]


@pytest.mark.parametrize(("private", "asked"), [(False, "o"), (True, "p")])
def test_the_most_quoted_topics_can_be_pressed_and_answer_as_privately(edition, private, asked):
    view = how_to_ask(edition.index, COMMANDS, days=90, private=private)
    ids = [part.custom_id for part in view.walk_children() if getattr(part, "custom_id", None)]
    most = [topic.id for topic in edition.index.common[:5]]
    assert [parse({"custom_id": one}) for one in ids] == [QuoteOnTopic(topic, asked) for topic in most]


def test_a_server_is_greeted(edition):
    assert lines(edition, joined=True)[0].startswith("### Hello!")
    assert not lines(edition)[0].startswith("### Hello!")


def test_without_quotes_nothing_is_offered_that_has_no_answer(edition):
    empty = replace(edition.bank, quotes=())
    said = lines(type(edition)(empty, type(edition.index).build(empty)))
    assert "**Try one of these**" not in said
    assert "**Or press a topic**" not in said
    assert "**All commands**" in said
