"""Small files beside the log that were spoilt or exchanged: nothing depends on them, and nothing else is touched."""

from __future__ import annotations

import json
import os

import pytest

from bot.errors import CallError
from bot.store.disk import folder_lock, status_file
from bot.store.guard import guard_file

SPOILT = {
    "nested": b"[" * 4000,
    "nested names": b'{"a":' * 800,
    "a list": b"[1]",
    "null": b"null",
    "empty": b"",
    "noise": bytes(range(256)) * 8,
}
WRONG = [("time", 10**30), ("time", -(10**17)), ("rows", 10**30), ("rows", -5), ("removed", 10**30), ("frames", 10**40)]
WRONG += [("mark", 5), ("mark", ["x"]), ("id", 5), ("id", None), ("rows", float("nan")), ("more", 1)]


@pytest.fixture
async def known(opened, path, use):
    """A log with a guard."""
    store = await opened()
    await store.record(use(1), wait=5)
    await store.close()
    return json.loads(path.with_name("quoth.db.guard").read_bytes())


async def starts(opened, path, use, in_file, asked=2):
    store = await opened()
    assert await store.record(use(asked), wait=5)
    assert store.problem is None
    await store.close()
    assert 1 in in_file(path)
    assert in_file(path, "SELECT coalesce(sum(count), 0) FROM losses") == [0]
    assert guard_file.load(path).rows == len(in_file(path))


@pytest.mark.parametrize("how", SPOILT)
async def test_a_spoilt_guard_or_status_keeps_nothing_down(opened, path, use, in_file, known, how, caplog):
    path.with_name("quoth.db.guard").write_bytes(SPOILT[how])
    path.with_name("quoth.db.status").write_bytes(SPOILT[how])
    assert status_file.read_status(path) is None
    caplog.clear()
    await starts(opened, path, use, in_file)
    assert sum("what was known of the log" in one.getMessage() for one in caplog.records) == 1
    assert status_file.read_status(path) is not None


@pytest.mark.parametrize(("name", "value"), WRONG)
async def test_a_guard_that_says_what_cannot_be_is_begun_anew(opened, path, use, in_file, known, name, value):
    path.with_name("quoth.db.guard").write_text(json.dumps({**known, name: value}))
    await starts(opened, path, use, in_file)


@pytest.mark.parametrize("file", ["quoth.db.guard", "quoth.db.guard.new", "quoth.db.status", "lock"])
@pytest.mark.parametrize("what", ["link", "pipe"])
async def test_nothing_behind_a_link_is_touched_and_no_pipe_waited_for(
    opened, path, tmp_path, use, in_file, known, file, what
):
    place, precious = path.with_name(file), tmp_path / "precious"
    precious.write_text("precious")
    place.unlink(missing_ok=True)
    if what == "link":
        place.symlink_to(precious)
    else:
        os.mkfifo(place)
    status_file.read_status(path)
    with folder_lock.hold(path.parent):
        await starts(opened, path, use, in_file)
    assert precious.read_text() == "precious"


@pytest.mark.parametrize("said", [b"[" * 1000, b'{"process": Infinity, "host": 1, "since": 2}', b"\xff", b"{}"])
def test_a_lock_file_that_says_nothing_sensible_still_keeps_others_out(tmp_path, said):
    with folder_lock.hold(tmp_path):
        (tmp_path / "lock").write_bytes(said)
        with pytest.raises(CallError, match="another Quoth uses"), folder_lock.hold(tmp_path):
            pass
