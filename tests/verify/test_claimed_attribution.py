"""Who and when, as people write it around a quotation."""

import pytest

from bot.verify.claimed_attribution import date_in


@pytest.mark.parametrize(
    ("text", "date"),
    [
        ("on 25 May 2017, not in June 2018", "25 May 2017"),
        ("on 32 May 2017", "May 2017"),
        ("on 2017-13-02", "2017"),
        ("on 40 ships", None),
    ],
    ids=["a day", "a day that no month has", "a month that no year has", "no date"],
)
def test_a_date_is_read_as_far_as_it_can_be_one(text, date):
    found = date_in(text)
    assert (None if found is None else str(found)) == date
