"""The library serves what it is given, in one step, and remembers what is wrong."""

from bot.editions.edition import Edition, Outcome
from bot.editions.library import Library
from bot.problem import Problem

ERROR = Problem("a.yaml", 1, 2, "error", "odd", "this is odd")
WARNING = Problem("a.yaml", 3, 4, "warning", "odd", "this is a little odd")


def test_an_outcome_with_an_edition_is_taken_in_one_step():
    old, new = Edition("old", "index"), Edition("new", "index")
    library = Library(old)
    library.take(Outcome(new, (WARNING,)))
    assert library.edition is new
    assert library.problems == (WARNING,)
    assert not library.faulty


def test_a_faulty_outcome_leaves_the_edition_and_keeps_the_problems():
    old = Edition("old", "index")
    library = Library(old)
    library.take(Outcome(None, (ERROR, WARNING)))
    assert library.edition is old
    assert library.faulty
    library.take(Outcome(None, ()))
    assert library.edition is old
    assert not library.faulty


def test_who_took_the_old_edition_finishes_with_it():
    old, new = Edition("old", "index"), Edition("new", "index")
    library = Library(old)
    taken = library.edition
    library.take(Outcome(new, ()))
    assert taken is old
    assert library.edition is new
