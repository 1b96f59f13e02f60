"""What the search benchmark counts as off-topic and as right: its figures are worth no more than that."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path

import pytest

FOLDER = Path(__file__).parents[1] / "benchmarks/search"


def _module(name: str):
    spec = importlib.util.spec_from_file_location(f"search_benchmark_{name}", FOLDER / f"{name}.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


aims, asked, foreign = map(_module, ("aims", "asked", "foreign"))


@pytest.fixture(scope="module")
def corpus():
    text = "He kept modifying the pod and spread sheet after sheet of paper for pi by photosynthetic light."
    return foreign.Foreign([{"text": text, "speaker": "Ada Berg", "source": "Northby Letters"}])


@pytest.mark.parametrize("word", ["pi", "pods", "modifiers", "papers", "berg", "northby", "photosynthesis", "romance"])
def test_a_word_the_corpus_holds_in_some_form_is_not_foreign(corpus, word):
    assert corpus.holds(word)


@pytest.mark.parametrize("word", ["pizza", "bitcoin", "podcasts", "apt", "qubit"])
def test_a_word_it_does_not_hold_is_foreign(corpus, word):
    assert not corpus.holds(word)


def test_a_word_that_stands_there_as_two_is_not_foreign(corpus):
    halves = {"tuning": [["spreadsheets", "bitcoin"]], "reported": [["spreadsheet", "macro"], ["spreadsheet"]]}
    assert corpus.subjects(halves) == {"tuning": [["bitcoin"]], "reported": [["macro"]]}


def test_no_word_tuned_by_is_reported(corpus):
    halves = {"tuning": [["bitcoin", "rental"]], "reported": [["rentals", "qubit"], ["bitcoins"]]}
    assert corpus.subjects(halves) == {"tuning": [["bitcoin", "rental"]], "reported": [["qubit"]]}


def test_the_list_has_two_halves_without_repeated_subjects():
    halves = foreign.read_subjects()
    assert min(map(len, halves.values())) >= 200
    every = [" ".join(said) for half in halves.values() for said in half]
    assert len(every) == len(set(every))


ASKED = {"one": [("a", {"1"}, {"2"}), ("b", {"3"}, set())], "off-topic": [("c", set(), set()), ("d", set(), set())]}


def test_queries_are_asked_in_turn_so_that_who_stops_early_has_answered_as_many_of_each_set():
    assert asked.in_turn(ASKED) == [("one", "a"), ("off-topic", "c"), ("one", "b"), ("off-topic", "d")]


def test_what_answers_are_worth():
    told = asked.worth(ASKED, [["2", "1"], [], ["3"], ["9"]])
    assert told["one"] == {"queries": 2, "unlike": 2, "hit@1": 0.5, "hit@5": 1, "form@1": 1, "answered": 1}
    assert told["off-topic"]["answered"] == 0.5


def test_sets_an_engine_did_not_come_to_are_not_counted():
    told = asked.worth(ASKED, [["1"]])
    assert told["one"]["queries"] == 1
    assert told["one"]["hit@1"] == 1
    assert told["off-topic"]["queries"] == 0


def test_an_aim_is_met_or_not_on_the_right_side_of_its_bound():
    run = aims.Run(1_000, {"quoth": {"p50": 0.2}}, {}, 0.1)
    at_most = aims.Aim("p50", lambda run: run.ours["p50"], (0.1, None, None), most=True)
    assert judged(at_most, run) == ("0.200 (≤ 0.1: **not met**)", False)
    assert judged(at_most._replace(most=False), run) == ("0.200 (≥ 0.1: met)", True)
    assert judged(at_most._replace(bounds=(None, 0.1, 0.1)), run) == ("0.200", None)
    assert judged(aims.Aim("WRatio", aims.times("rapidfuzz WRatio", "p50"), (100, None, None)), run) == ("–", None)


def judged(aim, run):
    return aims.judge(aim, run)
