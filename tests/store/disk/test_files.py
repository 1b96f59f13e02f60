"""The log's file and those beside it, as they are renamed and removed."""

from __future__ import annotations

import pytest

from bot.store.disk import files
from tests.store.conftest import NOON


def test_a_database_that_cannot_be_renamed_stays_where_it_is(tmp_path):
    path = tmp_path / ("q" * 250)  # nothing can be put behind so long a name
    path.write_text("the log")
    assert files.try_move_aside(path, "damaged", NOON) is None
    assert [entry.name for entry in tmp_path.iterdir()] == [path.name]
    assert path.read_text() == "the log"


@pytest.mark.parametrize("whose", ["its own", "another's", "nobody knows"])
def test_only_the_companions_that_a_database_had_are_removed(tmp_path, whose):
    path = tmp_path / "quoth.db"
    companions = {files.wal_path(path), tmp_path / "quoth.db-shm"}
    for companion in companions:
        companion.touch()
    own = files.identity(files.wal_path(path))
    files.remove_companions(path, {"its own": own, "another's": (own[0], own[1] + 1), "nobody knows": None}[whose])
    assert set(tmp_path.iterdir()) == (set() if whose == "its own" else companions)
