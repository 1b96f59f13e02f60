"""Rows, buttons and lists refuse what Discord would when they are built, not when they are sent."""

import pytest

from bot.chat.acts.custom_ids import Another, Copy, TurnHits
from bot.chat.ui import buttons
from bot.search.query import Query


def copies(many):
    return [buttons.button("Copy", Copy(f"quote-{number}")) for number in range(many)]


def test_a_row_refuses_a_sixth_item_when_it_is_built():
    assert len(buttons.row(*copies(5)).children) == 5
    with pytest.raises(ValueError, match="5 buttons, and not for 6"):
        buttons.row(*copies(6))


def test_an_id_that_discord_would_refuse_is_refused_when_it_is_made():
    with pytest.raises(ValueError, match="100 characters: more"):
        buttons.button("Another", Another("x" * 64, Query("y" * 50)))


def test_a_choice_is_plain_and_as_long_as_discord_takes():
    choice = buttons.option("Rus\u200bsia\U000e0041\n\x00 and " + "x " * 100, "russia", "13\u202e quotes " * 20)
    assert choice.label.startswith("Russia and x x")
    assert choice.description.startswith("13 quotes 13")
    assert 80 < len(choice.label) <= 100
    assert 80 < len(choice.description) <= 100


@pytest.mark.parametrize("unseen", ["\u200b", "\u00ad\u202e", "\ue000", " \n", "\u3164", "\u2800"])
def test_a_choice_whose_name_shows_nothing_has_its_value_for_a_label(unseen):
    assert buttons.option(unseen, "russia", "13 quotes").label == "russia"


@pytest.mark.parametrize(("page", "disabled"), [(0, [True, True, False]), (1, [False] * 3), (2, [False, True, True])])
def test_pages_end_where_there_are_no_more(page, disabled):
    back, on = TurnHits(max(page - 1, 0), Query("a")), TurnHits(min(page + 1, 2), Query("a"))
    turned = buttons.pages(back, on, page, 3)
    assert [one.disabled for one in turned] == [disabled[0], True, disabled[2]]
    assert turned[1].label == f"{page + 1} of 3"
    assert len({one.custom_id for one in turned}) == 3
