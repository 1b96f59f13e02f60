"""`quoth check`: what people, programs and GitHub are told, and the exit status."""

import io
import json
import re
import shutil
from pathlib import Path

import jsonschema
import pytest
import yaml

from bot.bank.fingerprint import dump, make
from bot.bank.reader import Reading
from bot.cli import main
from bot.cli.check import _as_github, _as_text, summary
from bot.config import shipped_bank
from bot.problem import Problem

DATA = Path(__file__).parents[1] / "data"
REGENERATE = "bot/bank/shapes.py says otherwise; make it again with: quoth check --schema > quotes/schema.json"


@pytest.fixture
def bank(tmp_path, monkeypatch):
    folder = tmp_path / "quotes"
    shutil.copytree(DATA / "good_bank", folder, ignore=shutil.ignore_patterns("articles"))
    (folder / "fingerprints").mkdir()
    for article in (DATA / "good_bank" / "articles").glob("*.txt"):
        text = dump(make(article.read_text(encoding="utf-8"), article.stem))
        (folder / "fingerprints" / article.name).write_text(text, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    return folder


def break_a_topic(bank):
    path = bank / "sources" / "north.yaml"
    path.write_text(path.read_text(encoding="utf-8").replace("[bridge, river", "[bridge, rivers"), encoding="utf-8")


def test_a_good_bank_is_told_in_one_line(bank, capsys):
    assert main(["check", "quotes"]) == 0
    assert capsys.readouterr().out == "4 quotes, 2 sources, no problems: every quote proved against its source\n"


def test_a_fault_is_told_with_place_advice_and_status(bank, capsys):
    break_a_topic(bank)
    assert main(["check", "quotes"]) == 1
    out = capsys.readouterr().out
    for piece in ("error", "quotes/sources/north.yaml:15:22", "there is no topic “rivers”", "did you mean “river”?"):
        assert piece in out
    assert out.endswith("4 quotes, 2 sources: 1 error; the bank cannot be used until the errors are mended\n")


def test_a_warning_alone_is_no_failure(bank, capsys):
    (bank / "sources" / "note.txt").write_text("")
    assert main(["check", "quotes"]) == 0
    assert "4 quotes, 2 sources, 1 warning: every quote proved against its source" in capsys.readouterr().out


@pytest.mark.parametrize("how", [["--json"], ["--format", "json"]])
def test_json_is_exactly_this(bank, capsys, how):
    break_a_topic(bank)
    assert main(["check", "quotes", *how]) == 1
    assert json.loads(capsys.readouterr().out) == {
        "quotes": 4,
        "sources": 2,
        "problems": [
            {
                "file": "quotes/sources/north.yaml",
                "line": 15,
                "column": 22,
                "severity": "error",
                "code": "unknown-topic",
                "message": "there is no topic “rivers”",
                "hint": "did you mean “river”?",
            }
        ],
    }


def test_github_is_told_by_annotations(bank, capsys):
    break_a_topic(bank)
    assert main(["check", "quotes", "--format", "github"]) == 1
    first, last = capsys.readouterr().out.splitlines()
    assert first == (
        "::error file=quotes/sources/north.yaml,line=15,col=22::there is no topic “rivers”; did you mean “river”?"
    )
    assert last.startswith("4 quotes")


def test_github_annotations_are_escaped():
    out = io.StringIO()
    problem = Problem("a,b:c%.yaml", 0, 0, "warning", "x", "100%\nsure", "")
    _as_github(Reading(None, (problem,), 0, 0), out)
    assert out.getvalue().splitlines()[0] == "::warning file=a%2Cb%3Ac%25.yaml::100%25\\nsure"


def test_markup_in_a_message_is_not_obeyed():
    out = io.StringIO()
    _as_text(Reading(None, (Problem("f", 1, 1, "error", "x", "[red]a[/red] [link", "[/]"),), 1, 1), out)
    assert "[red]a[/red] [link" in out.getvalue()
    assert "[/]" in out.getvalue()


@pytest.fixture
def shown(monkeypatch):
    """What a terminal of so many columns shows of problems, line by line."""

    class Terminal(io.StringIO):
        def isatty(self):
            return True

    def shown(columns, *problems):
        monkeypatch.setenv("COLUMNS", str(columns))
        monkeypatch.setenv("TERM", "xterm")
        out = Terminal()
        _as_text(Reading(None, problems, 1, 1), out)
        return re.sub(r"\x1b\[[0-9;]*m", "", out.getvalue()).splitlines()

    return shown


WRONG = Problem("f.yaml", 1, 2, "error", "x", "[red]it[/red] is wrong", "mend it")


def test_a_narrow_terminal_gets_lines(shown):
    assert shown(60, WRONG)[:3] == ["f.yaml:1:2 error", "  [red]it[/red] is wrong", "  mend it"]


def test_a_wide_terminal_gets_a_table_with_places_that_are_whole(shown):
    place = "sources/" + "x" * 60 + ".yaml"
    odd = Problem(place, 7, 3, "warning", "y", "it is odd " * 20, "look at it")
    lines = shown(170, WRONG, odd)
    table = [[cell.strip() for cell in re.split("[┃│]", line)[1:-1]] for line in lines if line[0] in "┃│"]
    assert table[:2] == [
        ["", "Place", "What is wrong", "How to mend it"],
        ["error", "f.yaml:1:2", "[red]it[/red] is wrong", "mend it"],
    ]
    assert [cells[0] for cells in table[2:]] == ["warning", *[""] * (len(table) - 3)]
    assert table[2][1] == f"{place}:7:3"
    assert "".join(cells[2] for cells in table[2:]).count("odd") == 20
    assert " ".join(cells[3] for cells in table[2:]).strip() == "look at it"
    assert lines[-1].startswith("1 quote, 1 source: 1 error and 1 warning")


def test_one_is_not_many():
    assert summary(Reading(None, (), 1, 1)).startswith("1 quote, 1 source, no problems")


@pytest.mark.parametrize("call", [["check", "nowhere"], ["check", "quotes/topics.yaml"], ["check", "--format", "xml"]])
def test_a_wrong_call_is_status_2(bank, capsys, call):
    try:
        status = main(call)
    except SystemExit as left:
        status = left.code
    assert status == 2
    assert capsys.readouterr().err


def test_the_shipped_bank_is_checked_unless_another_is_named(capsys):
    assert main(["check", "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["problems"] == []
    assert told["sources"] == len(list((shipped_bank() / "sources").glob("*.yaml")))


def test_the_schema_is_the_one_in_the_bank(capsys):
    assert main(["check", "--schema"]) == 0
    assert capsys.readouterr().out == (shipped_bank() / "schema.json").read_text(encoding="utf-8"), REGENERATE


def test_the_schema_accepts_the_shipped_bank_and_names_what_it_does_not():
    schema = json.loads((shipped_bank() / "schema.json").read_text(encoding="utf-8"))
    jsonschema.Draft7Validator.check_schema(schema)
    validator = jsonschema.Draft7Validator(schema)
    files = [*shipped_bank().glob("*.yaml"), *(shipped_bank() / "sources").glob("*.yaml")]
    assert len(files) > 3
    for file in files:
        # Editors read with YAML's own types, so both readings are to be valid (dates stay text for a schema).
        text = file.read_text(encoding="utf-8")
        assert list(validator.iter_errors(yaml.load(text, Loader=yaml.BaseLoader))) == []
    assert not validator.is_valid({"topics": {"russia": {"name": "Russia", "alias": ["moscow"]}}})
    assert not validator.is_valid({"topics": {"Russia!": {"name": "Russia"}}})


def test_each_source_of_the_shipped_bank_names_the_schema_in_its_first_line():
    files = list((shipped_bank() / "sources").glob("*.yaml"))
    assert files
    for file in files:
        first = file.read_text(encoding="utf-8").splitlines()[0]
        assert first.startswith("# yaml-language-server: $schema="), file.name
        assert (file.parent / first.partition("=")[2]).resolve() == (shipped_bank() / "schema.json").resolve()


def test_the_hook_for_other_repositories_calls_this_command():
    hooks = yaml.safe_load((Path(__file__).parents[2] / ".pre-commit-hooks.yaml").read_text(encoding="utf-8"))
    assert hooks[0]["entry"] == "quoth check"
    assert hooks[0]["pass_filenames"] is False


def test_nothing_of_the_machine_is_told_through_a_link(bank, tmp_path, capsys):
    (tmp_path / "config.yaml").write_text("token: swordfish\n", encoding="utf-8")
    (bank / "topics.yaml").unlink()
    (bank / "topics.yaml").symlink_to(tmp_path / "config.yaml")
    assert main(["check", "quotes"]) == 1
    said = capsys.readouterr().out
    assert "quotes/topics.yaml: error: this leads out of the bank's folder" in said
    assert "token" not in said
    assert "swordfish" not in said
