"""Which words carry something, and which are one."""

import pytest

from bot.search.analysis import CHATTER, LIGHT_WORDS, STOP_WORDS, stem


@pytest.mark.parametrize(
    "forms",
    [
        "migrant migrants",
        "defence defense defences",
        "neighbour neighbor neighbours",
        "organisation organization",
        "fight fighting fought",
        "child children",
        "russian russians",
    ],
)
def test_forms_of_one_word_are_one(forms):
    assert len(set(map(stem, forms.split()))) == 1


@pytest.mark.parametrize(
    "pair", ["russia russian", "four for", "policy police", "nation nato", "our hour", "wise rise"]
)
def test_other_words_are_not(pair):
    first, second = pair.split()
    assert stem(first) != stem(second)


def test_a_word_is_of_one_class_only():
    assert not STOP_WORDS & LIGHT_WORDS
    assert not STOP_WORDS & CHATTER
    assert not LIGHT_WORDS & CHATTER
