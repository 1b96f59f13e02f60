"""`quoth draft`: proposals for programs and for people, never written over somebody's work."""

from __future__ import annotations

import json
import os
import shutil
from pathlib import Path

import pytest

from bot.bank.fingerprint import Fingerprint, parse, proves
from bot.bank.reader import read_bank
from bot.cli import main

MADE_UP = Path(__file__).parents[1] / "data" / "articles_made_up"
RELEASE = str(MADE_UP / "press-release.txt")
QUOTES = Path(__file__).parents[2] / "quotes"
ARTICLES = os.environ.get("QUOTH_ARTICLES")


def test_for_programs_it_prints_and_writes_nothing(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    assert main(["draft", RELEASE, "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert list(found) == ["quotes", "source", "doubts"]
    file = Path(RELEASE).read_text(encoding="utf-8")
    for quote in found["quotes"]:
        assert list(quote) == ["text", "segments", "speaker", "confidence", "why"]
        assert " … ".join(" ".join(file[start:end].split()) for start, end in quote["segments"]) == quote["text"]
        assert 0 <= quote["confidence"] <= 1
    assert found["source"]["title"]["value"] == "Harbour Bakery to light its ovens with sunshine"
    assert list(tmp_path.iterdir()) == []


def test_for_people_it_writes_a_draft_with_its_fingerprint_beside_it(tmp_path, capsys):
    assert main(["draft", RELEASE, "--out", str(tmp_path / "new")]) == 0
    assert "4 quotes proposed, 2 of them unsure" in capsys.readouterr().out
    draft = (tmp_path / "new" / "press-release.yaml").read_text(encoding="utf-8")
    assert "# DRAFT of press-release.txt" in draft
    assert "# unsure: the paragraph before it is about the speaker" in draft
    assert "# unsure: Karl Brandt is not in speakers.yaml yet" in draft
    fingerprint = parse((tmp_path / "new" / "press-release.txt").read_text(encoding="utf-8"), "made")
    assert isinstance(fingerprint, Fingerprint)
    assert proves(fingerprint, ["Bread does not ask where the heat comes from."]) is not None


def test_it_does_not_write_over_what_is_there(tmp_path, capsys):
    (tmp_path / "press-release.yaml").write_text("finished by hand", encoding="utf-8")
    assert main(["draft", RELEASE, "--out", str(tmp_path)]) == 2
    assert "--force writes over it" in capsys.readouterr().err
    assert (tmp_path / "press-release.yaml").read_text(encoding="utf-8") == "finished by hand"
    assert not (tmp_path / "press-release.txt").exists()
    assert main(["draft", RELEASE, "--out", str(tmp_path), "--force"]) == 0
    assert "DRAFT" in (tmp_path / "press-release.yaml").read_text(encoding="utf-8")


def test_the_name_of_the_files_is_the_source_id(tmp_path):
    assert main(["draft", RELEASE, "--out", str(tmp_path), "--source-id", "bakery-2019"]) == 0
    assert sorted(path.name for path in tmp_path.iterdir()) == ["bakery-2019.txt", "bakery-2019.yaml"]


@pytest.mark.parametrize("name", ["../bakery", "a/b", "", "Ä", "x" * 101, "-"])
def test_a_source_id_is_never_a_path(tmp_path, name, capsys):
    assert main(["draft", RELEASE, "--out", str(tmp_path / "new"), "--source-id", name]) == 2
    assert "is no source id" in capsys.readouterr().err
    assert not (tmp_path / "new").exists()


def test_an_article_in_which_nobody_speaks_says_so(tmp_path, capsys):
    silent = tmp_path / "silent.txt"
    silent.write_text("Nothing said\n\nThe council met on Monday. It decided nothing at all.\n", encoding="utf-8")
    assert main(["draft", str(silent), "--out", str(tmp_path / "new")]) == 1
    assert "no direct speech was found" in capsys.readouterr().out


OPEN = """Harbour news

“The bread is better,” said Ada Brook, the mayor of Harbour.

“The ovens are cold, Ada Brook told the council, and went home.
"""


def test_a_quotation_that_is_never_closed_is_told_with_its_line(tmp_path, capsys):
    article = tmp_path / "open.txt"
    article.write_text(OPEN, encoding="utf-8")
    assert main(["draft", str(article), "--out", str(tmp_path / "new")]) == 0
    assert "line 5: a quotation opens here and is never closed\n" in capsys.readouterr().out
    assert main(["draft", str(article), "--json"]) == 0
    told = json.loads(capsys.readouterr().out)["doubts"]
    assert told == [{"line": 5, "message": "a quotation opens here and is never closed"}]


def test_of_a_bank_with_faults_no_topics_are_taken_and_that_is_said(tmp_path, capsys):
    (tmp_path / "bank").mkdir()
    assert main(["draft", RELEASE, "--bank", str(tmp_path / "bank"), "--out", str(tmp_path / "new")]) == 0
    assert capsys.readouterr().err == ("quoth draft: the bank has faults (see `quoth check`); no topics are proposed\n")
    assert (tmp_path / "new" / "press-release.yaml").exists()


def test_where_it_cannot_write_it_says_so(tmp_path, capsys):
    (tmp_path / "file").touch()
    assert main(["draft", RELEASE, "--out", str(tmp_path / "file" / "new")]) == 2
    assert capsys.readouterr().err == f"quoth draft: cannot write to {tmp_path / 'file' / 'new'}: Not a directory\n"


@pytest.mark.skipif(not ARTICLES, reason="the articles are not shipped; QUOTH_ARTICLES names their folder")
@pytest.mark.parametrize("source", ["euronews-2017-05-25", "sputnik-2017-02-14"])
def test_a_draft_of_a_known_outlet_is_nearly_a_source(tmp_path, source):
    bank = tmp_path / "bank"
    shutil.copytree(QUOTES, bank, ignore=shutil.ignore_patterns("sources", "fingerprints"))
    (bank / "sources").mkdir()
    (bank / "fingerprints").mkdir()
    assert main(["draft", str(Path(ARTICLES) / f"{source}.txt"), "--out", str(tmp_path)]) == 0
    (tmp_path / f"{source}.yaml").rename(bank / "sources" / f"{source}.yaml")
    (tmp_path / f"{source}.txt").rename(bank / "fingerprints" / f"{source}.txt")
    assert [str(problem) for problem in read_bank(bank).problems if problem.severity == "error"] == []
