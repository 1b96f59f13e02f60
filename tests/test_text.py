import itertools
import random
import re
import statistics
import string
import time
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.problem import Problem
from bot.text import fold, is_longer, looks_like_a_token, quoted, shorten, within, without_tokens, words, words_in_place


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


@given(
    st.text(st.sampled_from("aeıοαIﬁ가ᄀ\u1161\u11a8\u0301\u0307\u0323\u0345か\u3099ﾞ"), max_size=12), st.integers(0, 12)
)
def test_a_long_text_is_folded_in_parts_as_it_is_whole(text, before):
    head = "x" * (256 - before)
    assert fold(head + text) == fold(head) + fold(text)


def test_a_text_is_cut_at_what_it_unfolds_to():
    assert within("ﷺ" * 6000, 90) == unicodedata.normalize("NFKC", "ﷺ" * 5)
    assert (within("ﷺ" * 5, 90), within("défense", 7), within("e\u0301te\u0301", 5)) == (
        "ﷺ" * 5,
        "défense",
        "e\u0301te\u0301",
    )
    assert (within("défense", 3), within("abc", 2), within("", 0)) == ("déf", "ab", "")
    assert [is_longer(text, 18) for text in ("ﷺ", "ﷺ.", "x" * 18, "x" * 19, "ﬁ" * 9, "ﬁ" * 10)] == [False, True] * 3


@pytest.mark.parametrize("unit", ["\u0301\u0323", "ﷺ", "a\u0301", "⑽", "é", "\u0345", "x"])
def test_folding_takes_time_in_proportion_to_the_length(unit):
    def cost(times):
        text = (unit * 6000)[:500] * times
        tries = []
        for _ in range(3):
            began = time.thread_time()
            fold(text)
            tries.append(time.thread_time() - began)
        return min(tries)

    assert cost(64) <= 3 * 8 * cost(8) + 0.01


def test_shorten_cuts_between_words_and_keeps_the_limit():
    assert shorten("one two three", 20) == "one two three"
    cut = shorten("We need both, and there is no contradiction", 20)
    assert cut == "We need both, and…"
    assert len(shorten("x" * 500, 100)) == 100


# Made up; each has the shape of a bot's token, of then and of now.
PARTS = [
    ("MTIzNDU2Nzg5MDEyMzQ1Njc4", "GabcDE", "abcdefghijklmnopqrstuvwxyz_0123456789AB"),
    ("bm8tcmVhbC10b2tlbi1hdC1hbGw", "X9aB_-", "N0-T0ken-0fAnyb0dy-At-All-0x"),
]


@pytest.mark.parametrize("parts", PARTS)
@pytest.mark.parametrize("around", ["{}", "'{}'", "/srv/anna/{}/data", "TOKEN={}", "{}: cannot be read", "--token={}"])
def test_neither_a_token_nor_its_end_is_shown(parts, around):
    for token in (".".join(parts), parts[2]):
        said = without_tokens(around.format(token))
        assert said == around.format("(what looks like a token)")
        assert without_tokens(said) == said


NAMES = [
    "The-21st-Century-Security-of-NATO-2014",
    "Quoth-Bot-for-the-21st-Century",
    "Stoltenberg-1st-visit-to-Kyiv-2014",
    "Speech-on-the-75th-Anniversary-of-NATO-2024",
    "A-4th-of-July-2026-Speech-of-Stoltenberg",
    "5G-Networks-and-the-Alliance-2020",
    "NATO-in-the-2010s-and-the-2020s-Report",
    "NATOs-2014-summit-in-Wales-declaration",
    "iPhone-12-review-of-the-camera-2020",
    "speech-by-McCain-at-Munich-2017-02-17",
    "Stoltenberg_Interview_2014-05-27_v2a",
    "Stoltenberg_Interview_2014_final2b_copy",
    "2014-05-27T12-00-00Z_Interview_Stoltenberg",
    "stoltenberg-Interview-2014-05-27T120000Z",
    "Vol3-No12-pp45-67-Stoltenberg-Essay",
    "My-3D-Models-of-the-B52-and-F16-planes",
    "UTF8-cleaned-Stoltenberg-Articles-v10",
    "COVID19-and-the-Alliance-Reports-v2",
    "StoltenbergInterviewsFrom2014to2020",
    "NATO2030-United-for-a-New-Era-Report",
    "data_2026Q3_NATO_Spending_by_Country",
    "北约NATO和俄罗斯Russia在2014年的关系非常紧张我们需要对话和威慑双轨并行",
]


@pytest.mark.parametrize("name", NAMES)
def test_ordinary_names_of_files_are_no_secrets(name):
    assert without_tokens(f"/srv/{name}/data.yaml") == f"/srv/{name}/data.yaml"


def test_a_token_copied_out_of_a_chat_may_have_its_marks_escaped():
    for parts in PARTS:
        for token in (".".join(parts), f"{parts[0]}.a_b-c_d.{parts[2]}", parts[2]):
            written = token.replace("_", "\\_").replace("-", "\\-")
            assert without_tokens(f"it is {written} now") == "it is (what looks like a token) now"
            assert looks_like_a_token(written)
    assert without_tokens("C:\\_data\\-x \\_so\\_") == "C:\\_data\\-x \\_so\\_"


def test_random_secrets_are_told_from_words():
    rng, letters = random.Random(1), string.ascii_letters + string.digits + "-_"
    through = 0
    for length in (27, 38) * 6000:
        secret = "".join(rng.choices(letters, k=length))
        kinds = (string.ascii_lowercase, string.ascii_uppercase, string.digits)
        if all(set(secret) & set(kind) for kind in kinds):
            through += without_tokens(f"it is {secret}") != "it is (what looks like a token)"
    assert through <= 1, "of 100,000 fewer than two"


@pytest.mark.parametrize(
    "piece", ["a", "A", "1", "-", "Ab", "abC", "a-", "12", "a1", "A1-", "1T", "12T", "AAbc", "\\-"]
)
def test_that_takes_no_time_by_more_than_the_length(piece):
    """What would take it by the power of the length never ends here."""
    for end in ("1A", "aA1", "A1x!", "x1A"):
        looks_like_a_token(piece * 20_000 + end)


@pytest.mark.parametrize("parts", PARTS)
def test_a_mark_that_is_not_seen_hides_no_token(parts):
    token = ".".join(parts)
    for mark in "\u00ad\u200b\u2060\ufeff\x00":
        assert without_tokens(f"one\n{token[:40]}{mark}{token[40:]} two") == "one\n(what looks like a token) two"
    assert without_tokens("soft\u00adhyphen") == "soft\u00adhyphen"


def test_no_row_of_pieces_takes_time_by_powers_of_its_length():
    def cost(unit):
        began = time.thread_time()
        for end in ("B1", "1a1", "!", "Tz0"):
            looks_like_a_token(unit * (56 // len(unit)) + end)
        return time.thread_time() - began

    units = ["".join(unit) for length in range(1, 6) for unit in itertools.product("AaT1-", repeat=length)]
    units += ["".join(unit) for unit in itertools.product("AaTZMc19", repeat=4)]
    usual = statistics.median(map(cost, units[::50]))
    slow = [unit for unit in units if cost(unit) > 30 * usual]  # or the machine paused
    assert [unit for unit in slow if min(cost(unit) for _ in range(5)) > 30 * usual] == []


@pytest.mark.parametrize("parts", PARTS)
def test_no_piece_of_a_token_is_quoted_and_none_is_in_a_problem(parts):
    token = ".".join(parts)
    assert quoted(f"it is {token} and some more") == "it is (what looks like a token) and…"
    problem = Problem("a.yaml", 1, 1, "error", "code", f"there is no “{token}”", f"write {parts[2]}")
    assert str(problem) == "a.yaml:1:1: there is no “(what looks like a token)”; write (what looks like a token)"


@pytest.mark.parametrize(
    "said",
    [
        "/srv/anna/quotes/sources/euronews-2017-05-25.yaml:7:3: there is no topic ‘rusia’",
        "edition 0b1de11d12121ab3404ad9f0f1d3c2b4e5f60718293a4b5c6d7e8f9001122334",
        "https://discord.com/developers/applications",
        "we-cannot-choose-between-either-dialogue",
        "AMuchTooLongNameOfSomeFolderOfSomebody",
        "Thompson-1963-Making-of-the-English-Working-Class.yaml",
        "StoltenbergInterviewsEuronews2014",
        "InternationalisierungskommissionsberichtDerArbeit2019Final",
        "EURONEWS_2017-05-25_Interview_with_Jens_Stoltenberg",
        "quoth.db.damaged-2026-01-05T120000Z",
        "MTIzNDU2Nzg5MDEyMzQ1Njc4",
    ],
)
def test_what_is_no_token_is_shown(said):
    assert without_tokens(said) == said
