"""Where quotation marks open and close."""

import pytest

from bot.verify.quotation_marks import marked_spans


@pytest.mark.parametrize(
    ("text", "quoted"),
    [
        ("He said “the ship “Hope” sails” today.", ["the ship “Hope” sails"]),
        ("“The first.\n\n“The second.” And “so” on.", ["The first.\n\n“The second.", "so"]),
        ("He said “the ferry runs again", ["the ferry runs again"]),
        ("He said “the ship “Hope” sails today.", ["the ship “Hope"]),
        ("He said nothing: “…", []),
    ],
    ids=[
        "one within another of its kind",
        "a paragraph that opens it again",
        "never closed",
        "never closed, but the one within",
        "nothing in it",
    ],
)
def test_a_quotation_ends_where_its_own_mark_closes_it(text, quoted):
    assert [text[start:end] for start, end in marked_spans(text)] == quoted
