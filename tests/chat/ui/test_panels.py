"""What moderators are shown of a place's uses."""

import pytest

from bot.bank.bank import Bank
from bot.bank.quote import Quote, Source, Speaker, Topic
from bot.chat.ui import panels
from bot.store.records import Counted, Report

SOURCE, RIVERS = Source("gazette", "Valley Gazette", "article"), Topic("rivers", "Rivers")
ADA = Speaker("ada", "Ada Brook", "Ada", "Brook")
QUOTE = Quote("q", ("A river never asks.",), ADA, SOURCE, (RIVERS,))
BANK = Bank("0" * 64, (SOURCE,), (ADA,), (RIVERS,), (QUOTE,))


def shown(**counts):
    given = dict.fromkeys(("keys", "quotes", "missed", "ways"), ()) | {"waiting": 0, "lost": 0, **counts}
    view = panels.stats(Report(7, 5, 1, **given), BANK)
    return "\n".join(part.content for part in view.walk_children() if hasattr(part, "content"))


@pytest.mark.parametrize(
    ("key", "called"),
    [
        ("topic:rivers", "Rivers"),
        ("topic:rivers|2014", "Rivers, 2014"),
        ("any", "any quote"),
        ("*words*", "\\*words\\*"),
    ],
)
def test_what_was_asked_for_is_called_as_people_call_it(key, called):
    assert f"**Asked for most**\n3× {called}" in shown(keys=(Counted(key, 3),)).replace("\\:", ":")


def test_no_line_is_empty_and_none_is_two():
    missed = (Counted("\u3164", 3), Counted("", 2), Counted("a\nb", 2), Counted("topic:gone", 1))
    said = shown(quotes=(Counted("q", 2), Counted("gone", 1)), missed=missed)
    assert "**Shown most**\n2× “A river never asks.”\n1× a quote that is no longer in the bank\n" in said
    assert said.partition("**Found nothing**\n")[2].split("\n") == [
        "3× nothing but marks or spaces",
        "2× nothing but marks or spaces",
        "2× a b",
        "1× a topic that is no longer in the bank",
    ]


@pytest.mark.parametrize(
    ("waiting", "said"), [(0, None), (1, "1 more is not written down yet."), (2, "2 more are not written down yet.")]
)
def test_what_is_not_written_down_yet_is_told(waiting, said):
    told = shown(waiting=waiting)
    assert (f"-# {said}" in told) if said else ("written down" not in told)
