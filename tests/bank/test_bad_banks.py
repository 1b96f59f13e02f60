"""Every faulty bank in tests/data/bad_banks is told of as expected: each fault, at its place, and nothing else."""

import ast
import re
import shutil
from itertools import product
from pathlib import Path

import pytest
import yaml

from bot.bank.reader import read_bank

ROOT = Path(__file__).parents[2]
BAD_BANKS = ROOT / "tests" / "data" / "bad_banks"
CODE = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)+")
NO_FILES_SHOW = {
    "bad-yaml": "for what libyaml may complain of one day",
    "file-too-big": "tests/bank/test_reader.py makes the megabytes",
    "leads-out": "links: tests/bank/test_inside.py",
    "missing-folder": "a folder that is not there: tests/bank/test_reader.py",
    "weak-proof": "chances: tests/bank/test_rules.py",
}
"""Codes of the reader's that no bank here has, and why."""
OTHERS = {"editing", "loss", "sheet", "windows", "writer"}
"""Modules of bot/bank that tell of other things than a bank that is read."""
FAULTS = sorted(folder.name for folder in BAD_BANKS.iterdir() if folder.is_dir())


def broken(good_bank, fault):
    shutil.copytree(BAD_BANKS / fault, good_bank, dirs_exist_ok=True, ignore=shutil.ignore_patterns("expect", "delete"))
    if (BAD_BANKS / fault / "delete").exists():
        for name in (BAD_BANKS / fault / "delete").read_text().split():
            (good_bank / name).unlink()
    return good_bank


def told(reading, folder):
    return [
        f"{Path(problem.file).relative_to(folder).as_posix()}:{problem.line}:{problem.column} "
        f"{problem.severity} {problem.code}"
        for problem in reading.problems
    ]


def test_there_are_enough_of_them():
    assert len(FAULTS) >= 120


def codes():
    """All words with dashes that the reader's modules give to a call: the codes of their problems."""
    paths = [
        path
        for room in ("bank", "strict_yaml")
        for path in (ROOT / "bot" / room).glob("*.py")
        if path.stem not in OTHERS
    ]
    for path in paths:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Constant) and isinstance(node.value, str) and CODE.fullmatch(node.value):
                yield node.value


def test_every_code_is_that_of_a_faulty_bank():
    shown = {line.split()[-1] for fault in FAULTS for line in (BAD_BANKS / fault / "expect").read_text().splitlines()}
    assert set(codes()) - shown - {"utf-8"} == set(NO_FILES_SHOW)


def test_the_good_bank_has_no_fault(good_bank, today):
    reading = read_bank(good_bank, today)
    assert reading.problems == ()
    assert reading.bank is not None


@pytest.mark.parametrize("fault", FAULTS)
def test_the_fault_is_told_at_its_place(fault, good_bank, today):
    folder = broken(good_bank, fault)
    reading = read_bank(folder, today)
    assert told(reading, folder) == (BAD_BANKS / fault / "expect").read_text().splitlines()
    assert (reading.bank is None) == any(problem.severity == "error" for problem in reading.problems)
    assert all(problem.message and problem.hint for problem in reading.problems), "each says how to mend it"


def test_all_faults_of_all_files_are_told_together(good_bank, today):
    for fault in ("value-date-month-13", "name-alias-twice", "key-no-role-title", "proof-invented", "file-stray-note"):
        broken(good_bank, fault)
    reading = read_bank(good_bank, today)
    assert sorted(problem.code for problem in reading.problems) == [
        "alias-twice",
        "impossible-date",
        "missing-key",
        "not-in-source",
        "not-read",
    ]


def test_a_message_says_where_what_and_how(good_bank, today, monkeypatch):
    broken(good_bank, "name-unknown-topic")
    monkeypatch.chdir(good_bank.parent)
    (problem,) = read_bank(Path("quotes"), today).problems
    assert str(problem) == ("quotes/sources/north.yaml:15:22: there is no topic “rivers”; did you mean “river”?")


PARTS = ["MTIzNDU2Nzg5MDEyMzQ1Njc4", "GabcDE", "aBcdeFghij01x3456789_ABcDEF"]
TOKEN = ".".join(PARTS)
WRITTEN = (
    TOKEN,
    TOKEN[32:],
    f"the token is {TOKEN} and so on",
    *(f"{TOKEN[:at]}{mark}{TOKEN[at:]}" for at in (30, 45) for mark in "\u00ad\u200b\ufe0f\u3164"),
)
"""What somebody pasted where a word of the bank belongs: it, the secret end of it, with words around, or with a mark in
it that is not seen."""


def scalars(text):
    """Where each key and each value of a file stands."""
    for mark in yaml.scan(text):
        if isinstance(mark, yaml.ScalarToken):
            yield mark.start_mark.index, mark.end_mark.index


def pieces_told(problems):
    """What of the token stands in problems, be it as an id would be written."""
    told = "\n".join(map(str, problems)).lower()
    secrets = (TOKEN[26:].lower(), re.sub("[^a-z0-9]+", "-", TOKEN.lower())[26:])
    pieces = {secret[at : at + 8] for secret in secrets for at in range(len(secret) - 7)}
    return sorted(piece for piece in pieces if piece in told)


@pytest.mark.parametrize("file", ["topics.yaml", "speakers.yaml", "sources/north.yaml"])
def test_no_piece_of_a_token_is_told_wherever_it_stands(file, good_bank, today):
    path = good_bank / file
    text = path.read_text(encoding="utf-8")
    noticed = 0
    for (start, end), written in product(scalars(text), WRITTEN):
        path.write_text(f'{text[:start]}"{written}"{text[end:]}', encoding="utf-8")
        problems = read_bank(good_bank, today).problems
        noticed += bool(problems)
        assert pieces_told(problems) == [], (text[start:end], problems)
    assert noticed > 20


@pytest.mark.parametrize("written", WRITTEN)
def test_nor_where_it_is_twice_the_name_of_something(written, good_bank, today):
    path = good_bank / "topics.yaml"
    topics = path.read_text(encoding="utf-8")
    topics = re.sub(r"\n *triggers: .*", "", topics)
    for named in (f'aliases: ["{written}", ', f'triggers: ["{written}"]\n    aliases: ['):
        path.write_text(topics.replace("aliases: [", named), encoding="utf-8")
        problems = read_bank(good_bank, today).problems
        assert problems
        assert pieces_told(problems) == []


@pytest.mark.parametrize("written", WRITTEN)
@pytest.mark.parametrize("file", ["sources/{}.yaml", "sources/x-{}.yaml", "sources/{}.txt"])
def test_nor_where_a_file_is_called_so(written, file, good_bank, today):
    (good_bank / file.replace("{}", written)).write_text("title: x\n", encoding="utf-8")
    problems = read_bank(good_bank, today).problems
    assert problems
    assert pieces_told(problems) == []
