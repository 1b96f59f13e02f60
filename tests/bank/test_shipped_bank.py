"""The shipped bank: enough quotes, cited as known and no further, made of direct speech and of nothing else."""

from __future__ import annotations

import hashlib
from collections import Counter
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
import yaml

from bot.bank.dates import show
from bot.bank.fingerprint import proves
from bot.bank.reader import Reading, read_bank
from bot.text import words

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from bot.bank.bank import Bank
    from bot.bank.quote import Quote, Source

QUOTES = Path(__file__).parents[2] / "quotes"
TRAPS = yaml.safe_load((Path(__file__).parents[1] / "data" / "traps.yaml").read_text(encoding="utf-8"))


def as_hash(run: Sequence[str]) -> str:
    return hashlib.sha256(" ".join(run).encode()).hexdigest()


def rows(lines: Iterable[str]) -> list[tuple[int, str]]:
    """The lines of traps.yaml as (number of words, hash)."""
    return [(int(size), digest) for size, digest in (line.split() for line in lines)]


def holds(segment: str, pieces: Iterable[tuple[int, str]]) -> bool:
    """Whether any of the hashed pieces stands in the segment."""
    said = words(segment)
    wanted = set(pieces)
    sizes = {size for size, _ in wanted}
    return any((size, as_hash(said[at : at + size])) in wanted for size in sizes for at in range(len(said) - size + 1))


def sentences_of(segment: str, speech: Sequence[tuple[int, str]]) -> list[int] | None:
    """Which sentences of the source's direct speech the segment is made of, or None where it is made of more."""
    said, found = words(segment), []
    start = 0
    while start < len(said):
        number = next(
            (n for n, (size, digest) in enumerate(speech) if as_hash(said[start : start + size]) == digest), None
        )
        if number is None:
            return None
        found.append(number)
        start += speech[number][0]
    return found


PIECES = {
    kind: [row for lines in by_source.values() for row in rows(lines)] for kind, by_source in TRAPS["pieces"].items()
}
SPEECH = {source: rows(lines) for source, lines in TRAPS["speech"].items()}


@pytest.fixture(scope="module")
def reading() -> Reading:
    return read_bank(QUOTES)


@pytest.fixture(scope="module")
def bank(reading: Reading) -> Bank:
    assert reading.bank is not None, "\n".join(map(str, reading.problems))
    return reading.bank


def test_it_has_no_problem_not_even_a_warning(reading):
    assert [str(problem) for problem in reading.problems] == []


def test_it_has_at_least_fifty_quotes_of_five_articles(bank):
    assert len(bank.quotes) >= 50
    assert {source.id for source in bank.sources} == set(SPEECH)


def test_every_quote_is_proved_against_the_fingerprint_of_its_article(bank):
    assert set(bank.fingerprints) == set(SPEECH)
    unproved = [q.id for q in bank.quotes if proves(bank.fingerprints[q.source.id], q.segments) is None]
    assert unproved == []


def test_every_quote_has_three_to_six_topics_and_every_topic_a_quote(bank):
    assert {quote.id: len(quote.topics) for quote in bank.quotes if not 3 <= len(quote.topics) <= 6} == {}
    assert [topic.id for topic in bank.topics if not bank.by_topic[topic.id]] == []


def test_every_id_ends_with_the_year_it_was_said(bank):
    assert [quote.id for quote in bank.quotes if not quote.id.endswith(f"-{quote.year}")] == []


def test_every_alias_names_one_topic_or_speaker_and_is_more_than_a_letter(bank):
    named = [(topic.id, {*topic.aliases, topic.name}) for topic in bank.topics]
    named += [(speaker.id, {*speaker.aliases, speaker.name}) for speaker in bank.speakers]
    owners: dict[str, set[str]] = {}
    for owner, names in named:
        for name in names:
            owners.setdefault(" ".join(words(name)), set()).add(owner)
    assert {name: sorted(who) for name, who in owners.items() if len(who) > 1 or len(name) < 2} == {}


def test_triggers_are_terms_of_several_words_and_no_topic_goes_by_its_name_alone(bank):
    """What is said in passing draws no quote; calls do that, and there the topic may have any name."""
    triggers = [trigger for topic in bank.topics for trigger in topic.triggers]
    assert "dual-track approach" in triggers
    assert len(triggers) <= 5
    assert [trigger for trigger in triggers if len(words(trigger)) < 2] == []


def test_calls_are_phrases_of_asking_and_none_stands_in_another_topics_place(bank):
    assert len(bank.calls) >= 30
    assert len({tuple(words(call)) for call in bank.calls if "…" not in call}) >= len(bank.calls) - 2
    named = {tuple(words(name)) for topic in bank.topics for name in (topic.name, *topic.aliases)}
    assert [call for call in bank.calls if tuple(words(call)) in named] == []


# What stands around a quote


def test_an_interview_that_prints_questions_gives_each_answer_its_question(bank):
    asked = {quote.id: bool(quote.question) for quote in bank.quotes if quote.source.interviewer}
    assert len(asked) >= 35
    assert all(asked.values())
    # VOA prints no question, a press conference has none.
    assert [quote.id for quote in bank.quotes if quote.question and not quote.source.interviewer] == []


def test_every_quote_has_a_few_words_before_it_and_all_but_the_last_of_a_page_after_it(bank):
    assert [quote.id for quote in bank.quotes if not quote.before] == []
    assert [quote.id for quote in bank.quotes if not quote.after] == [
        "not-only-military-2014",
        "engage-in-dialogue-2017",
    ]
    long = [q.id for q in bank.quotes if max(len((q.before or "").split()), len((q.after or "").split())) > 12]
    assert long == []


@pytest.mark.parametrize(
    ("id_", "words_in_place"),
    [
        ("significant-increase-2017", "Because in 2015, we had the first years"),
        ("own-security-interest-2017", "in Europe own security interest"),
        ("own-security-interest-2017", "Thats exactly what we are doing."),
        ("join-coalition-2017", "air-to air refueling"),
        ("defeat-isil-2017", "That’s sends a strong political signal"),
        ("because-of-nato-2020", "not despite of NATO"),
        ("fully-support-2017", "[Rex Tillerson]"),
    ],
)
def test_damage_and_insertions_are_kept_and_noted(bank, id_, words_in_place):
    quote = bank.by_id[id_]
    assert words_in_place in quote.text
    assert quote.note
    assert "[sic]" in quote.note


def test_british_and_american_spelling_stay_as_they_are(bank):
    assert "defence" in bank.by_id["need-both-2017"].text
    assert "defense" in bank.by_id["fully-support-2017"].text
    assert "ISIL" in bank.by_id["defeat-isil-2017"].text
    assert "ISIS" in bank.by_id["join-coalition-2017"].text


def test_a_split_quotation_is_one_quote_in_two_segments(bank):
    assert [quote.id for quote in bank.quotes if len(quote.segments) > 1] == ["not-an-easy-dialogue-2017"]
    first, second = bank.by_id["not-an-easy-dialogue-2017"].segments
    assert first.endswith("what Russia did in Ukraine.")
    assert second.startswith("It’s not an easy dialogue")


def test_an_answer_goes_on_in_a_paragraph_without_a_label(bank):
    assert bank.by_id["no-combat-role-2017"].question == bank.by_id["not-symbolic-2017"].question


def test_the_one_fragment_says_that_it_is_one(bank):
    lower = [quote.id for quote in bank.quotes if quote.text[0].islower()]
    assert lower == ["avoid-tensions-2017"]
    assert "only this part of the sentence" in (bank.by_id["avoid-tensions-2017"].note or "")
    assert [quote.id for quote in bank.quotes if not quote.text.endswith((".", "!", "?"))] == []


# The citations: exactly what is known

KNOWN = {
    "euronews-2014-10-03": {
        "outlet": "Euronews",
        "title": "Exclusive to NATO chief seeks better relations with Russia",
        "kind": "interview",
        "interviewer": "James Franey",
        "said": "2014-10-01/2014-10-03 inferred",
        "published": "2014-10-03 looked up",
        "place": "NATO headquarters, Brussels (printed)",
        "address": "https://www.euronews.com/2014/10/03/"
        "exclusive-to-euronews-com-nato-chief-seeks-better-relations-with-russia- (looked up)",
    },
    "euronews-2017-05-25": {
        "outlet": "Euronews",
        "title": "NATO to join anti-ISIS coalition, says alliance chief Stoltenberg",
        "kind": "interview",
        "interviewer": "Andrei Beketov",
        "said": "2017-05-25 printed",
        "published": "2017-05-25 printed",
        "place": "Brussels (inferred)",
        "reprint": "AVIM, Center for Eurasian Studies, 2017-05-26 printed",
    },
    "sputnik-2017-02-14": {
        "outlet": "Sputnik",
        "outlet_note": "Russian state news agency",
        "kind": "press conference",
        "said": "2017-02-14 looked up",
        "published": "2017-02-14 looked up",
        "place": "NATO headquarters, Brussels (looked up)",
        "address": "https://sputnikglobe.com/20170214/us-nato-russia-trump-stoltenberg-1050663280.html (looked up)",
    },
    "ukrinform-2020-06-08": {
        "outlet": "Ukrinform",
        "title": "NATO’s relationship with Russia based on dual-track approach – Stoltenberg",
        "kind": "video conference",
        "event": "the launch of NATO 2030",
        "said": "2020-06-08 printed",
        "published": "2020-06-08/2020-06-09 inferred",
        "place": "online, from Brussels (looked up)",
        "reprint": "ukrainetoday.org, https://ukrainetoday.org/2020/06/09/"
        "natos-relationship-with-russia-based-on-dual-track-approach-stoltenberg/ (looked up)",
    },
    "voa-2017-06": {
        "outlet": "Voice of America",
        "outlet_basis": "inferred",
        "title": "NATO chief: 'Have to be strong' in response to Russia but dialogue important",
        "kind": "interview",
        "said": "2017-06 inferred",
        "published": "2017-06 inferred",
    },
}


def stated(source: Source) -> dict[str, str]:
    """Everything a citation of the source may state, as text; what is not known is left out."""

    def when(value):
        if value is None:
            return None
        first, last = (
            "-".join(f"{part:02}" for part in (d.year, d.month, d.day) if part) for d in (value.first, value.last)
        )
        return f"{first} {value.basis}" if first == last else f"{first}/{last} {value.basis}"

    def fact(value):
        return f"{value.value} ({value.basis})" if value else None

    reprint = source.reprint
    told = {
        "outlet": source.outlet,
        "outlet_basis": source.outlet_basis if source.outlet_basis != "printed" else None,
        "outlet_note": source.outlet_note,
        "title": source.title,
        "kind": source.kind,
        "event": source.event,
        "interviewer": source.interviewer,
        "author": source.author,
        "said": when(source.said),
        "published": when(source.published),
        "place": fact(source.place),
        "address": fact(source.address),
        "reprint": ", ".join(filter(None, (reprint.by, when(reprint.published), fact(reprint.address))))
        if reprint
        else None,
    }
    return {name: value for name, value in told.items() if value}


@pytest.mark.parametrize("source", KNOWN)
def test_a_citation_states_exactly_what_is_known(bank, source):
    [found] = [one for one in bank.sources if one.id == source]
    assert stated(found) == KNOWN[source]


def test_what_is_known_to_the_month_is_shown_as_the_month(bank):
    [voa] = [one for one in bank.sources if one.id == "voa-2017-06"]
    assert show(voa.said) == "June 2017 (inferred)"


def test_he_speaks_as_secretary_general_in_every_quote_and_nobody_else_speaks(bank):
    roles = {role.title if role else None for role in (q.speaker.role_at(q.said) for q in bank.quotes)}
    assert {quote.speaker.id for quote in bank.quotes} == {"jens-stoltenberg"}
    assert roles == {"Secretary General of NATO"}
    assert all(quote.said_on is None for quote in bank.quotes)


# Coverage: direct speech, all of it, once


def test_a_quote_is_made_of_direct_speech_and_of_nothing_else(bank):
    made_of_more = [
        quote.id
        for quote in bank.quotes
        for segment in quote.segments
        if sentences_of(segment, SPEECH[quote.source.id]) is None
    ]
    assert made_of_more == []


@pytest.mark.parametrize("source", SPEECH)
def test_every_sentence_of_direct_speech_is_in_exactly_one_quote(bank, source):
    times = Counter(
        number
        for quote in bank.by_source[source]
        for segment in quote.segments
        for number in sentences_of(segment, SPEECH[source]) or ()
    )
    assert times == dict.fromkeys(range(len(SPEECH[source])), 1)


def test_quotes_stand_in_the_order_of_their_article_with_nothing_left_out_inside(bank):
    assert bank.quotes
    for quote in bank.quotes:
        for segment in quote.segments:
            numbers = sentences_of(segment, SPEECH[quote.source.id]) or []
            assert numbers == list(range(numbers[0], numbers[0] + len(numbers))), quote.id
            assert len(numbers) <= 4, quote.id


# The traps: what stands in the articles and is no quotation


@pytest.mark.parametrize("kind", PIECES)
def test_no_quote_holds_a_piece_of(bank, kind):
    assert [quote.id for quote in bank.quotes for part in quote.segments if holds(part, PIECES[kind])] == []


@pytest.mark.parametrize("trap", TRAPS["phrases"], ids=lambda trap: f"{trap['kind']}: {trap['phrase']}")
def test_no_quote_holds(bank, trap):
    said = words(trap["phrase"])
    assert said
    piece = [(len(said), as_hash(said))]
    assert [quote.id for quote in bank.quotes for part in quote.segments if holds(part, piece)] == []


def test_every_kind_of_trap_is_held():
    kinds = set(PIECES) | {trap["kind"] for trap in TRAPS["phrases"]}
    assert kinds == {
        "headline",
        "narration",
        "reported speech",
        "question",
        "reader comment",
        "page furniture",
        "scare quote",
        "earlier words",
        "figure",
    }
    assert all(PIECES.values())


@pytest.mark.parametrize("trap", TRAPS["phrases"], ids=lambda trap: f"{trap['kind']}: {trap['phrase']}")
def test_a_phrase_planted_in_a_quote_is_caught(bank, trap):
    said = words(trap["phrase"])
    spoilt = list(planted(bank, trap["phrase"]))
    assert spoilt
    for quote in spoilt:
        assert holds(quote.segments[0], [(len(said), as_hash(said))])
        assert sentences_of(quote.segments[0], SPEECH[quote.source.id]) is None


def planted(bank: Bank, phrase: str) -> list[Quote]:
    """Two quotes with the phrase put in: at the end, and inside the first sentence."""
    first, second = bank.quotes[0], bank.quotes[-1]
    start, middle, rest = second.text.partition(" ")
    return [
        replace(first, segments=(f"{first.text} {phrase}.",)),
        replace(second, segments=(f"{start} {phrase} {middle}{rest}",)),
    ]


def test_a_question_planted_as_a_quote_is_caught(bank):
    """The questions are in the bank, so this trap can be sprung in full."""
    questions = {quote.question: quote for quote in bank.quotes if quote.question and len(words(quote.question)) >= 4}
    assert len(questions) >= 10
    for question, quote in questions.items():
        assert holds(question, PIECES["question"]), question
        assert sentences_of(question, SPEECH[quote.source.id]) is None


def test_narration_planted_as_a_quote_is_caught(bank):
    """The few words after a quote are often the reporter's, and begin a piece."""
    caught = [q.id for q in bank.quotes if q.after and holds(q.after, PIECES["narration"] + PIECES["reported speech"])]
    assert len(caught) >= 5
    said_after = [q for q in bank.quotes if q.after in {"Stoltenberg said.", "he said.", "said Stoltenberg."}]
    assert len(said_after) >= 8
    for quote in said_after:
        assert sentences_of(f"{quote.text} {quote.after}", SPEECH[quote.source.id]) is None


def test_a_word_changed_or_dropped_is_no_longer_direct_speech(bank):
    assert bank.quotes
    for quote in bank.quotes:
        first, *rest = words(quote.segments[0])
        for changed in ([*rest], [first, "indeed", *rest], [first, *rest[:-1]]):
            assert sentences_of(" ".join(changed), SPEECH[quote.source.id]) is None, quote.id
            assert proves(bank.fingerprints[quote.source.id], [" ".join(changed)]) is None, quote.id
