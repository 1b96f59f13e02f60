"""For all tests: no example that is tried has a time to keep, for the machine may be busy; and a good bank to break."""

import re
import shutil
from pathlib import Path

import pytest
from hypothesis import settings

from bot.bank.fingerprint import dump, make

DATA = Path(__file__).parent / "data"

settings.register_profile("untimed", deadline=None)
settings.load_profile("untimed")


@pytest.fixture
def good_bank(tmp_path):
    """A copy of tests/data/good_bank, of an invented town, with the fingerprints of its articles."""
    folder = tmp_path / "quotes"
    shutil.copytree(DATA / "good_bank", folder, ignore=shutil.ignore_patterns("articles"))
    (folder / "fingerprints").mkdir()
    for article in sorted((DATA / "good_bank" / "articles").glob("*.txt")):
        text = article.read_text(encoding="utf-8")
        fingerprint = make(text, article.stem, speech=[found.span() for found in re.finditer("“[^”]*”", text)])
        (folder / "fingerprints" / article.name).write_text(dump(fingerprint), encoding="utf-8")
    return folder
