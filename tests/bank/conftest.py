"""The good bank of an invented town, whole and ready to be broken."""

import re
import shutil
from datetime import date
from pathlib import Path

import pytest

from bot.bank.fingerprint import dump, make

DATA = Path(__file__).parents[1] / "data"


@pytest.fixture(scope="session")
def today():
    return date(2021, 1, 1)


@pytest.fixture
def good_bank(tmp_path):
    """A copy of tests/data/good_bank with the fingerprints of its articles."""
    folder = tmp_path / "quotes"
    shutil.copytree(DATA / "good_bank", folder, ignore=shutil.ignore_patterns("articles"))
    (folder / "fingerprints").mkdir()
    for article in sorted((DATA / "good_bank" / "articles").glob("*.txt")):
        text = article.read_text(encoding="utf-8")
        fingerprint = make(text, article.stem, speech=[found.span() for found in re.finditer("“[^”]*”", text)])
        (folder / "fingerprints" / article.name).write_text(dump(fingerprint), encoding="utf-8")
    return folder
