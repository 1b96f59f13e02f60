"""What is echoed holds nothing that nobody sees, and nothing broken."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.chat.acts.saved_query import from_text, shortened, to_text
from bot.chat.escaping import clean, escape, plain
from bot.chat.limits import CUSTOM_ID
from bot.search.query import Query

anything = st.text(st.characters(exclude_categories=()), max_size=60)
BLANK = "\u034f\u115f\u1160\u17b4\u17b5\u180f\u2800\u3164\uffa0\U0001107f\U00016fe4\U0001d159\U000e0100"
UNSEEN = ("Cc", "Cf", "Cs", "Cn", "Co", "Zl", "Zp")
JOINERS = "\u200c\u200d"


def shows(text):
    """Whether every character of a text can be seen, or parts words or lines."""
    return all(
        char == "\n" or (unicodedata.category(char) not in UNSEEN and char not in BLANK)
        for char in text
        if char not in JOINERS
    )


@given(anything)
def test_nothing_invisible_or_broken_is_left(text):
    for made in (clean(text), escape(text), plain(text)):
        assert shows(made)
        made.encode()
    assert "\n" not in plain(text)


def test_no_character_of_any_plane_is_left_that_shows_nothing():
    unseen = [char for char in map(chr, range(0x110000)) if unicodedata.category(char) in UNSEEN and char not in "\n\t"]
    assert len(unseen) > 900_000
    for first in range(0, len(unseen), 100):
        some = unseen[first : first + 100]
        assert clean("".join(some)) == "", hex(ord(some[0]))
        assert clean("b".join(some)) == "b" * (len(some) - 1), hex(ord(some[0]))


@given(anything)
def test_cleaning_twice_changes_nothing_more(text):
    assert clean(clean(text)) == clean(text)
    assert plain(plain(text)) == plain(text)


@given(st.text(st.characters(whitelist_categories=("L", "N", "P", "S")), max_size=60))
def test_what_can_be_seen_stays_as_it_is(text):
    assert clean(text) == "".join(char for char in text if char not in BLANK)


@pytest.mark.parametrize("text", ["👩‍👩‍👧", "❤️", "می‌خواهم", "क्‍ष", "naïve – “quote”…", "1️⃣", "🏳️‍🌈", "日本語、引用。"])
def test_what_a_joiner_makes_stays(text):
    assert clean(text) == text


@pytest.mark.parametrize(
    ("text", "seen"),
    [
        ("ru\u200dssia", "russia"),
        ("a\ufe0fb", "ab"),
        ("safe\u202egpj.exe", "safegpj.exe"),
        ("\ufeffhello\x00", "hello"),
        ("tag\U000e0067\U000e007f", "tag"),
        ("half\ud83d", "half"),
        ("a\r\nb\rc", "a\nbc"),
        ("soft\u00adhyphen", "softhyphen"),
        ("\u2800\u3164", ""),
        ("a\u2028b", "ab"),
        ("a\tb", "a b"),
        ("syriac\u070f", "syriac"),
        ("last\U0001fffe\U0010ffff\ufdd0", "last"),
        ("nobody's\u0378\U000f0000", "nobody's"),
        ("joined\u2800\u200d", "joined"),
    ],
)
def test_ten_ways_of_hiding_something(text, seen):
    assert clean(text) == seen


@given(anything, st.none() | anything, st.none() | anything)
def test_a_button_carries_nothing_broken(words, speaker, source):
    packed = to_text(shortened(Query(words=words, speaker=speaker, source=source)))
    assert shows(packed)
    assert "\n" not in packed
    assert len(f"q:more:{'x' * 40}:{packed}") <= CUSTOM_ID
    from_text(packed)


@pytest.mark.parametrize("mark", ["\u202e", "\u2066", "\u200b", "\x00", "\x1b", "\ud800", "\u3164", "\r", "\u2028"])
def test_a_label_turns_nothing_round_and_holds_nothing_unseen(mark):
    assert plain(f"a{mark}b") in ("ab", "a b")
    assert plain(f"a\n {mark} b") == "a b"
