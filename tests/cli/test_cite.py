"""`quoth cite`: citations of the shipped bank's quotes at the terminal."""

from __future__ import annotations

import io
import json
import re

import pytest

from bot.bank.citation import STYLES, cite_many, cite_runs
from bot.cli import main
from bot.cli.cite import _write
from bot.config import shipped_bank
from bot.editions.making import open_edition


@pytest.fixture(scope="module")
def bank():
    return open_edition(shipped_bank()).bank


def printed(capsys, *call):
    status = main(["cite", *call])
    captured = capsys.readouterr()
    return status, captured.out, captured.err


@pytest.mark.parametrize("style", STYLES)
def test_a_quote_is_cited_by_its_id_in_every_style(capsys, bank, style):
    quote = bank.quotes[0]
    status, out, err = printed(capsys, quote.id, "--style", style)
    assert (status, err) == (0, "")
    assert quote.source.outlet in out
    assert "\x0e" not in out
    assert "\x0f" not in out


def test_the_usual_style_is_apa(capsys, bank):
    assert printed(capsys, bank.quotes[0].id) == printed(capsys, bank.quotes[0].id, "--style", "apa")


def test_all_styles_stand_under_their_names(capsys, bank):
    _, out, _ = printed(capsys, bank.quotes[0].id, "--style", "all")
    assert [line for line in out.splitlines() if line.endswith(")") and "(" in line and len(line) < 40] == [
        f"{style.label} ({style.id})" for style in STYLES.values()
    ]


def test_a_query_cites_each_source_that_answers_it_once(capsys, bank):
    status, out, _ = printed(capsys, "russia", "--style", "csl-json")
    assert status == 0
    assert {item["id"] for item in json.loads(out)} == {quote.source.id for quote in bank.by_topic["russia"]}


def test_a_corrected_spelling_is_said_and_kept_out_of_the_citation(capsys):
    status, out, err = printed(capsys, "afghanistann", "--style", "csl-json")
    assert status == 0
    assert json.loads(out)
    assert "for afghanistann" in err


def test_a_miss_prints_no_citation(capsys):
    status, out, err = printed(capsys, "zyxwvut")
    assert (status, out) == (1, "")
    assert "nothing in the bank answers “zyxwvut”; nearest topics: " in err


def test_a_wrong_call_says_how_to_mend_it(capsys):
    status, out, err = printed(capsys, " ")
    assert (status, out) == (2, "")
    assert "say what to cite" in err


@pytest.mark.parametrize(("style", "italics"), [("apa", True), ("bibtex", False)])
def test_a_terminal_shows_italics_where_a_style_has_them(monkeypatch, bank, style, italics):
    class Terminal(io.StringIO):
        def isatty(self):
            return True

    terminal = Terminal()
    monkeypatch.setattr("sys.stdout", terminal)
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setenv("COLUMNS", "400")
    monkeypatch.delenv("NO_COLOR", raising=False)
    quotes = bank.quotes[:1]
    _write(quotes, STYLES[style])
    shown = terminal.getvalue()
    slanted = re.findall(r"\x1b\[3m(.*?)\x1b\[0m", shown, re.DOTALL)
    assert slanted == [run.text for run in cite_runs(quotes, style) if run.italic and italics]
    assert bool(slanted) is italics
    written = " ".join(re.sub(r"\x1b\[[0-9;]*m", "", shown).split())
    assert written == " ".join(cite_many(quotes, style).split())
