"""Rounds: all come before one repeats, whatever happens to the bank, the memory and the process in between."""

from __future__ import annotations

import itertools
import random

from hypothesis import given
from hypothesis import strategies as st

from bot.bank.quote import Quote, Source, Speaker
from bot.search.pick import Rounds
from bot.search.query import Found, Hit, Query
from bot.search.tuning import MAX_SEEN

SPEAKER = Speaker("someone", "Some One", "Some", "One")
SOURCE = Source("paper-2020", "A Paper", "article")
KEY = "topic:russia"


def found(*ids, equals=None, key=KEY):
    hits = tuple(Hit(Quote(quote, (quote,), SPEAKER, SOURCE, ()), 1.0, ()) for quote in ids)
    return Found(Query("x"), hits, len(hits) if equals is None else equals, key)


def picks(rounds, what, count, rng, channel=1, lately=()):
    return [rounds.pick(what, channel, lately, rng).hit.quote.id for _ in range(count)]


names = st.lists(st.text("abcdef", min_size=1, max_size=4), min_size=2, max_size=20, unique=True)


@given(names, st.integers(), st.integers(1, 4))
def test_all_come_once_in_each_round_and_none_twice_running(ids, seed, rounds_to_go):
    shown = picks(Rounds(), found(*ids), len(ids) * rounds_to_go, random.Random(seed))
    for start in range(0, len(shown), len(ids)):
        assert sorted(shown[start : start + len(ids)]) == sorted(ids)
    assert all(one != following for one, following in itertools.pairwise(shown))


@given(names, st.integers(), st.integers(0, 60))
def test_a_restart_goes_on_with_those_not_seen_for_longest(ids, seed, before):
    rng = random.Random(seed)
    shown = picks(Rounds(), found(*ids), before, rng)
    run = []
    for quote in shown[::-1][: len(ids) - 1]:
        if quote in run:
            break
        run.append(quote)
    after = picks(Rounds(), found(*ids), len(ids) - len(run), rng, lately=shown[::-1])
    assert sorted(run + after) == sorted(ids)


@given(names, st.integers(), st.data())
def test_a_restart_in_the_first_round_repeats_nothing(ids, seed, data):
    rng = random.Random(seed)
    before = data.draw(st.integers(0, len(ids) - 1))
    shown = picks(Rounds(), found(*ids), before, rng)
    after = picks(Rounds(), found(*ids), len(ids) - before, rng, lately=shown[::-1])
    assert sorted(shown + after) == sorted(ids)


@given(names, names, st.integers(), st.integers(1, 30))
def test_a_round_survives_a_change_of_the_bank(old, new, seed, before):
    rng = random.Random(seed)
    rounds = Rounds()
    shown = picks(rounds, found(*old), before, rng)
    this_round = shown[before - (before % len(old) or len(old)) :]
    still_to_come = [quote for quote in new if quote not in this_round]
    after = picks(rounds, found(*new), len(still_to_come), rng)
    assert sorted(after) == sorted(still_to_come)


@given(names, st.integers(), st.lists(st.text("abcxyz", max_size=3), max_size=40))
def test_nothing_the_log_says_breaks_a_pick(ids, seed, lately):
    rounds = Rounds()
    pick = rounds.pick(found(*ids), 1, lately, random.Random(seed))
    assert pick.hit.quote.id in ids
    assert 1 <= pick.position <= pick.total == len(ids)
    if lately and lately[0] in ids:
        assert pick.hit.quote.id != lately[0]


@given(names, st.integers(), st.data())
def test_another_is_another(ids, seed, data):
    rng = random.Random(seed)
    rounds = Rounds()
    for _ in range(30):
        shown = data.draw(st.sampled_from([*ids, "gone"]))
        assert rounds.pick(found(*ids), 1, (), rng, skip=shown).hit.quote.id != shown


@given(names, st.integers())
def test_pressing_another_goes_through_all(ids, seed):
    rng = random.Random(seed)
    rounds = Rounds()
    shown = [rounds.pick(found(*ids), 1, (), rng).hit.quote.id]
    for _ in range(len(ids) - 1):
        shown.append(rounds.pick(found(*ids), 1, (), rng, skip=shown[-1]).hit.quote.id)
    assert sorted(shown) == sorted(ids)


def test_an_answer_on_the_screen_from_before_counts_as_shown():
    rounds = Rounds()
    shown = ["a"]
    for _ in range(3):
        shown.append(rounds.pick(found("a", "b", "c", "d"), 1, (), random.Random(3), skip=shown[-1]).hit.quote.id)
    assert sorted(shown) == ["a", "b", "c", "d"]


def test_the_position_counts_what_has_come():
    rounds = Rounds()
    told = [rounds.pick(found("a", "b", "c"), 1, (), random.Random(1)) for _ in range(4)]
    assert [(pick.position, pick.total) for pick in told] == [(1, 3), (2, 3), (3, 3), (1, 3)]
    seeded = Rounds().pick(found("a", "b", "c"), 1, ("a", "b"), random.Random(1))
    assert (seeded.hit.quote.id, seeded.position) == ("c", 3)


def test_quotes_that_left_the_bank_count_for_nothing():
    rounds = Rounds()
    picks(rounds, found("a", "b", "c", "d"), 4, random.Random(1))
    pick = rounds.pick(found("e", "f", "g"), 1, (), random.Random(1))
    assert (pick.position, pick.total) == (1, 3)
    seeded = Rounds().pick(found("a", "b"), 1, ("gone", "lost", "a"), random.Random(1))
    assert (seeded.hit.quote.id, seeded.position) == ("b", 2)


def test_channels_and_keys_have_rounds_of_their_own():
    rounds = Rounds()
    ids = ("a", "b", "c")
    for channel, key in ((1, "x"), (2, "x"), (1, "y")):
        assert rounds.needs_seed(channel, key)
        assert sorted(picks(rounds, found(*ids, key=key), 3, random.Random(5), channel)) == ["a", "b", "c"]
        assert not rounds.needs_seed(channel, key)


def test_only_equals_go_round():
    what = found("a", "b", "c", "d", equals=2)
    assert set(picks(Rounds(), what, 20, random.Random(2))) == {"a", "b"}


def test_the_best_is_given_until_another_is_wanted():
    rounds = Rounds()
    what = found("best", "second", "third", equals=1)
    rng = random.Random(1)
    assert {rounds.pick(what, 1, (), rng).hit.quote.id for _ in range(5)} == {"best"}
    for shown, next_one, position in (("best", "second", 2), ("third", "best", 1), ("gone", "best", 1)):
        pick = rounds.pick(what, 1, (), rng, skip=shown)
        assert (pick.hit.quote.id, pick.position, pick.total) == (next_one, position, 3)


def test_nothing_found_is_nothing_picked():
    assert Rounds().pick(found(), 1, ("a",), random.Random(1)) is None


def test_a_lone_quote_is_itself_another():
    assert Rounds().pick(found("a"), 1, (), random.Random(1), skip="a").hit.quote.id == "a"


def test_the_round_used_longest_ago_gives_way():
    rounds = Rounds(limit=2)
    for key in ("x", "y", "x", "z"):
        rounds.pick(found("a", "b", key=key), 1, (), random.Random(1))
    assert [rounds.needs_seed(1, key) for key in "xyz"] == [False, True, False]


def test_every_quote_is_first_about_as_often_as_any_other():
    ids = "abcdefgh"
    first = [Rounds().pick(found(*ids), 1, (), random.Random(seed)).hit.quote.id for seed in range(800)]
    assert all(60 < first.count(quote) < 140 for quote in ids)


def test_of_places_that_are_gone_alone_the_rounds_are_forgotten():
    rounds = Rounds()
    for place in ((7, 1), (8, 1)):
        rounds.pick(found("a", "b"), place, (), random.Random(1))
    rounds.forget(lambda place: place[0] == 7)
    assert [rounds.needs_seed(place, KEY) for place in ((7, 1), (8, 1))] == [True, False]


def test_the_round_that_was_longest_not_asked_for_makes_room():
    rounds = Rounds(limit=2)
    for place in (1, 2, 1, 3):
        rounds.pick(found("a", "b", "c"), place, (), random.Random(1))
    assert [rounds.needs_seed(place, KEY) for place in (1, 2, 3)] == [False, True, False]


def test_where_it_stands_in_its_round_is_told():
    rounds, rng = Rounds(), random.Random(1)
    told = [rounds.pick(found("a", "b", "c"), 1, (), rng) for _ in range(4)]
    assert [(one.position, one.total) for one in told] == [(1, 3), (2, 3), (3, 3), (1, 3)]
    assert rounds.pick(found("a", "b", "c", equals=1), 2, (), rng).hit.quote.id == "a"


def test_from_one_that_is_best_another_is_the_next_in_order():
    what, come, skip = found("a", "b", "c", equals=1), [], None
    for _ in range(4):
        pick = Rounds().pick(what, 1, (), random.Random(1), skip=skip)
        skip = pick.hit.quote.id
        come.append((skip, pick.position, pick.total))
    assert come == [("a", 1, 3), ("b", 2, 3), ("c", 3, 3), ("a", 1, 3)]


def test_what_is_on_the_screen_counts_as_come():
    """It was drawn before this round began, so one of three is left after the next."""
    rounds = Rounds()
    pick = rounds.pick(found("a", "b", "c"), 1, (), random.Random(1), skip="a")
    assert (pick.position, pick.hit.quote.id in ("b", "c")) == (2, True)
    last = rounds.pick(found("a", "b", "c"), 1, (), random.Random(1), skip=pick.hit.quote.id)
    assert (last.position, {"a", pick.hit.quote.id, last.hit.quote.id}) == (3, {"a", "b", "c"})


@given(names, st.integers(), st.data())
def test_what_came_lately_for_something_else_comes_last(ids, seed, data):
    rounds, rng = Rounds(), random.Random(seed)
    seen = data.draw(st.lists(st.sampled_from(ids), max_size=len(ids), unique=True))
    for number, quote in enumerate(seen):
        rounds.pick(found(quote, key=f"other {number}"), 1, (), rng)
    shown = picks(rounds, found(*ids), len(ids), rng)
    assert sorted(shown) == sorted(ids)
    assert set(shown[len(ids) - len(seen) :]) == set(seen)


def orders(prepare, count=60):
    """The orders in which three come, whatever the chance, after something was asked."""
    shown = set()
    for seed in range(count):
        rounds, rng = Rounds(), random.Random(seed)
        prepare(rounds, rng)
        shown.add(tuple(picks(rounds, found("a", "b", "c"), 3, rng)))
    return shown


def test_only_what_came_in_the_same_place_for_something_else_and_lately_does():
    def elsewhere(rounds, rng):
        rounds.pick(found("a", key="other"), 2, (), rng)

    def itself(rounds, rng):
        picks(rounds, found("a", "b", "c"), 3, rng)

    def long_ago(rounds, rng):
        for quote in ("a", *map(str, range(MAX_SEEN))):
            rounds.pick(found(quote, key="other"), 1, (), rng)

    def of_a_place_that_is_gone(rounds, rng):
        rounds.pick(found("a", key="other"), 1, (), rng)
        rounds.forget(lambda place: place == 1)

    assert len(orders(lambda *_: None)) == 6
    for prepare in (elsewhere, itself, long_ago, of_a_place_that_is_gone):
        assert len(orders(prepare)) == 6, prepare
    assert orders(lambda rounds, rng: rounds.pick(found("a", key="other"), 1, (), rng)) == {
        ("b", "c", "a"),
        ("c", "b", "a"),
    }


def test_a_round_of_more_than_are_remembered_is_shuffled_anew():
    ids = [f"q{number}" for number in range(2 * MAX_SEEN)]
    late = set()
    for seed in range(20):
        rounds, rng = Rounds(), random.Random(seed)
        shown = picks(rounds, found(*ids), len(ids) + 1, rng)
        late.add(shown[-1] in shown[MAX_SEEN:-1])
    assert late == {True, False}


def test_places_are_remembered_up_to_the_limit():
    rounds = Rounds(limit=3)
    for place in range(10):
        rounds.pick(found("a", key="other"), place, (), random.Random(1))
    assert list(rounds._seen) == [7, 8, 9]
