"""The fingerprint: what it proves, what it refuses, and how sure a proof is."""

from __future__ import annotations

import random
from collections import Counter
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.bank.fingerprint import Fingerprint, dump, locate, make, parse, proves, runs
from bot.bank.reader import read_bank
from bot.bank.windows import window_hashes
from bot.problem import Problem
from bot.text import words

ARTICLE = """Minister: Bridges come first

“The old bridge carried our grandparents to market every single week,” Ada Varga said. “It has earned a rest, and we
will build it anew before winter comes.”

The council has put aside 3.8 million for the works. Nobody knows whether that's enough…

Ada Varga: I said to [Tom Berg] that we aren't in a hurry. The river won't wait for us. We need both. As for the
ferry…it will run every day, also on Sundays. Until then!
"""
SPEECH = [
    (ARTICLE.index(first), ARTICLE.index(last) + len(last))
    for first, last in [("The old", "week,"), ("It has", "comes."), ("I said", "Sundays.")]
]
OPEN = make(ARTICLE, "bridges-2020")
HEARD = make(ARTICLE, "bridges-2020", speech=SPEECH)
FIRST = "The old bridge carried our grandparents to market every single week"
SECOND = "It has earned a rest, and we will build it anew before winter comes."


def test_a_sentence_is_proved_with_its_place():
    proof = proves(HEARD, [FIRST])
    assert proof is not None
    [(start, end)] = proof.places
    assert words(ARTICLE)[start:end] == words(FIRST)


def test_segments_are_proved_in_their_order_only():
    assert proves(HEARD, [FIRST, SECOND]) is not None
    assert proves(HEARD, [SECOND, FIRST]) is None
    assert proves(HEARD, [FIRST, FIRST]) is None


@pytest.mark.parametrize(
    "segment",
    [
        "the OLD bridge carried our grandparents to market every single week",
        "I said to [Tom Berg] that we arent in a hurry.",
        "I said to Tom Berg that we aren’t in a hurry.",
        "The river won't [sic] wait for us. We need both.",
        "The river [of course] won’t wait for us.",
        "The river wont wait for us. … As for the ferry… it will run every day, also on Sundays",
        "The river won’t wait for … As for the ferry it will run … every day, also on Sundays.",
        "I said to [Tom Berg] that we aren't in a hurry. The river won't wait [sic] for us.",
        "I said to [Tom Berg] that we aren't in [a] hurry.",
        "The river won't wait for us... As for the ferry it will run every day, also on Sundays.",
        "The river won't wait for us. . . As for the ferry it will run every day, also on Sundays.",
        "As for the ferry [. . .] every day, also on Sundays.",
        "As for the ferry … every day, also on Sundays.",
        "… won't wait for us. We need both …",
        "The old bridge … to market every single week",
    ],
)
def test_marks_brackets_and_ellipses_do_not_stand_in_the_way(segment):
    assert proves(HEARD, [segment]) is not None


@pytest.mark.parametrize(
    "segment",
    [
        "bridge carried our grandparents to market every single week",
        "The old bridge carried our grandparents to market every single",
        "I said that we aren't in a hurry. The river won't wait for us.",
        "The river will wait for us. We need both.",
        f"{FIRST} {SECOND}",
        "",
        "…",
        "[sic]",
    ],
)
def test_what_does_not_stand_there_as_a_passage_is_not_proved(segment):
    assert proves(OPEN, [segment]) is None


@pytest.mark.parametrize(
    "segment",
    [
        "Bridges come first",
        "The council has put aside 3.8 million for the works.",
        "Nobody knows whether that's enough…",
    ],
)
def test_headlines_and_narration_stand_there_but_are_nobodys_speech(segment):
    assert proves(OPEN, [segment]) is not None
    assert proves(HEARD, [segment]) is None


def test_nothing_is_no_quotation():
    assert proves(HEARD, []) is None


def test_each_segment_has_its_place_from_its_first_piece_to_its_last():
    segments = [
        "The old bridge … our grandparents to … every single week",
        "It has earned a rest … before winter comes.",
    ]
    article = words(ARTICLE)
    places = [
        (article.index("old") - 1, article.index("week") + 1),
        (article.index("earned") - 2, article.index("comes") + 1),
    ]
    assert proves(HEARD, segments).places == tuple(places)
    cut = proves(HEARD, ["… won't wait for us. We need both."])
    assert cut.places == ((article.index("wait") - 1, article.index("both") + 1),)


def test_as_many_marks_and_readings_are_tried_as_may_be():
    few, many = (f"The river won't wait for us. {'[sic] ' * count}We need both." for count in (5, 6))
    assert proves(HEARD, [few]) is not None
    assert proves(HEARD, [many]) is None
    one = "One [two] three [four] five [six] seven [eight] nine [ten] end."
    two = "Uno [dos] tres [cuatro] cinco [seis] siete [ocho] nueve [diez] fin."
    sixty_fourth = "One two three four five six seven eight nine end. Uno tres cinco siete nueve fin."
    sixty_fifth = (
        "One two three four five six seven nine ten end. Uno dos tres cuatro cinco seis siete ocho nueve diez fin."
    )
    assert proves(make(sixty_fourth), [one, two]) is not None
    assert proves(make(sixty_fifth), [one, two]) is None


def test_every_change_of_one_word_is_noticed():
    said = [(FIRST,), (SECOND,), (FIRST, SECOND), ("The river won't wait for us. We need both.",)]
    for segments in said:
        changes = list(tampered(segments))
        assert changes
        for changed in changes:
            assert proves(HEARD, changed) is None, changed


def tampered(segments):
    """The segments with each word changed, dropped, doubled, or swapped with its neighbour."""
    for at, segment in enumerate(segments):
        run = segment.split()
        for place, word in enumerate(run):
            variants = [
                [*run[:place], word + "s", *run[place + 1 :]],
                [*run[:place], *run[place + 1 :]],
                [*run[:place], word, word, *run[place + 1 :]],
                [*run[:place], *run[place : place + 2][::-1], *run[place + 2 :]],
            ]
            for variant in map(" ".join, variants):
                if words(variant) != words(segment):  # a dash is no word, and “many, many” may change places
                    yield [*segments[:at], variant, *segments[at + 1 :]]


def test_it_is_salted():
    other = make(ARTICLE, "another-id")
    assert sum(mine == theirs for mine, theirs in zip(OPEN.hashes, other.hashes, strict=True)) < len(OPEN.hashes) / 20


def test_it_holds_no_word_of_the_text():
    held = dump(HEARD).replace("bridges-2020", "")
    long = {word for word in words(ARTICLE) if len(word) > 5}
    assert long
    assert words(held)
    assert not long & set(words(held))


def test_the_file_says_the_same_when_read_back():
    coarse = make(ARTICLE, "coarse", window=2, bits=1)
    for fingerprint in (OPEN, HEARD, make("", "empty"), make("Two words", "two"), coarse):
        assert parse(dump(fingerprint), "f.txt") == fingerprint


GOOD = dump(HEARD).splitlines()


@pytest.mark.parametrize(
    ("line", "text"),
    [
        (1, "quoth-fingerprint 2"),
        (1, ""),
        (2, "salt"),
        (2, "salt ../../etc"),
        (3, "window 1"),
        (3, "window ５"),
        (4, "bits 9"),
        (4, "bits " + "9" * 5000),
        (5, "+ 1 zzz zz zz"),
        (5, "* 1 abc 00"),
        (5, "+ 1 abc 0g"),
        (5, "+ 0 abc"),
        (6, ""),
        (7, "+ 9999999 abc"),
        (7, "+ 1 abc 0000"),
        (len(GOOD), "+ 9 abc 00"),
    ],
)
def test_a_damaged_file_is_a_problem_with_its_line(line, text):
    lines = list(GOOD)
    lines[line - 1] = text
    problem = parse("\n".join(lines) + "\n", "fingerprints/x.txt")
    assert isinstance(problem, Problem)
    assert (problem.file, problem.line, problem.code) == ("fingerprints/x.txt", line, "fingerprint-damaged")


@pytest.mark.parametrize("length", range(4))
def test_of_a_file_that_is_cut_short_the_first_line_that_is_missing_is_told(length):
    assert parse("\n".join(GOOD[:length]), "x").line == length + 1


FIT = "the hashes of this line do not fit its words, or those above are missing some"


@pytest.mark.parametrize(
    ("head", "units", "line", "message"),
    [
        ("", "", 1, "this is not a fingerprint (its first line is to be “quoth-fingerprint 1”)"),
        ("salt -/window 3/bits 8", "", 2, "the salt is to be a source's id"),
        ("pepper x/window 3/bits 8", "", 2, "this line is to be “salt …”"),
        ("salt x/window 9/bits 8", "", 3, "window is to be a number from 2 to 8"),
        ("salt x/window 3/bits 0", "", 4, "bits is to be a number from 1 to 8"),
        ("salt x/window 3/bits 8", "+ 4", 5, "this line is to be: + or - or ?, a number of words, a seal, hashes"),
        ("salt x/window 3/bits 8", "+ 2 abc 010203/+ 3 abc", 5, FIT),
        ("salt x/window 3/bits 8", "+ 4 abc 01/+ 4 abc 01", 6, FIT),
        ("salt x/window 3/bits 8", "+ 999999 abc/+ 2 abc", 6, FIT),
        ("salt x/window 3/bits 8", "+ 999998 abc/+ 2 abc", 6, "1000000 words want 999998 hashes, not 0"),
        ("salt x/window 3/bits 8", "+ 4 abc 01", 5, "4 words want 2 hashes, not 1"),
        ("salt x/window 3/bits 4", "+ 4 0ab 0111", 5, "there are hashes of more than 4 bits"),
        ("salt x/window 3/bits 1", "+ 4 020 0101", 5, "“020” has more than 5 bits"),
    ],
)
def test_what_is_wrong_with_a_file_is_said(head, units, line, message):
    first = "quoth-fingerprint 1\n" if head else "another file\n"
    problem = parse(first + f"{head}/{units}".replace("/", "\n"), "x")
    assert problem == Problem(
        "x", line, 1, "error", "fingerprint-damaged", message, "make it again with `quoth fingerprint`"
    )


def test_a_line_lost_in_the_middle_is_a_problem():
    assert (
        isinstance(parse("\n".join(GOOD[:6] + GOOD[7:]), "x"), Problem)
        or parse("\n".join(GOOD[:6] + GOOD[7:]), "x") != HEARD
    )


@given(st.text(max_size=300))
def test_no_file_raises(text):
    assert isinstance(parse(text, "x"), Problem)
    assert isinstance(parse("\n".join([*GOOD[:4], text]), "x"), (Problem, Fingerprint))


@given(st.lists(st.sampled_from(["we", "need", "both", "Peace.", "Now,", "“so”"]), max_size=40))
def test_whatever_is_in_the_article_is_located(run):
    article = " ".join(run)
    fingerprint = make(article, "x")
    folded = words(article)
    for size in range(3, len(folded) + 1):
        for start in range(len(folded) - size + 1):
            assert (start, start + size) in locate(fingerprint, folded[start : start + size])


def test_longest_runs_of_a_pasted_text():
    pasted = words(f"He told us: {FIRST} I think. And then nothing. {SECOND}")
    found = [(pasted[run.start : run.end], run.at) for run in runs(HEARD, pasted)]
    article = words(ARTICLE)
    assert found == [
        (words(FIRST), article.index("old") - 1),
        (words(SECOND), article.index("earned") - 2),
    ]


def test_a_false_proof_of_ten_words_is_rarer_than_one_in_a_million_million():
    # The chance a proof states is for one passage; the worst case is ten words, anywhere in a long article.
    most_words = 100_000
    hashes = 10 - OPEN.window + 1
    assert most_words * 2.0 ** (-OPEN.bits * hashes) < 1e-12
    proof = proves(OPEN, ["The river won't wait for us. We need both."])
    assert proof is not None
    assert proof.chance < 1e-12


def test_words_too_few_for_a_window_are_proved_by_their_seal_alone():
    # A seal has twelve bits, and every unit could have been the one.
    assert proves(OPEN, ["Until then!"]).chance == len(OPEN.units) * 2.0**-12


def test_the_stated_chance_bounds_what_happens():
    # With windows of one bit and seals of five, false proofs are frequent enough to be counted.
    rng = random.Random(4)
    vocabulary = [f"w{number}" for number in range(500)]
    article = ". ".join(" ".join(f"W{rng.randrange(500)}" for _ in range(6)) for _ in range(20)) + "."
    coarse = make(article, "coarse", bits=1)
    proofs = [proves(coarse, [" ".join(rng.choices(vocabulary, k=6))]) for _ in range(6000)]
    false = sum(1 for proof in proofs if proof is not None)
    stated = next(proof.chance for proof in proofs if proof is not None)
    # Four windows and one seal: nine bits, in any of 20 places.
    assert stated == 20 * 2.0**-9
    assert false / 6000 == pytest.approx(1 - (1 - 2.0**-9) ** 20, rel=0.2)
    assert false / 6000 < 1.2 * stated


def test_hashes_of_different_words_are_spread_evenly():
    # 30,000 windows over 256 values: a chi-square of 255 degrees of freedom stays below 350 but for one time in 30,000.
    hashes = window_hashes("spread", [f"word{number}" for number in range(30_000)], 3, 8)
    expected = len(hashes) / 256
    assert sum((hashes.count(value) - expected) ** 2 / expected for value in range(256)) < 350
    # Neighbouring windows share two words and yet say nothing of one another.
    pairs = Counter(pairwise(hashes[: 256 * 64]))
    assert max(pairs.values()) <= 6


def test_another_word_changes_every_window_it_stands_in_at_random():
    same = 0
    for number in range(3000):
        run = [f"a{number}", f"b{number}", f"c{number}", f"d{number}", f"e{number}"]
        changed = [*run[:2], "changed", *run[3:]]
        one, other = window_hashes("x", run, 3, 8), window_hashes("x", changed, 3, 8)
        assert len(one) == 3
        same += sum(mine == theirs for mine, theirs in zip(one, other, strict=True))
        assert one != other
    assert same == pytest.approx(3 * 3000 / 256, rel=0.5)


def test_a_wrong_seal_alone_refuses():
    units = tuple(unit._replace(seal=unit.seal ^ 1) for unit in HEARD.units)
    assert proves(replace(HEARD, units=units), [FIRST]) is None


@pytest.fixture(scope="module")
def bank():
    reading = read_bank(Path(__file__).parents[2] / "quotes")
    assert reading.bank is not None, reading.problems
    return reading.bank


def test_every_shipped_quote_is_proved_beyond_doubt(bank):
    assert bank.quotes
    for quote in bank.quotes:
        proof = proves(bank.fingerprints[quote.source.id], quote.segments)
        assert proof is not None, quote.id
        assert proof.chance < 1e-12, quote.id


def test_every_change_of_one_word_of_any_shipped_quote_is_noticed(bank):
    tried = 0
    for quote in bank.quotes:
        fingerprint = bank.fingerprints[quote.source.id]
        for changed in tampered(quote.segments):
            tried += 1
            assert proves(fingerprint, changed) is None, (quote.id, changed)
    assert tried > 5000


def test_no_shipped_quote_stands_in_another_source(bank):
    assert bank.quotes
    assert len(bank.fingerprints) > 1
    for quote in bank.quotes:
        for source, fingerprint in bank.fingerprints.items():
            if source != quote.source.id:
                assert proves(fingerprint, quote.segments) is None, (quote.id, source)


def test_no_shipped_segment_stands_in_another_order(bank):
    several = [quote for quote in bank.quotes if len(quote.segments) > 1]
    assert several
    for quote in several:
        assert proves(bank.fingerprints[quote.source.id], quote.segments[::-1]) is None, quote.id
