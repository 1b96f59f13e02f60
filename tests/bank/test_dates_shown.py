"""How dates are shown: as precisely as they are known, and never more."""

from __future__ import annotations

import pytest

from bot.bank.dates import date_parts, iso_date, show, show_with_basis
from bot.bank.quote import PartialDate, When


def when(first, last=None, basis="printed"):
    return When(PartialDate(*first), PartialDate(*(last or first)), basis)


@pytest.mark.parametrize(
    ("date", "shown", "program", "csl"),
    [
        (when((2017, 5, 25)), "25 May 2017", "2017-05-25", [[2017, 5, 25]]),
        (when((2017, 6)), "June 2017", "2017-06", [[2017, 6]]),
        (when((2017,)), "2017", "2017", [[2017]]),
        (
            when((2014, 10, 1), (2014, 10, 3)),
            "1–3 October 2014",
            "2014-10-01/2014-10-03",
            [[2014, 10, 1], [2014, 10, 3]],
        ),
        (
            when((2017, 6, 30), (2017, 7, 2)),
            "30 June – 2 July 2017",
            "2017-06-30/2017-07-02",
            [[2017, 6, 30], [2017, 7, 2]],
        ),
        (
            when((2017, 12, 30), (2018, 1, 2)),
            "30 December 2017 – 2 January 2018",
            "2017-12-30/2018-01-02",
            [[2017, 12, 30], [2018, 1, 2]],
        ),
        (when((2017, 6), (2017, 7)), "June–July 2017", "2017-06/2017-07", [[2017, 6], [2017, 7]]),
        (when((2017, 6), (2018, 6)), "June 2017 – June 2018", "2017-06/2018-06", [[2017, 6], [2018, 6]]),
        (when((2014,), (2016,)), "2014–2016", "2014/2016", [[2014], [2016]]),
        (when((2017, 6), (2017, 7, 2)), "June – 2 July 2017", "2017-06/2017-07-02", [[2017, 6], [2017, 7, 2]]),
    ],
)
def test_a_date_is_shown_as_precisely_as_it_is_known(date, shown, program, csl):
    written = "/".join(dict.fromkeys(map(iso_date, (date.first, date.last))))
    assert (show(date), written, date_parts(date)) == (shown, program, csl)


@pytest.mark.parametrize(
    ("date", "shown"),
    [
        (when((2017, 6), basis="inferred"), "June 2017 (inferred)"),
        (when((2014, 10, 1), (2014, 10, 3), "inferred"), "1–3 October 2014 (inferred)"),
        (when((2020, 6, 8), (2020, 6, 9), "inferred"), "8–9 June 2020 (inferred)"),
        (when((2017, 2, 14), basis="looked up"), "14 February 2017"),
        (None, "n.d."),
    ],
)
def test_an_inferred_date_is_never_shown_as_a_printed_one(date, shown):
    assert show(date) == shown


@pytest.mark.parametrize("basis", ["printed", "looked up", "inferred"])
def test_the_context_says_how_a_date_is_known(basis):
    assert show_with_basis(when((2017, 2, 14), basis=basis)) == f"14 February 2017 ({basis})"
