"""A log is whole only to its end."""

from __future__ import annotations

import os
import sqlite3

import pytest

from bot.store.disk import files
from bot.store.sqlite.integrity_checks import check_row_count


def test_a_log_that_lacks_a_use_is_not_whole(log):
    check_row_count(log, 20)
    with pytest.raises(sqlite3.DatabaseError, match="1 uses are missing") as met:
        check_row_count(log, 21)
    assert met.value.sqlite_errorcode == sqlite3.SQLITE_CORRUPT


def test_a_log_that_lacks_its_end_is_not_whole(log):
    check_row_count(log, 20)
    os.truncate(log, files.size(log) - 1)
    with pytest.raises(sqlite3.DatabaseError, match="cut short") as met:
        check_row_count(log, 20)
    assert met.value.sqlite_errorcode == sqlite3.SQLITE_CORRUPT
