"""`quoth fingerprint`: made the same every time, for a person to look over, with calls that are told when wrong."""

from __future__ import annotations

import pytest

from bot.bank.fingerprint import Fingerprint, parse, proves
from bot.cli import main

ARTICLE = """Bridges come first

The council met on Monday.

“The old bridge carried our grandparents to market every single week,” Ada Varga said.

Leave a comment

“Ada never crossed that bridge in all her life, and everybody here knows it,” he said.
"""
SAID = "The old bridge carried our grandparents to market every single week."


@pytest.fixture
def article(tmp_path):
    path = tmp_path / "Bridges-2020.txt"
    path.write_text(ARTICLE, encoding="utf-8")
    return path


def made(text):
    fingerprint = parse(text, "made")
    assert isinstance(fingerprint, Fingerprint), fingerprint
    return fingerprint


def test_it_proves_what_was_said_and_nothing_else(article, capsys):
    assert main(["fingerprint", str(article)]) == 0
    fingerprint = made(capsys.readouterr().out)
    assert fingerprint.salt == "bridges-2020"
    assert proves(fingerprint, [SAID]) is not None
    assert proves(fingerprint, ["The council met on Monday."]) is None
    assert proves(fingerprint, ["Ada never crossed that bridge in all her life, and everybody here knows it"]) is None


def test_it_is_the_same_every_time(article, tmp_path, capsys):
    main(["fingerprint", str(article), "--out", str(tmp_path / "one.txt")])
    main(["fingerprint", str(article)])
    assert (tmp_path / "one.txt").read_text(encoding="utf-8") == capsys.readouterr().out


def test_another_id_is_another_salt(article, capsys):
    main(["fingerprint", str(article), "--source-id", "other"])
    assert made(capsys.readouterr().out).salt == "other"


def test_the_review_shows_what_counts_as_speech(article, capsys):
    assert main(["fingerprint", str(article), "--review"]) == 0
    assert capsys.readouterr().out.splitlines() == [
        "   1 - Bridges come first",
        "   2 - The council met on Monday",
        "   3 + The old bridge carried our grandparents to market every single week",
        "   4 - Ada Varga said",
    ]


def test_a_person_has_the_last_word_on_what_is_speech(article, capsys):
    main(["fingerprint", str(article), "--said", "2", "--told", "3-4"])
    fingerprint = made(capsys.readouterr().out)
    assert proves(fingerprint, [SAID]) is None
    assert proves(fingerprint, ["The council met on Monday."]) is not None


def test_lines_choose_what_is_the_article(article, capsys):
    main(["fingerprint", str(article), "--from", "3", "--to", "3", "--review"])
    assert capsys.readouterr().out.splitlines() == ["   1 - The council met on Monday"]


@pytest.mark.parametrize(
    ("call", "sentence"),
    [
        (["gone.txt"], "cannot read gone.txt"),
        (["{article}", "--source-id", "../etc"], "is no source id"),
        (["{article}", "--source-id", ""], "is no source id"),
        (["{article}", "--from", "9", "--to", "3"], "are no range of lines"),
        (["{article}", "--from", "0"], "are no range of lines"),
        (["{article}", "--said", "9-12"], "there are no units 9-12"),
        (["{article}", "--out", "{article}/below.txt"], "cannot write"),
    ],
)
def test_a_wrong_call_is_told_in_a_sentence(article, call, sentence, capsys):
    assert main(["fingerprint", *(word.replace("{article}", str(article)) for word in call)]) == 2
    said = capsys.readouterr()
    assert sentence in said.err
    assert said.out == ""


def test_a_range_that_is_none_is_a_wrong_call(article, capsys):
    with pytest.raises(SystemExit) as stop:
        main(["fingerprint", str(article), "--said", "one"])
    assert stop.value.code == 2
    assert "write 12 or 12-15" in capsys.readouterr().err


def test_an_empty_file_has_no_fingerprint(tmp_path, capsys):
    empty = tmp_path / "empty.txt"
    empty.write_text("\n", encoding="utf-8")
    assert main(["fingerprint", str(empty)]) == 2
    assert "holds no words" in capsys.readouterr().err
