"""The quotes that cover enough of a query are those that counting every quote would find."""

import random
from functools import partial

import pytest

from bot.bank.bank import Bank
from bot.bank.quote import Quote, Source, Speaker, Topic
from bot.search.index import Index
from bot.search.indexing.impact_codes import SCORES
from bot.search.parsing.query_parser import QueryParser
from bot.search.ranking.scoring import score_candidates
from bot.search.tuning import TOP_DOCS

WORDS = """
never together stone
river bridge flood mill harvest weather alliance spending budget winter summer harbour ship captain sailor island
mountain valley forest garden orchard market trade money debt border fence soldier treaty peace battle victory letter
teacher school lesson pupil science doctor hospital medicine kitchen bread butter cheese village church tower window
hills mills bills fills stove store score shore stores shores scores stoves snore toward forward
""".split()  # noqa: SIM905  a table of words reads better as words


@pytest.fixture(scope="module")
def large():
    """Quotes of a few words out of seventy: some are in most quotes, some in a few, some differ by a letter."""
    rng = random.Random(7)
    often = [1 / (1 + at) for at in range(len(WORDS))]
    topics = tuple(Topic(word, word) for word in WORDS[:12])
    speakers = tuple(Speaker(f"s{n}", " ".join(rng.sample(WORDS[:20], 2)), "", "") for n in range(9))
    sources = tuple(Source(f"o{n}", f"{rng.choice(WORDS[:20])} Post", "article") for n in range(5))
    quotes = tuple(
        Quote(
            f"q{n}",
            (" ".join(rng.choices(WORDS, often, k=rng.randint(3, 14))),),
            rng.choice(speakers),
            rng.choice(sources),
            tuple(rng.sample(topics, rng.randint(0, 3))),
            " ".join(rng.choices(WORDS[:20], k=3)) if n % 5 == 0 else None,
        )
        for n in range(1400)
    )
    return Index.build(Bank("1" * 64, sources, speakers, topics, quotes))


def counted(terms, bars, size, allowed):
    """The same by counting every quote."""
    total = sum(term.weight for term in terms)
    scores = [
        (
            sum(
                term.weight
                * max(
                    [expansion.share * SCORES[expansion.posting.code_of(doc)] for expansion in term.expansions],
                    default=0.0,
                )
                for term in terms
            )
            / total,
            -doc,
        )
        for doc in range(size)
        if allowed is None or allowed(doc)
    ]
    for bar in bars:
        if found := sorted((one for one in scores if one[0] >= bar - 1e-12), reverse=True)[:TOP_DOCS]:
            return found
    return []


def misspelt(rng, word):
    at = rng.randrange(len(word))
    return word[:at] + rng.choice("aeiourst") + word[at + rng.randint(0, 1) :]


@pytest.mark.parametrize("seed", range(40))
@pytest.mark.parametrize("allowed", [None, lambda doc: doc % 3 == 0], ids=["all", "some"])
def test_covering_finds_what_counting_every_quote_finds(large, seed, allowed):
    rng = random.Random(seed)
    typed = [word if rng.random() < 0.6 else misspelt(rng, word) for word in rng.sample(WORDS, rng.randint(1, 5))]
    _compare(large, [rng.choice(WORDS[:9]), *typed], typed if seed % 2 else (), allowed)


@pytest.mark.parametrize(
    "typed", ["stone toward", "never toward", "stone stors", "river stors forwar", "toward toward"]
)
def test_a_light_word_and_one_that_may_be_many_change_nothing(large, typed):
    _compare(large, typed.split(), (), None)


def _compare(index, typed, suspected, allowed):
    terms = QueryParser(index.inverted).terms(typed, suspected=suspected, typing=False)
    for bars in ((0.8, 0.6), (0.66,), (0.35,)):
        found = score_candidates(terms, index.inverted, bars, allowed and partial(filter, allowed))
        expected = counted(terms, bars, len(index.bank.quotes), allowed)
        assert [round(score, 9) for score, _ in found] == [round(score, 9) for score, _ in expected]
        last = expected[-1][0] if expected else 0.0
        assert {doc for score, doc in found if score > last + 1e-9} == {
            doc for score, doc in expected if score > last + 1e-9
        }


def test_a_line_says_what_the_lists_say(large):
    inverted = large.inverted
    for word in (*WORDS, "post", "trades", "nowhere"):
        for posting in (inverted.posting(word), inverted.posting(word, word if word in inverted.topics else None)):
            held = [doc for doc in range(inverted.size) if posting.code_of(doc)]
            assert list(posting.docs) == held
            assert posting.min_size <= len(held) <= posting.size


def test_the_best_of_a_word_are_those_with_the_highest_codes(large):
    for word in WORDS:
        posting = large.inverted.posting(word)
        expected = sorted(((posting.code_of(doc), -doc) for doc in posting.docs), reverse=True)[:TOP_DOCS]
        assert posting.top() == expected
