"""What is read of a pasted text."""

from bot.verify.pasted_text import read

FERRY = "The ferry will run again before the ice has gone."


def test_three_lines_or_brackets_behind_a_quotation_are_who_said_it_and_no_fourth():
    bare, whole = read(f"{FERRY} (Hall) (Valley Gazette) (Of 2017) (Ada Brook)").unmarked
    assert bare.text == f"{FERRY} (Hall)"
    assert bare.attribution.date.year == 2017
    assert whole.text == f"{FERRY} (Hall) (Valley Gazette) (Of 2017) (Ada Brook)"
