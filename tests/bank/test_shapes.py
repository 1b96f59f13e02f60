"""docs/quote-format.md tells of all that may stand in a bank's files, by the tables that the reader checks by."""

import re
from pathlib import Path

import pytest

from bot.bank import shapes
from bot.bank.shapes import SOURCE_FILE, SPEAKERS_FILE, TOPICS_FILE

DOCUMENT = (Path(__file__).parents[2] / "docs" / "quote-format.md").read_text(encoding="utf-8")
EXAMPLES = "\n".join(re.findall(r"```yaml\n(.*?)```", DOCUMENT, re.DOTALL))


def keys(shape):
    """Every key below a shape, with the shape it stands in."""
    for name, key in shape.keys.items():
        yield shape.name, name, key
        for group in (key.group, key.part.group if key.part else None):
            if group is not None:
                yield from keys(group)


ALL = sorted(
    {(group, name): key for root in (SOURCE_FILE, TOPICS_FILE, SPEAKERS_FILE) for group, name, key in keys(root)}
)


def test_the_shapes_are_gone_through_to_the_ground():
    assert len(ALL) >= 50
    assert {("a date", "basis"), ("a role", "until"), ("a topic", "triggers"), ("a reprint", "address")} <= set(ALL)


@pytest.mark.parametrize(("group", "name"), ALL)
def test_every_key_is_in_an_example(group, name):
    assert re.search(rf"(?<![\w-]){name}:", EXAMPLES), f"{name} of {group}"


@pytest.mark.parametrize("name", [*shapes.KINDS, *shapes.BASES])
def test_every_choice_is_told_of(name):
    assert re.search(rf"(?<![\w-]){name}(?![\w-])", DOCUMENT)


def test_the_numbers_are_those_that_are_checked():
    words = {3: "three", 4: "four", 6: "six"}
    assert f"{shapes.MIN_TOPICS} to {shapes.MAX_TOPICS} ids of topics.yaml" in EXAMPLES
    assert f"fewer than {words[shapes.MIN_TOPICS]} topics" in DOCUMENT
    assert f"more than {words[shapes.MAX_TOPICS]}\n  topics" in DOCUMENT
    assert f"single hyphens, at most {shapes.MAX_ID}." in DOCUMENT
    assert (
        f"text {shapes.MAX_TEXT:,} characters, question {shapes.MAX_QUESTION}, title and notes {shapes.MAX_TITLE}, "
        f"words around {shapes.MAX_CONTEXT}, names {shapes.MAX_NAME}"
    ) in DOCUMENT
    assert shapes.MAX_TITLE == shapes.MAX_NOTE
