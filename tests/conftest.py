"""For all tests: no example that is tried has a time to keep, for the machine may be busy; and a good bank to break."""

import re
import shutil
import stat
import tempfile
from pathlib import Path

import pytest
from hypothesis import settings

from bot.bank.fingerprint import dump, make

DATA = Path(__file__).parent / "data"

settings.register_profile("untimed", deadline=None)
settings.load_profile("untimed")


def reached_by_all(folder):
    """Whether other users can reach what is in a folder."""
    return all(one.stat().st_mode & stat.S_IXOTH for one in (folder, *folder.parents))


@pytest.fixture
def open_to_all():
    """A folder that another user can reach: pytest's own are closed to them, and TMPDIR may be."""
    known = (Path(name).resolve() for name in (tempfile.gettempdir(), "/var/tmp", "/dev/shm", "/tmp"))
    reached = next((one for one in known if one.is_dir() and reached_by_all(one)), None)
    if reached is None:
        pytest.skip("no folder for temporary files here can be reached by other users")
    with tempfile.TemporaryDirectory(dir=reached) as name:
        folder = Path(name)
        folder.chmod(0o755)
        yield folder


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
