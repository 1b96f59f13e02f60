"""A pasted quotation gets one verdict, with the proof; the table of verdicts is tests/data/verdicts.yaml."""

import random
import time
from dataclasses import replace
from pathlib import Path

import pytest
import yaml

from bot.bank import fingerprint
from bot.bank.reader import read_bank
from bot.search.index import Index
from bot.text import words
from bot.verify.verdict import gravest
from bot.verify.verifier import Verifier, quoted_in
from tests.verify.conftest import bank_of

ROOT = Path(__file__).parents[2]
ROWS = yaml.safe_load((ROOT / "tests/data/verdicts.yaml").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def shipped():
    return read_bank(ROOT / "quotes").bank


@pytest.fixture(scope="module")
def verifier(shipped):
    return Verifier.build(shipped)


@pytest.fixture(scope="module")
def made_up(bank):
    return Verifier.build(bank)


def one(verifier, text, **claimed):
    (verdict,) = verifier.verify(text, **claimed)
    return verdict


@pytest.mark.parametrize("row", ROWS, ids=lambda row: " ".join(row["text"].split())[:60])
def test_the_table_of_verdicts(verifier, row):
    found = verifier.verify(row["text"], speaker=row.get("speaker"))
    verdict = gravest(found)
    assert verdict.kind == row["verdict"], verdict.sentence
    if "quote" in row:
        assert verdict.quote.id == row["quote"]
    if "source" in row:
        assert verdict.source.id == row["source"]
    if "diff" in row:
        assert [list(change) for change in verdict.diff] == row["diff"]
    if "each" in row:
        assert [one.kind for one in found] == row["each"]
    if "judged" in row:
        assert [one.text for one in found] == [row["text"] if row["judged"] == "all of it" else row["judged"]]


HOSTILE = [
    *("_", "a.", "A. ", '"a', "“a” ", "'a' ", "> a\n", "[…] ", "… ", "the ", "one ", "not ", "\n", "*", "[a] "),
    *("ﷺ", " ﷺ", '"ﷺ', "\u0301\u0323", "a\u0301", "⑽ ", "ß", "中"),
    "russia " * 70 + "." * 5500,
    "russia " * 70 + ".," * 2700,
    "russia: " * 70 + ":" * 5400,
    "russia " * 70 + "\n" * 5500 + "x",
    "russia " * 70 + " \n" * 2700 + "x",
    "russia " * 70 + "?" * 5500 + "x",
]


@pytest.mark.parametrize("unit", HOSTILE, ids=range(len(HOSTILE)))
def test_no_text_takes_many_times_as_long_as_an_ordinary_one(verifier, unit):
    def cost(text):
        tries = []
        for _ in range(2):
            began = time.thread_time()
            verifier.verify((text * 6000)[:6000])
            tries.append(time.thread_time() - began)
        return min(tries)

    assert cost(unit) <= 4 * cost("We need both strong defence and dialogue with Russia. NATO is strong. ") + 0.02


def test_every_quote_of_the_bank_is_verbatim_and_is_found(verifier, shipped):
    assert shipped.quotes
    for quote in shipped.quotes:
        for pasted in (quote.text, f"“{quote.text}” — {quote.speaker.name}, {quote.year}", quote.text.upper()):
            verdict = one(verifier, pasted)
            assert verdict.kind == "verbatim", quote.id
            assert quote in verdict.quotes


def test_a_word_dropped_anywhere_is_found_and_named(verifier, shipped):
    rng, tried = random.Random(1), 0
    for quote in shipped.quotes:
        tokens = quote.text.split()
        at = rng.randrange(1, len(tokens) - 1)
        dropped = words(tokens[at])
        neighbours = words(f"{tokens[at - 1]} {tokens[at + 1]}")
        if not dropped or set(dropped) & set(neighbours):
            continue
        verdict = one(verifier, " ".join(tokens[:at] + tokens[at + 1 :]))
        assert verdict.kind == "altered", quote.id
        assert [words(actual) for _, _, actual in verdict.diff] == [dropped], quote.id
        tried += 1
    assert tried > len(shipped.quotes) / 2


def test_an_excerpt_says_that_it_is_one(verifier):
    assert one(verifier, "does not want a new Cold War").is_excerpt
    assert not one(verifier, "NATO does not want a new Cold War or arms race.").is_excerpt


def test_what_was_changed_is_shown_in_place(verifier):
    verdict = one(verifier, "NATO does not want a old Cold War or arms race.")
    assert [(piece.kind, piece.text.strip()) for piece in verdict.pieces] == [
        ("same", "NATO does not want a"),
        ("dropped", "new"),
        ("added", "old"),
        ("same", "Cold War or arms race."),
    ]
    assert 0.8 < verdict.score < 1


def test_a_splice_shows_the_passages_and_what_lies_between(verifier):
    verdict = one(verifier, "Russia is our biggest neighbour. We need both.")
    assert verdict.passages == ("Russia is our biggest neighbour", "We need both")
    assert [quote.id for quote in verdict.quotes] == ["biggest-neighbour-2017", "need-both-2017"]
    assert "the second of them stands before the first, with 35 words between them" in verdict.between
    cut = one(
        verifier,
        "We cannot choose between either dialogue with Russia or deterrence and defence. "
        "And there is no contradiction between strong defence and political dialogue.",
    )
    assert cut.between == "Between them stands: “We need both”."


def test_words_from_answers_to_two_questions_name_the_other_question(verifier):
    verdict = one(
        verifier,
        "NATO is not going into a combat role. "
        "He expects European NATO allies and Canada to deliver on what we decided in 2014.",
    )
    assert verdict.kind == "spliced"
    assert "another question: “You are meeting the new American president." in verdict.between


def test_in_source_says_whether_it_is_speech():
    said = "The ferry will run again before the ice has gone from the western bay."
    told = "He arrived late in the evening with two other members of the harbour board."
    text = f"{said} {told}"
    prints = {"gazette": fingerprint.make(text, "gazette", speech=[(0, len(said))])}
    bank = bank_of(("A lighthouse is a promise that somebody keeps every night.",), prints)
    verifier = Verifier.build(bank)
    assert one(verifier, said).kind == one(verifier, told).kind == "in_source"
    assert one(verifier, said).is_speech is True
    assert one(verifier, told).is_speech is False
    assert "not marked as speech" in one(verifier, told).sentence
    changed = one(verifier, told.replace("late", "early"))
    assert changed.kind == "unknown"


def test_hashes_that_fit_by_accident_do_not_cover_an_alteration():
    text = "A lighthouse is a promise that somebody keeps every night of the year, and of the next."
    prints = {"gazette": fingerprint.make(text, "gazette", speech=[(0, len(text))])}
    verifier = Verifier.build(bank_of((text,), prints))
    head = "A lighthouse is a promise that somebody keeps every night of the"
    wrong = next(
        word
        for word in (f"x{n}" for n in range(5000))
        if fingerprint.locate(prints["gazette"], words(f"{head} {word}"))
    )
    verdict = one(verifier, f"{head} {wrong}")
    assert (verdict.kind, verdict.diff) == ("altered", (("number", wrong, "year"),))


def test_the_same_words_of_two_speakers_are_nobodys_alone(bank):
    first = bank.quotes[0]
    other = next(quote.speaker for quote in bank.quotes if quote.speaker != first.speaker)
    twice = replace(bank, quotes=(*bank.quotes, replace(first, id="again", speaker=other)))
    verifier = Verifier.build(twice)
    for speaker in (first.speaker.name, other.name):
        assert one(verifier, first.text, speaker=speaker).kind == "verbatim"
        assert one(verifier, first.text, speaker=speaker).quote.speaker.name == speaker
    assert one(verifier, first.text, speaker="Somebody Else").kind == "misattributed"


def test_a_quotation_inside_a_quote_is_part_of_it():
    text = "The captain shouted “all hands on deck” and then he went to sleep below."
    verifier = Verifier.build(bank_of((text, "All hands on deck means what it says, and no less.")))
    assert one(verifier, text).quote.id == "q0"
    altered = one(verifier, text.replace("went", "ran"))
    assert (altered.kind, altered.quote.id) == ("altered", "q0")


@pytest.mark.parametrize(("speaker", "kind"), [(None, "verbatim"), ("Somebody Else", "misattributed")])
def test_a_quote_that_is_mostly_a_quotation_is_taken_as_it_is(speaker, kind):
    text = "Then shouted “all hands on deck at once” again."
    verdict = one(Verifier.build(bank_of((text, "All hands on deck at once."))), text, speaker=speaker)
    assert (verdict.kind, verdict.text, verdict.quote.id) == (kind, text, "q0")


@pytest.mark.parametrize(
    "text",
    [
        "He stood on the bridge for an hour and said “the ferry will run again soon” to nobody.",
        "Ada Brook said that the ferry will run again before the ice has gone from the western bay.",
    ],
)
def test_words_around_a_quotation_that_stand_in_the_source_belong_to_it(text):
    prints = {"gazette": fingerprint.make(text, "gazette")}
    verdict = one(Verifier.build(bank_of(("A lighthouse is a promise.",), prints)), text)
    assert (verdict.kind, verdict.text) == ("in_source", text)


LAMP = "is a promise that somebody keeps every night of the year, and of the next"
SLEEP = "The captain went to sleep {} and I said nothing of it at all."


@pytest.mark.parametrize(
    ("around", "quotation", "belongs"),
    [
        ("A lighthouse by the sea", f"“{LAMP}”", True),
        ("Some lighthouse by the sea", f"“{LAMP}”", False),
        ("I heard the captain whistle.", SLEEP.format("above"), True),
        ("We heard the captain whistle.", SLEEP.format("above"), False),
    ],
)
def test_words_around_a_quotation_belong_to_it_where_three_of_five_stand_in_its_quote(around, quotation, belongs):
    verifier = Verifier.build(bank_of((f"A lighthouse {LAMP}.", SLEEP.format("below"))))
    text = f"{around} {quotation}"
    assert one(verifier, text).text == (text if belongs else quotation.strip("“”"))


def test_quotes_of_common_words_only_are_found():
    verifier = Verifier.build(bank_of(("It is what it is, and that is all there is.", "We are who we are.")))
    assert one(verifier, "it is what it is and that is all there is").kind == "verbatim"
    assert one(verifier, "It is what it was, and that is all there is.").kind == "altered"
    assert one(verifier, "who we are").kind == "verbatim"
    assert one(verifier, "we are").kind == "unknown"  # two such words stand everywhere


def test_an_index_lends_its_words(index):
    assert one(Verifier.beside(index), "A river never asks the bridge whether it may pass.").kind == "verbatim"


def test_an_empty_bank_knows_nothing():
    verdict = one(Verifier.build(bank_of(())), "A river never asks the bridge whether it may pass.")
    assert verdict.kind == "unknown"
    assert "never said" in verdict.sentence


HOSTILE = {
    "nothing": "",
    "marks": "“”„“«»\"'‘’" * 700,
    "open marks": "“" * 6000,
    "straight marks": '" ' * 3000,
    "apostrophes": "'a " * 2000,
    "ellipses": "a … " * 1500,
    "brackets": "[" * 6000,
    "closed brackets": "[a] " * 1500,
    "names": "Aa Bb Cc Dd Ee " * 400,
    "said": "Stoltenberg said " * 350,
    "dashes": "— " * 3000,
    "colons": "A: " * 2000,
    "one word": "russia " * 850,
    "long word": "x" * 6000,
    "emoji": "🤷‍♀️" * 1500,
    "marks above": "Z̸̢͙͔a̷l̵g̶o̴ " * 400,
    "quoted lines": "> russia\n" * 600,
    "backslashes": "\\" * 6000,
    "links": "[russia](https://e.example/a) " * 200,
    "angles": "<@" * 3000,
    "numbers": "3.8 10,000 " * 500,
    "nul": "\x00 \ud800 " * 1000,
    "questions": "really? " * 800,
}


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_text_is_answered(verifier, name):
    found = verifier.verify(HOSTILE[name], speaker=HOSTILE[name][:100])
    assert found
    assert all(verdict.sentence for verdict in found)


def test_of_one_text_eight_thousand_characters_and_twelve_quotations_are_read(verifier):
    quotation = "“Russia is here to stay.” "
    assert len(verifier.verify(quotation * 21)) == 12
    assert one(verifier, f"{'x ' * 3975}{quotation}").kind == "verbatim"
    assert one(verifier, f"{'x ' * 4000}{quotation}").kind == "unknown"


def test_a_long_text_is_read_sentence_by_sentence(verifier, shipped):
    pasted = " ".join(quote.text for quote in shipped.quotes)[:6000]
    found = verifier.verify(pasted)
    assert len(found) > 5
    assert {verdict.kind for verdict in found} <= {"verbatim", "altered"}
    assert sum(verdict.kind == "verbatim" for verdict in found) >= len(found) - 1


def test_of_a_long_text_that_is_no_quotation_only_what_is_found_is_told(verifier):
    walk = ["The mayor of our town walked along the river for many hours in the rain."] * 4
    said = ["Russia is our biggest neighbour.", "NATO’s relationship with Russia based on dual-track approach."]
    found = verifier.verify(" ".join([*walk, *said, "Russia is our greatest neighbour.", "Russia is here to go."]))
    assert [(one.kind, one.text) for one in found] == [
        ("verbatim", said[0]),
        ("in_source", said[1]),
        ("altered", "Russia is our greatest neighbour."),
    ]


@pytest.mark.parametrize(("length", "found"), [(59, "unknown"), (60, "verbatim")])
def test_a_text_of_sixty_words_is_long(verifier, length, found):
    walk = "The mayor walked along the river in the rain for many hours and days. " * 5
    text = f"{' '.join(walk.split()[: length - 6])} on. Russia is our biggest neighbour."
    assert len(words(text)) == length
    assert one(verifier, text).kind == found


def test_what_a_message_quotes_is_of_more_than_five_words_and_of_two_quotes_at_most():
    lamp, ferry = "A lamp burns for us all.", "The ferry will run again before the ice has gone."
    index = Index.build(bank_of((lamp, lamp, lamp, "A lamp burns for us.", ferry)))
    assert [quote.id for quote in quoted_in(index, lamp)] == ["q0", "q1"]
    assert quoted_in(index, "A lamp burns for us") == ()
    both = f"He said “{lamp}” and “{ferry.replace('gone', 'come')}” and “{lamp}”"
    assert [quote.id for quote in quoted_in(index, both)] == ["q0", "q1", "q4"]


def test_sentences_speak_of_what_was_found(verifier):
    assert one(verifier, "NATO does want a new Cold War or arms race.").sentence == (
        "Not word for word. A negation was lost: “not”."
    )
    assert one(verifier, "Ich bin ein Berliner.").sentence == (
        "Not in our sources. That does not mean that it was never said; fewer than five words need an exact match."
    )
    assert one(verifier, "NATO does not want a new Cold War or arms race.", speaker="Putin").sentence == (
        "Real words, but Jens Stoltenberg said them, not Putin."
    )
