"""The quick way reads what the parser reads, word for word and place for place, or leaves it to the parser."""

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.config import shipped_bank
from bot.strict_yaml.events import MAX_DEPTH, Composer
from bot.strict_yaml.plain import read_plain

GOOD_BANK = Path(__file__).parent / "data" / "good_bank"


def slowly(text):
    composer = Composer(text, "file.yaml")
    root = composer.compose()
    assert composer.problems == []
    return root


PLAIN = [
    "a: b\n",
    "a:\nb: c\n",
    "a:",
    "- a\n- b: c\n  d: e\n-   f: g\n    h: i\n",
    "a:\n- b\n- c\nd: e\n",
    "a:\n  - b: [c, d e, f]\n    g: {h: i, j: 2017-05-25}\n\n# so\n  - k: 'l'\n    m: \"n: o\"\n",
    "a: >-\n  b c\n  d\n\n\nb: |-\n    x  y \n    # z\n",
    "a: “b” — c’s [d] {e} it's 5\n",
    "a: [https://example.org/a-b, c]\nd: []\n",
    "a:   b  \n",
    "a: b\r\nc:\r\n  - d\r\n",
    "a: x:y\n",
    "a: b c\n  d - e\n    f\ng:\n- h\n  i\n- j\n",
    "a: 'it''s b\n  c d'\ne: \"f\n  g\"\n",
]


@pytest.mark.parametrize("text", PLAIN)
def test_the_plain_way_is_read_quickly(text):
    root = read_plain(text, MAX_DEPTH)
    assert root is not None
    assert root == slowly(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "a",
        "a: b\n  c: d\n",
        "a: b\n# c\n  d\n",
        "a: b\n\n  c\n",
        "a: 'b\n\n  c'\n",
        "a: 'b' c\n",
        "a: 'b\nc'\n",
        "a: b # c\n",
        "a: &b c\n",
        "a: *b\n",
        "a: !b c\n",
        "<<: a\n",
        "a: b: c\n",
        "a: [b, c\n",
        "a: [b,c]\n",
        "a: [b: c]\n",
        "a: {b, c: d}\n",
        "a: {b: c, b: d}\n",
        "a: b\na: c\n",
        'a: "\\n"\n',
        "a: >\n  b\n",
        "a: >-\n  b\n   c\n",
        "a: >-\n\n  b\n",
        "a: |-\n  b\n\n     \n",
        "a: |-\n  b\n\n  c\n",
        "a: |-2\n  b\n",
        "---\na: b\n",
        "a: b\n---\nc: d\n",
        "a: b\n...\n",
        "a:\tb\n",
        "? a\n: b\n",
        "- - a\n",
        "-\n  a: b\n",
        " a: b\nc: d\n",
        "a:\n  b: c\n d: e\n",
        "- a\nb: c\n",
        "a: b\n- c\n",
        "a:" * 3,
        "a: %b\n",
        "a: @b\n",
    ],
)
def test_all_else_is_left_to_the_parser(text):
    assert read_plain(text, MAX_DEPTH) is None


def test_depth_is_left_to_the_parser():
    text = "".join(f"{' ' * at}a:\n" for at in range(MAX_DEPTH - 1))
    inner = " " * (MAX_DEPTH - 1)
    assert read_plain(f"{text}{inner}a: b\n", MAX_DEPTH) == slowly(f"{text}{inner}a: b\n")
    assert read_plain(f"{text}{inner}a: [b]\n", MAX_DEPTH) is None
    assert read_plain(f"{text}{inner}a:\n {inner}b: c\n", MAX_DEPTH) is None


@pytest.mark.parametrize(
    "file", [*sorted(GOOD_BANK.rglob("*.yaml")), *sorted(shipped_bank().rglob("*.yaml"))], ids=lambda file: file.name
)
def test_the_banks_are_read_the_same_both_ways(file):
    text = file.read_text(encoding="utf-8")
    root = read_plain(text, MAX_DEPTH)
    assert root is None or root == slowly(text)


INDENTS = st.sampled_from(["", " ", "  ", "    ", "      "])
STARTS = st.sampled_from(["", "- ", "-   ", "-", "- - ", "# "])
KEYS = st.sampled_from(["a", "b", "key", "no", "1", "k-k", "a b", "“k”", "'q'", "<<", "?", "é", "-a"])
COLONS = st.sampled_from([": ", ":", ":  ", " : ", ""])
MARKS = st.sampled_from([*list("ab:-,[]{}'\"|>?!&*#%@`\\ .~<"), " #", ": ", ", ", ">-", "|-", "’", "é", "“", "\xa0"])
VALUES = st.sampled_from(
    [
        "",
        "b",
        "b c",
        "x:y",
        "[a, b]",
        "[a, b c, d-e]",
        "[]",
        "{a: b}",
        "{a: b, c: 2017}",
        "{}",
        ">-",
        "|-",
        "'q'",
        '"q: r"',
        "“so” it’s",
    ]
) | st.lists(MARKS, max_size=6).map("".join)
LINES = st.builds("{}{}{}{}{}".format, INDENTS, STARTS, KEYS, COLONS, VALUES) | st.builds(
    "{}{}".format, INDENTS, VALUES
)
FILES = st.lists(LINES, max_size=9).map("\n".join) | st.lists(LINES, max_size=9).map(
    lambda lines: "\r\n".join([*lines, ""])
)


@settings(max_examples=1500)
@given(FILES)
def test_the_two_ways_agree(text):
    root = read_plain(text, MAX_DEPTH)
    if root is not None:
        assert root == slowly(text)
