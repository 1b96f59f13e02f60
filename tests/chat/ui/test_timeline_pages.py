"""A timeline as Discord takes it: pages within its limits, nothing of a quote comes alive, ids that fit."""

import logging
from dataclasses import replace
from types import SimpleNamespace

import pytest

from bot.bank.bank import Bank
from bot.bank.quote import PartialDate, Quote, Source, Speaker, Topic, When
from bot.chat import limits
from bot.chat.acts.saved_query import ROOM
from bot.chat.answers import timelines
from bot.chat.serving.follow_ups import put
from bot.chat.serving.reply import Reply
from bot.chat.ui import chart, pack_file, timeline_pages
from bot.errors import Undelivered
from bot.search.index import Index
from bot.search.parallels import Parallel, Stretch
from bot.search.query import Query
from bot.search.timeline import timeline
from tests.contract.discord_limits import COMPONENTS

ADA = Speaker("ada", "Ada Brook", "Ada", "Brook")
RIVERS = Topic("rivers", "rivers")
NASTY = "**A river** ~~never~~ asks @everyone <@1> `the` bridge_ at [x](https://e.example) " * 30


def said(year, text):
    at = PartialDate(year)
    source = Source(f"gazette-{year}", "Valley *Gazette*" * 8, "interview", said=When(at, at, "printed"))
    return Quote(f"q{year}", (text,), ADA, source, (RIVERS,))


def line_of(*quotes, asked="topic:rivers"):
    bank = Bank("0" * 64, tuple(quote.source for quote in quotes), (ADA,), (RIVERS,), tuple(quotes))
    return timeline(Index.build(bank), Query(asked))


def walked(view):
    def walk(parts):
        for part in parts:
            yield part
            yield from walk(part.get("components", []))

    return list(walk(view.to_components()))


def texts(view):
    return [part["content"] for part in walked(view) if part["type"] == 10]


@pytest.mark.parametrize(
    "text", [NASTY, "A river never asks the bridge whether it may pass in the year of the flood. " * 9]
)
def test_every_page_is_within_the_limits_and_no_year_is_left_out(text):
    line = line_of(*(said(year, f"{text}{year}.") for year in range(1990, 2020)))
    again = Query("x" * ROOM)
    seen = []
    for page in range(40):
        view = timeline_pages.timeline(line, page, saved_query=again, picture="a" * 256 if not page else None)
        parts = walked(view)
        shown = texts(view)
        assert sum(map(len, shown)) <= limits.TEXTS_TOTAL
        assert len(parts) <= COMPONENTS
        assert all(len(part.get("custom_id", "")) <= limits.CUSTOM_ID for part in parts)
        buttons = {part["label"]: part for part in parts if part["type"] == 2}
        assert len(buttons) <= limits.BUTTONS_IN_ROW
        assert len({part["custom_id"] for part in parts if "custom_id" in part}) == len(buttons) + 1
        assert buttons["Back"].get("disabled", False) is (page == 0)
        seen += shown[1:]
        if buttons["Next"]["disabled"]:
            break
    else:
        pytest.fail("there is no last page")
    assert [entry[2:6] for entry in seen if entry[2:4] in ("19", "20")] == [str(year) for year in range(1990, 2020)]
    assert [entry for entry in seen if "Nearly the same" in entry]


def test_text_of_the_bank_does_not_come_alive():
    line = line_of(said(1990, NASTY[:80]), said(1991, "Something else is told of a stream."))
    (entry,) = [entry for entry in texts(timeline_pages.timeline(line, 0, saved_query=Query())) if "1990" in entry[:8]]
    assert "\\*\\*A river\\*\\*" in entry
    assert "\\@everyone" in entry


def test_a_page_beyond_the_last_is_the_last():
    line = line_of(said(1990, "A river never asks the bridge."))
    assert texts(timeline_pages.timeline(line, 99, saved_query=Query())) == texts(
        timeline_pages.timeline(line, 0, saved_query=Query())
    )


@pytest.mark.parametrize(
    ("asked", "heading"),
    [
        ("quote:q1990", "### One quote, 1990"),
        ("topic:rivers", "### rivers, 1990"),
        ("river", "### rivers, 1990"),
        ("stream", "### stream, 1990"),
    ],
)
def test_a_timeline_is_called_by_what_was_asked_for(asked, heading):
    line = line_of(said(1990, "A stream asks."), asked=asked)
    (head, *_) = texts(timeline_pages.timeline(line, 0, saved_query=Query(asked)))
    assert head.startswith(heading)


def test_what_the_search_understood_but_cannot_serve_is_told():
    line = line_of(said(1990, "A river never asks the bridge."))
    noted = replace(line, found=replace(line.found, note="Nobody is called *that*."))
    (head, *_) = texts(timeline_pages.timeline(noted, 0, saved_query=Query()))
    assert head.splitlines()[2] == "-# Nobody is called \\*that\\*."


def test_of_two_like_statements_that_are_long_only_the_beginning_is_shown():
    first, second = said(1990, "A river."), said(1991, "A river.")
    words = f"{'word ' * 40}end"
    before = [Stretch(f"{number} {words}", changed=number % 2 == 1) for number in range(9)]
    pair = Parallel(first, second, tuple(before), (Stretch("A river.", changed=False),))
    line = replace(line_of(first, second), parallels=(pair,))
    (entry,) = [
        entry for entry in texts(timeline_pages.timeline(line, 0, saved_query=Query())) if "Side by side" in entry
    ]
    _, earlier, later, *_ = entry.splitlines()
    assert later == "1991 “A river.”"
    assert earlier.startswith(f"1990 “0 {words} ~~1 {words}~~ 2 {words}")
    assert earlier.endswith("end …”")
    assert len(earlier) <= timeline_pages.STATEMENT + len("1990 “~~~~ …”")


@pytest.mark.parametrize(
    ("key", "style", "name"),
    [
        ("topic:rivers", "markdown", "quoth-rivers.md"),
        ("topic:rivers", "bibtex", "quoth-rivers.bib"),
        ("topic:rivers|2014", "apa", "quoth-reading-pack.txt"),
        ("topic:../../etc", "ris", "quoth-reading-pack.ris"),
        ("topic:rivers\n", "ris", "quoth-reading-pack.ris"),
        ("whatever/was\\typed", "csl-json", "quoth-reading-pack.json"),
    ],
)
def test_a_file_is_named_after_a_topic_or_nothing(key, style, name):
    assert pack_file.file_name(key, style) == name


def test_a_pack_that_is_too_large_holds_the_first_quotes_and_says_so():
    quotes = [said(year, "A river never asks the bridge whether it may pass. " * 20) for year in range(1990, 2006)]
    written, count = pack_file.contents(quotes, "markdown", most=9000)
    assert len(written) <= 9000
    assert 1 <= count < 16


def packed(found, quotes, style):
    return pack_file.pack(found, quotes, style, saved_query=Query("p"), made=pack_file.contents(quotes, style))


def test_a_pack_says_how_much_it_holds():
    quotes = [said(year, "A river never asks the bridge whether it may pass.") for year in range(1000, 2016)]
    found = line_of(*quotes).found
    view, file = packed(found, quotes[:16], pack_file.known("no such style"))
    assert file.filename == "quoth-rivers.md"
    assert texts(view) == ["### Reading pack: rivers\n16 quotes from 16 sources, as Markdown."]
    view, file = packed(found, quotes, "plain")
    assert "1000 quotes from 1000 sources, as Plain text.\n-# The first 1000 of more" in texts(view)[0]
    assert file.fp.read().decode().count("A river never asks") == pack_file.MOST


@pytest.mark.parametrize("where", ["original_response", "edit_original_response"])
@pytest.mark.parametrize("fault", [Undelivered("502"), Undelivered("timeout"), ConnectionResetError(), TimeoutError()])
async def test_a_picture_that_discord_does_not_take_is_a_line_in_the_log(where, fault, caplog, monkeypatch):
    async def fails(**_options):
        raise fault

    async def passes(**_options):
        return SimpleNamespace(edited_at=None)

    line = line_of(said(1990, "A river never asks the bridge."), said(1991, "Something else is told of a stream."))
    monkeypatch.setitem(timelines._drawn, chart.bars(line.quotes), b"\x89PNG")
    interaction = SimpleNamespace(**{"original_response": passes, "edit_original_response": passes} | {where: fails})
    with caplog.at_level(logging.INFO, "bot.chat.serving.follow_ups"):
        await put(interaction, Reply(follow_up=lambda: timelines.illustrated(line, Query())), fresh=True)
    assert "could not be added" in caplog.text
