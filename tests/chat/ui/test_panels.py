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
        ("topic:rivers|2014", "Rivers (2014)"),
        ("topic:gone", "topic:gone"),
        ("check:in_source", "a quotation checked: in source"),
        ("any", "any quote"),
        ("*words*", "\\*words\\*"),
    ],
)
def test_what_was_asked_for_is_called_as_people_call_it(key, called):
    assert f"**Asked for most**\n3× {called}" in shown(keys=(Counted(key, 3),)).replace("\\:", ":")


@pytest.mark.parametrize(("quote", "called"), [("q", "“A river never asks.”"), ("gone", "gone")])
def test_a_quote_that_is_gone_is_called_by_its_id(quote, called):
    assert f"**Shown most**\n2× {called}" in shown(quotes=(Counted(quote, 2),))


@pytest.mark.parametrize(
    ("waiting", "said"), [(0, None), (1, "1 more is not written down yet."), (2, "2 more are not written down yet.")]
)
def test_what_is_not_written_down_yet_is_told(waiting, said):
    told = shown(waiting=waiting)
    assert (f"-# {said}" in told) if said else ("written down" not in told)
