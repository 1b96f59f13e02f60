"""`quoth ask`: one answer in the terminal, drawn from the card Discord shows."""

from __future__ import annotations

import random
from dataclasses import replace

import pytest
from rich.console import Console

from bot.bank.bank import Bank
from bot.bank.quote import Fact, PartialDate, Quote, Role, Source, Speaker, Topic, When
from bot.card import draw_card
from bot.cli import main
from bot.cli.ask import answer, show_card
from bot.editions.edition import Edition
from bot.search.index import Index

NORWAY = Topic("norway", "Norway", ("norge",))
SPEAKER = Speaker("ada", "Ada Example", "Ada", "Example", roles=(Role("Chair", PartialDate(2017)),))
SOURCE = Source(
    "outlet-2017",
    "Outlet",
    "interview",
    interviewer="Bo Asker",
    said=When(PartialDate(2017, 6), PartialDate(2017, 6), "inferred"),
    address=Fact("https://example.org/a", "printed"),
)
FIRST = Quote("first", ("Norway is a small country.",), SPEAKER, SOURCE, (NORWAY,), note="[sic]")
SECOND = Quote("second", ("We like our neighbours in Norway.",), SPEAKER, SOURCE, (NORWAY,))


def edition(*quotes):
    bank = Bank("0" * 64, (SOURCE,), (SPEAKER,), (NORWAY,), quotes or (FIRST, SECOND))
    return Edition(bank, Index.build(bank))


def asked(words, held=None, seed=1):
    console = Console(width=100, record=True, highlight=False)
    status = answer(console, held or edition(), words, random.Random(seed))
    return status, console.export_text()


def test_an_answer_shows_the_words_who_when_where_and_why(capsys):
    status, shown = asked("norge", edition(FIRST))
    assert status == 0
    assert "“Norway is a small country.”" in shown
    assert "— Ada Example, Chair" in shown
    assert "June 2017 (inferred) · Outlet, interview with Bo Asker" in shown
    assert "[sic]" in shown
    assert "Found by topic Norway (you typed norge)" in shown
    assert "Open source: https://example.org/a#:~:text=Norway%20is%20a%20small%20country" in shown


def test_proved_is_said_only_of_a_source_with_a_fingerprint(capsys):
    shown = asked("norway")[1]
    assert "Norway" in shown
    assert "proved" not in shown


def test_chance_decides_among_equals_and_is_told_as_one_of_two(capsys):
    answers = {asked("norway", seed=seed)[1] for seed in range(20)}
    assert len(answers) == 2
    assert all("1 of 2" in shown for shown in answers)


def test_a_miss_says_so_and_names_the_nearest_topics(capsys):
    status, shown = asked("[bold]zyxwv[/bold]")
    assert status == 1
    assert "Nothing in the bank answers “[bold]zyxwv[/bold]”." in shown
    assert "Nearest topics: Norway" in shown


def test_text_from_the_bank_is_shown_as_text(capsys):
    marked = replace(FIRST, segments=("a [red]mark[/red] :smile: \\[b]",))
    console = Console(width=100, record=True)
    show_card(console, draw_card(marked, hit=None))
    assert "“a [red]mark[/red] :smile: \\[b]”" in console.export_text()


def test_how_it_was_found_is_told_only_where_there_is_something_to_tell(capsys):
    console = Console(width=100, record=True)
    show_card(console, replace(draw_card(FIRST, hit=None), found=(), link=None))
    lines = [line.strip("│ ") for line in console.export_text().splitlines()[1:-1]]
    assert lines == [
        "“Norway is a small country.”",
        "— Ada Example, Chair",
        "June 2017 (inferred) · Outlet, interview with Bo Asker",
        "[sic]",
    ]


def test_a_miss_with_no_topic_near_names_none(capsys):
    bare = Edition(bank := Bank("0" * 64, (SOURCE,), (SPEAKER,), (), (replace(FIRST, topics=()),)), Index.build(bank))
    assert asked("zyxwv", bare) == (1, "Nothing in the bank answers “zyxwv”.\n")


def test_whose_words_are_not_there_is_said(capsys):
    assert main(["ask", "what did lavrov answer"]) == 0
    assert "The bank holds no quote by Sergei Lavrov" in capsys.readouterr().out


@pytest.mark.parametrize("words", [["russia"], []])
def test_the_shipped_bank_answers(capsys, words):
    assert main(["ask", "--data", "none", *words]) == 0
    assert "Jens Stoltenberg" in capsys.readouterr().out


def test_a_folder_that_holds_no_bank_is_a_wrong_call(capsys, tmp_path):
    assert main(["ask", "--bank", str(tmp_path / "none"), "russia"]) == 2
    assert "quoth ask:" in capsys.readouterr().err


ODD = "\x1b]0;owned\x07zzqq\u202e\x9b31m"
TERMINALS = {
    "ask": ["ask", ODD],
    "ask of a speaker": ["ask", f"by:{ODD} russia"],
    "search": ["search", ODD],
    "cite": ["cite", ODD],
    "timeline": ["timeline", ODD],
    "timeline of a speaker": ["timeline", "russia", "--speaker", ODD],
    "verify": ["verify", f"We need {ODD} both a strong defence and {ODD} dialogue with Russia"],
    "verify of what was altered": [
        "verify",
        f"We cannot choose between either {ODD} dialogue with Russia or deterrence and defence. We need both.",
    ],
    "verify of a speaker": ["verify", "We need both", "--speaker", ODD],
}


@pytest.mark.parametrize("command", [*TERMINALS.values()], ids=[*TERMINALS])
def test_what_somebody_typed_gives_a_terminal_no_orders(command, capsys):
    main(command)
    said = "".join(capsys.readouterr())
    assert said.strip()
    assert not [mark for mark in said if mark != "\n" and not mark.isprintable()]
