"""`quoth verify`: verdicts for people, and JSON for programs."""

import io
import json
import sys
from dataclasses import replace

import pytest
from rich.console import Console

from bot.bank.quote import Fact, Quote, Source, Speaker
from bot.cli import main
from bot.cli.verify import show
from bot.verify.verdict import Verdict

ALTERED = "NATO does want a new Cold War or arms race."
TRUE = "NATO does not want a new Cold War or arms race."


def run(capsys, *arguments):
    status = main(["verify", *arguments])
    shown = capsys.readouterr()
    return status, shown.out, shown.err


def standard_input(monkeypatch, raw):
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(raw), encoding="utf-8"))


def test_a_person_sees_the_verdict_the_difference_and_the_source(capsys):
    status, out, _ = run(capsys, ALTERED)
    assert status == 0
    assert out.startswith("ALTERED  Not word for word. A negation was lost: “not”.")
    assert "source: “NATO does **not** want a new Cold War" in out
    assert "— Jens Stoltenberg, Secretary General of NATO" in out
    assert "25 May 2017 · Euronews" in out


def test_a_program_gets_one_object_with_just_these_keys(capsys):
    status, out, _ = run(capsys, "--json", ALTERED)
    assert status == 0
    assert json.loads(out) == {
        "text": ALTERED,
        "verdict": "altered",
        "quote": "no-new-cold-war-2017",
        "source": "euronews-2017-05-25",
        "score": 0.952,
        "diff": [["negation", "", "not"]],
    }


def test_what_is_unknown_has_neither_quote_nor_source(capsys):
    told = json.loads(run(capsys, "--json", "Ich bin ein Berliner.")[1])
    assert (told["verdict"], told["quote"], told["source"], told["diff"]) == ("unknown", None, None, [])


def test_the_speaker_is_compared(capsys):
    assert json.loads(run(capsys, "--json", "--speaker", "Putin", TRUE)[1])["verdict"] == "misattributed"
    assert json.loads(run(capsys, "--json", "--speaker", "Stoltenberg", TRUE)[1])["verdict"] == "verbatim"


def test_several_quotations_are_told_one_by_one_and_the_gravest_first(capsys):
    told = json.loads(run(capsys, "--json", f"He said “{TRUE}” and “{ALTERED}”")[1])
    assert told["verdict"] == "altered"
    assert [one["verdict"] for one in told["quotations"]] == ["verbatim", "altered"]


def test_the_text_comes_from_standard_input_when_it_is_left_out(capsys, monkeypatch):
    standard_input(monkeypatch, TRUE.encode())
    assert json.loads(run(capsys, "--json")[1])["verdict"] == "verbatim"


def test_a_batch_answers_each_line_with_one(capsys, tmp_path):
    lines = [{"text": TRUE}, {"text": TRUE, "speaker": "Putin"}, {"text": "“" * 500, "speaker": None}]
    file = tmp_path / "claims.jsonl"
    file.write_text("\n".join(map(json.dumps, lines)) + "\n\n", encoding="utf-8")
    status, out, _ = run(capsys, "--batch", str(file))
    told = [json.loads(line) for line in out.splitlines()]
    assert status == 0
    assert [one["verdict"] for one in told] == ["verbatim", "misattributed", "unknown"]
    assert [one["text"] for one in told] == [line["text"] for line in lines]


@pytest.mark.parametrize(
    "line", ["{", '"We need both."', "[]", '{"speaker": "Putin"}', '{"text": 3}', '{"text": "a", "speaker": 3}']
)
def test_a_line_that_is_no_claim_is_named(capsys, monkeypatch, line):
    standard_input(monkeypatch, f'{{"text": "a"}}\n{line}\n'.encode())
    status, out, err = run(capsys, "--batch", "-")
    assert status == 2
    assert len(out.splitlines()) == 1
    assert "standard input:2: not a claim" in err


def test_a_line_that_is_no_utf8_is_named(capsys, monkeypatch):
    standard_input(monkeypatch, b'{"text": "\xff"}\n')
    status, _, err = run(capsys, "--batch", "-")
    assert status == 2
    assert "standard input:1: not UTF-8" in err


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["  "], "say what to check"),
        (["a", "--batch", "-"], "not both"),
        (["--batch", "-", "--speaker", "Putin"], "not both"),
        (["--batch", "no/such/file"], "cannot read no/such/file"),
        (["x" * 100_001], "100,000 are read at most"),
        (["--bank", "no/such/bank", "a"], "no/such/bank"),
    ],
)
def test_a_wrong_call_says_how_to_mend_it(capsys, arguments, told):
    status, _, err = run(capsys, *arguments)
    assert status == 2
    assert told in err
    assert "Traceback" not in err


def test_marks_of_the_terminal_stay_text(capsys):
    out = run(capsys, "[bold red]NATO[/] is a lighthouse on the moon and nobody said so. :smile: \\[x]")[1]
    assert "“[bold red]NATO[/] is" in out


def test_standard_input_that_is_no_utf8_is_told(capsys, monkeypatch):
    standard_input(monkeypatch, b"We need \xff both")
    assert run(capsys) == (2, "", "quoth verify: standard input is not UTF-8\n")


SOURCE = Source("gazette", "Valley Gazette", "article", address=Fact("https://example.org/a", "printed"))
ADA = Speaker("ada", "Ada Brook", "Ada", "Brook")
QUOTES = tuple(Quote(name, (f"A {name} never asks.",), ADA, SOURCE, ()) for name in ("river", "bridge", "boat"))


def shown(*verdicts):
    console = Console(width=100, record=True, highlight=False)
    show(console, verdicts)
    return console.export_text()


def test_several_verdicts_stand_apart():
    said = shown(*(Verdict(text, "unknown") for text in ("one", "two")))
    first, second = said.split("\n\n")
    assert "pasted: “one”" in first
    assert "pasted: “two”" in second


def test_of_what_was_put_together_each_passage_is_shown_with_its_quote_and_address():
    said = shown(Verdict("A river, a bridge", "spliced", QUOTES, SOURCE, passages=("A [b]river[/b]", "a bridge")))
    assert "    “A [b]river[/b]”\n    “a bridge”\n" in said
    assert said.count("— Ada Brook") == 2
    assert "“A boat never asks.”" not in said
    assert "    Open source: https://example.org/a#:~:text=A%20river%20never%20asks" in said


def test_a_quote_without_an_address_has_no_line_for_one():
    bare = replace(QUOTES[0], source=replace(SOURCE, address=None))
    said = shown(Verdict("A river never asks.", "verbatim", (bare,), bare.source))
    assert "— Ada Brook" in said
    assert "Open" not in said
