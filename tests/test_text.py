import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.text import fold, shorten, words, words_in_place


@pytest.mark.parametrize(
    ("raw", "folded"),
    [
        ("That’s", "thats"),
        ("Thats", "thats"),
        ("Türkiye", "turkiye"),
        ("TÜRKİYE", "turkiye"),
        ("Kırım", "kirim"),
        ("Россия", "россия"),
        ("РОССИЙ", "россии"),
        ("Große", "grosse"),
        ("Forsvarsutgifter på Grønland", "forsvarsutgifter pa gronland"),
        ("ﬁrm", "firm"),
    ],
)
def test_folding(raw, folded):
    assert fold(raw) == folded
    assert fold(fold(raw)) == folded


def test_words_split_at_hyphens_but_not_at_apostrophes():
    assert words("“It’s a dual-track approach” – 40-percent, SSC-8!") == [
        "its", "a", "dual", "track", "approach", "40", "percent", "ssc", "8",
    ]  # fmt: skip


def test_words_in_place_point_at_the_words_as_typed():
    text = "«That’s» dual-track, ÉTÉ"
    assert [(word, text[start:end]) for word, start, end in words_in_place(text)] == [
        ("thats", "That’s"),
        ("dual", "dual"),
        ("track", "track"),
        ("ete", "ÉTÉ"),
    ]


@given(st.text(st.sampled_from("aB9é’‘“”–—… -'´\u00a0ﬁİ"), max_size=40))
def test_the_quick_way_gives_the_same_words(text):
    assert words(text) == re.findall(r"[^\W_]+", fold(text))


def test_words_and_words_in_place_agree():
    for text in ("O’Brien’s 3.8 percent — “no” e\u0301te\u0301 soft\u00adhyphen", "a'b'c ''quoted'' ½ ﬁne"):
        assert [word for word, _, _ in words_in_place(text)] == words(text)


def test_shorten_cuts_between_words_and_keeps_the_limit():
    assert shorten("one two three", 20) == "one two three"
    cut = shorten("We need both, and there is no contradiction", 20)
    assert cut == "We need both, and…"
    assert len(shorten("x" * 500, 100)) == 100
