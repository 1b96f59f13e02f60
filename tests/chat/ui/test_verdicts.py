"""Verdicts as Discord takes them: what differs stands out, what is the same is cut, and all of it fits."""

from typing import get_args

import discord
import pytest

from bot.chat.limits import TEXTS_TOTAL
from bot.chat.ui import verdicts
from bot.verify.verdict import Piece, Verdict, VerdictKind

LONG = " ".join(f"word{number}" for number in range(100))
HEAD, TAIL = "word0 word1 word2", "word97 word98 word99"


def pieces(*given):
    apart = [part for kind, text in given for part in (Piece("same", " "), Piece(kind, text))]
    return apart[1:]


def test_what_differs_is_marked_and_all_is_escaped():
    told = verdicts.differences(pieces(("same", "We *do*"), ("dropped", "~~not~~"), ("same", "want it.")))
    assert told == r"We \*do\* **\~~not\~~** want it."


@pytest.mark.parametrize(
    ("given", "begins", "ends"),
    [
        ((("same", LONG), ("added", "so")), "… word", f"{TAIL} **so**"),
        ((("added", "so"), ("same", LONG)), f"**so** {HEAD}", " …"),
        ((("added", "so"), ("same", LONG), ("added", "there")), f"**so** {HEAD}", f"{TAIL} **there**"),
    ],
)
def test_of_what_is_the_same_only_what_stands_beside_a_difference_is_shown(given, begins, ends):
    told = verdicts.differences(pieces(*given))
    assert told.startswith(begins)
    assert told.endswith(ends)
    assert " … " in f" {told} "
    assert len(told) <= verdicts.AROUND * 2 + len("**so**  …  **there**")
    assert set(told.replace("*", "").split()) <= {*LONG.split(), "so", "there", "…"}


def test_a_change_that_is_long_is_cut():
    told = verdicts.differences(pieces(("same", "We do"), ("added", LONG)))
    assert told.startswith("We do **word0 ")
    assert told.endswith("…**")
    assert len(told) < verdicts.CLAIM + 20


def test_lines_for_which_there_is_no_room_are_left_out_whole():
    hard = tuple(Piece("added" if number % 2 else "dropped", "*_~`" * 70) for number in range(20))
    view = verdicts.verdicts([Verdict("said", "altered", pieces=hard)])
    (shown,) = [part.content for part in view.walk_children() if hasattr(part, "content")]
    assert len(shown) <= min(verdicts.ROOM, TEXTS_TOTAL)
    heading, sentence, label, *_, more = shown.splitlines()
    assert (heading, label, more) == ("### ≠ Altered", "**Pasted**", "-# …")
    assert sentence == "The words differ."


def test_each_kind_has_its_colour_and_bent_ones_the_same():
    kinds = get_args(VerdictKind)
    view = verdicts.verdicts([Verdict("said", kind) for kind in kinds[: verdicts.SHOWN]])
    boxes = [item for item in view.children if isinstance(item, discord.ui.Container)]
    assert [box.accent_colour for box in boxes] == [verdicts.COLOURS[kind] for kind in kinds[: verdicts.SHOWN]]
    assert {*verdicts.COLOURS} == {*verdicts.HEADINGS} == {*kinds}
    assert len({*verdicts.COLOURS.values()}) == 5
