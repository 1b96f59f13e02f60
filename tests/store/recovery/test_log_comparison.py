"""Two logs held against one another."""

import shutil

import pytest

from bot.store.recovery.log_comparison import count_missing


@pytest.mark.parametrize(
    ("under_way", "lost"), [([3], []), ([], [(5, 1)])], ids=["what it lacks is under way", "it lacks one"]
)
async def test_only_what_a_log_lacks_is_counted_as_lost(log, tmp_path, change, in_file, under_way, lost):
    other = tmp_path / "other.db"
    shutil.copyfile(log, other)
    change(log, "DELETE FROM uses WHERE asked = 3")
    assert count_missing(log, other, 5, under_way) == len(lost)
    assert in_file(log, "SELECT time, count FROM losses") == lost
