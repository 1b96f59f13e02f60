"""Words that are meant as they are typed."""

import pytest

from bot.search.parsing.real_words import is_common, is_real


@pytest.mark.parametrize("word", ["prussia", "plato", "iran", "peach", "olympics", "spaghetti", "sweden"])
def test_ordinary_words_and_names_are_real(word):
    assert is_real(word)


@pytest.mark.parametrize("word", ["rusia", "trupm", "terorism", "asdfgh", "missle", "dialouge"])
def test_slips_are_not(word):
    assert not is_real(word)


@pytest.mark.parametrize("word", ["iraq", "iran", "prussia", "azerbaijan", "luxembourg", "latvian"])
def test_countries_and_peoples_are_everyday_words(word):
    assert is_common(word)


@pytest.mark.parametrize(("word", "common"), [("house", True), ("peace", True), ("tranche", False), ("rusia", False)])
def test_everyday_words_are_told_from_others(word, common):
    assert is_common(word) is common
