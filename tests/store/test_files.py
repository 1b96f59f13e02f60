"""Files beside the log get their name when they are whole."""

import aiosqlite
import pytest

from bot.store import files
from bot.store.opening import held


async def test_a_copy_of_what_is_held_has_its_name_only_when_it_is_on_the_disk(tmp_path, monkeypatch):
    copy = tmp_path / "quoth.db.rescued"
    async with aiosqlite.connect(tmp_path / "other.db") as connection:
        await connection.execute("CREATE TABLE held (one INTEGER)")

        def cut_short(_path):
            raise OSError("killed here")

        with monkeypatch.context() as patched:
            patched.setattr(files, "to_disk", cut_short)
            with pytest.raises(OSError, match="killed here"):
                await held(connection, copy)
        assert not copy.exists()
        assert await held(connection, copy) == copy
    async with aiosqlite.connect(copy) as found:
        assert await found.execute_fetchall("SELECT name FROM sqlite_schema") == [("held",)]
    assert sorted(path.name for path in tmp_path.iterdir()) == ["other.db", "quoth.db.rescued"]
