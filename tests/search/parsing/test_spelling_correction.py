"""What a misspelt word is taken for in a bank of many quotes, where every short word has neighbours by chance."""

import pytest

from bot.bank.bank import Bank
from bot.bank.quote import Quote, Source, Speaker, Topic
from bot.search.index import Index
from bot.search.query import Query

SOURCE = Source("almanac", "Almanac", "article")
ADA = Speaker("ada-brook", "Ada Brook", "Ada", "Brook")
OGDEN = Speaker("ogden-nash", "Ogden Nash", "Ogden", "Nash")
RIVERS = Topic("rivers", "rivers", ("water",))


def said(number, text, speaker=ADA, topics=()):
    return Quote(f"q{number}", (text,), speaker, SOURCE, topics)


@pytest.fixture(scope="module")
def index():
    """12,000 quotes: what stands once in them is rare, "gray" and "golden" are not."""
    texts = ["The hocker by the wall was gray.", "A blocking of the gate.", "They say little."]
    texts += ["A golden rule is a rule for a gray day."] * 40
    texts += ["They followed the road to the sea."] * 400
    texts += ["He followd the plough."]
    texts += ["All the waters ran into the valley."] * 20
    texts += ["The sticks were dry."] + ["Do not stick to the rule."] * 20
    texts += [f"Page {number} of the book is empty." for number in range(12_000 - len(texts))]
    quotes = [said(number, text) for number, text in enumerate(texts)]
    quotes += [said(20_000 + number, "Candy is dandy.", OGDEN) for number in range(5)]
    quotes += [said(30_000, "Still water is deep.", topics=(RIVERS,))]
    return Index.build(Bank("1" * 64, (SOURCE,), (ADA, OGDEN), (RIVERS,), tuple(quotes)))


def found(index, typed):
    return [hit.quote.text for hit in index.find(Query(typed), 5).hits]


@pytest.mark.parametrize("typed", ["xray", "docker", "what did he mean by docker", "blockdiag"])
def test_a_lone_word_is_no_slip_for_a_rare_one(index, typed):
    assert found(index, typed) == []


def test_a_lone_word_is_a_slip_for_a_frequent_one(index):
    assert "golden" in found(index, "gollden")[0]
    assert "hocker" in found(index, "hokcer")[0]  # two letters swapped: a likely slip for a rare word, too


def test_beside_another_word_it_is_a_slip_for_a_rare_one(index):
    assert found(index, "docker wall") == ["The hocker by the wall was gray."]
    assert found(index, "blockdiag gate") == ["A blocking of the gate."]


def test_the_likelier_word_comes_before_somebody_of_that_name(index):
    assert "golden" in found(index, "goden")[0]
    assert found(index, "ogdne") == ["Candy is dandy."] * 5


def test_the_form_that_is_meant_comes_before_a_topic_that_has_another_as_its_name(index):
    assert "waters" in found(index, "watesr")[0]
    assert "sticks" in found(index, "sticsk")[0]


def test_a_stem_that_a_slip_makes_is_not_believed(index):
    assert "followed" in found(index, "followde")[0]


def test_a_word_that_carries_nothing_elsewhere_is_still_what_is_asked_about(index):
    assert found(index, "what does the book say about uber") != []
    assert found(index, "what did he say about uber") == []


def test_a_rare_word_that_exists_may_be_a_slip_beside_another(index):
    assert "followed" in found(index, "followd road")[0]


def test_a_half_remembered_sentence_comes_in_its_order_first():
    quotes = (
        said(1, "We took the road of the valley before winter, and nobody who saw the hills was ever sorry."),
        said(2, "Before winter the hills saw the road we took."),
    )
    index = Index.build(Bank("2" * 64, (SOURCE,), (ADA,), (), quotes))
    assert found(index, "they took the road before the winter and saw hills")[0].startswith("We took")
    assert found(index, "before winter hills saw road they took")[0].startswith("Before")
