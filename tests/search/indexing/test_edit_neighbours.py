"""Neighbours of misspelt words."""

import pytest

from bot.search.indexing.edit_neighbours import EditNeighbours

KNOWN = ("afghanistan", "cat", "dialogue", "letter", "nato", "russia", "terrorism", "turkey")


@pytest.fixture(scope="module")
def spelling():
    return EditNeighbours.build(KNOWN, (3,) * len(KNOWN))


@pytest.mark.parametrize(
    ("typed", "word"),
    [
        ("rusia", "russia"),  # left out
        ("russsia", "russia"),  # put in
        ("rissia", "russia"),  # replaced
        ("russai", "russia"),  # swapped
        ("urssia", "russia"),
        ("natto", "nato"),
        ("afganisthan", "afghanistan"),  # two edits in a long word
    ],
)
def test_finds_the_word_meant(spelling, typed, word):
    assert spelling.neighbours(typed)[0].word == word


@pytest.mark.parametrize(
    "typed", ["cta", "ca", "plato", "turnkeys", "dialog", "rssa", "l3tter", "2014", "lette4r", "xyzzy"]
)
def test_finds_none(spelling, typed):
    assert spelling.neighbours(typed) == []


def test_a_wrong_first_letter_costs_more(spelling):
    assert spelling.neighbours("tussia")[0].share < spelling.neighbours("rissia")[0].share


def test_two_edits_cost_more_than_one(spelling):
    assert spelling.neighbours("afganisthan")[0].share < spelling.neighbours("afganistan")[0].share


def test_of_two_words_equally_near_the_more_frequent_comes_first():
    near = EditNeighbours.build(("laser", "later"), (40, 4)).neighbours("laxer")
    assert [one.word for one in near] == ["laser", "later"]


def test_a_letter_left_out_is_likelier_than_one_taken_for_another():
    near = EditNeighbours.build(("bitter", "biter"), (3, 3)).neighbours("biver")
    assert [one.word for one in near] == ["biter"]
    assert EditNeighbours.build(("better", "beter"), (3, 3)).neighbours("bettr")[0].word == "better"


def test_a_word_that_would_never_be_meant_instead_is_not_told():
    near = EditNeighbours.build(("laser", "later"), (4000, 1)).neighbours("laxer")
    assert [one.word for one in near] == ["laser"]
