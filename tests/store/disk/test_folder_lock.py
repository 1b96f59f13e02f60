"""One bot to a folder, whatever the other one is: a process, or another container with the same volume."""

from __future__ import annotations

import errno
import json
import os
import shutil
import signal
import socket
import stat
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.errors import CallError
from bot.store.disk import folder_lock
from bot.store.disk.folder_lock import NAME, follow, hold
from bot.store.emergency.emergency_file import EmergencyFile
from bot.store.store import Store

HOLDER = """
import sys
from pathlib import Path
from bot.store.disk.folder_lock import hold
with hold(Path(sys.argv[1])):
    print("held", flush=True)
    sys.stdin.readline()
"""


def another(folder):
    """Another process that holds a folder, until it is told a line."""
    child = subprocess.Popen(
        [sys.executable, "-c", HOLDER, folder], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert child.stdout.readline() == "held\n"
    return child


@pytest.fixture
def holder(tmp_path):
    child = another(tmp_path / "data")
    yield child
    child.kill()
    child.communicate()


def test_a_second_process_is_refused_and_told_by_whom(tmp_path, holder):
    with pytest.raises(CallError) as refused, hold(tmp_path / "data"):
        pytest.fail("two hold it")
    said = str(refused.value)
    assert f"another Quoth (process {holder.pid} on {socket.gethostname()}, since 20" in said
    assert f"uses the folder {tmp_path / 'data'}: stop it, or name another folder with QUOTH_DATA" in said


@pytest.mark.skipif(sys.platform == "win32", reason="there a file that is open cannot be deleted")
def test_whoever_deletes_the_lock_lets_nobody_in(tmp_path, holder):
    (tmp_path / "data" / NAME).unlink()
    with pytest.raises(CallError, match="another Quoth uses the folder"), hold(tmp_path / "data"):
        pytest.fail("two hold it")
    holder.communicate("\n")
    with hold(tmp_path / "data"):
        pass


IN_ITS_PLACE = {
    "a link": lambda lock: lock.symlink_to(lock.with_name("elsewhere")),
    "a link to a file": lambda lock: lock.symlink_to(sys.executable),
    "a link to itself": lambda lock: lock.symlink_to(lock),
    "a folder": Path.mkdir,
    "a pipe": lambda lock: os.mkfifo(lock, 0o600),
    "another file": Path.touch,
    "a file of nobody's": lambda lock: lock.touch(0o000),
    "nothing, in a folder to read alone": lambda lock: lock.parent.chmod(0o500),
}
"""What may stand where the lock's file should be; to root some of it is a file like others."""


@pytest.mark.skipif(sys.platform == "win32", reason="there the file alone is locked")
@pytest.mark.parametrize("put", IN_ITS_PLACE.values(), ids=IN_ITS_PLACE)
def test_whatever_is_put_in_place_of_the_lock_lets_nobody_in(tmp_path, holder, put):
    (tmp_path / "data" / NAME).unlink()
    put(tmp_path / "data" / NAME)
    with pytest.raises(CallError, match=r"^another Quoth uses the folder"), hold(tmp_path / "data"):
        pytest.fail("two hold it")


@pytest.mark.skipif(sys.platform == "win32", reason="there the file alone is locked")
@pytest.mark.parametrize("put", IN_ITS_PLACE.values(), ids=IN_ITS_PLACE)
def test_a_folder_is_held_whatever_stood_in_place_of_the_lock(tmp_path, caplog, put):
    put(tmp_path / NAME)
    with hold(tmp_path), pytest.raises(CallError, match="another Quoth"), hold(tmp_path):
        pytest.fail("two hold it")
    with hold(tmp_path):
        assert not caplog.text  # it is held: nobody need see to anything


def no_folders(number, take):
    """A call of the system that fails for folders alone."""

    def call(what, *flags):
        if bool(flags[0] & os.O_DIRECTORY) if flags else stat.S_ISDIR(os.fstat(what).st_mode):
            raise OSError(number, os.strerror(number))
        return take(what, *flags)

    return call


@pytest.mark.skipif(sys.platform == "win32", reason="there the file alone is locked")
@pytest.mark.parametrize(
    ("where", "name", "number"),
    [(folder_lock, "_lock", errno.EBADF), (os, "open", errno.EACCES)],
    ids=["a network's", "not to be read"],
)
def test_a_folder_that_cannot_be_locked_is_held_by_its_file(tmp_path, caplog, monkeypatch, where, name, number):
    monkeypatch.setattr(where, name, no_folders(number, getattr(where, name)))
    with hold(tmp_path), pytest.raises(CallError, match=f"process {os.getpid()} on"), hold(tmp_path):
        pytest.fail("two hold it")
    assert not caplog.text


def test_where_nothing_can_be_locked_the_bot_goes_on_and_says_so(tmp_path, caplog, monkeypatch):
    def no_locks(handle):
        asked.append(handle)
        raise OSError(errno.ENOLCK, "No locks available")

    asked = []
    monkeypatch.setattr(folder_lock, "_lock", no_locks)
    with hold(tmp_path):
        assert [record.message for record in caplog.records] == [
            f"no lock in the folder {tmp_path} (No locks available): see that one bot alone uses it"
        ]
    assert asked
    for handle in asked:
        with pytest.raises(OSError, match="descriptor"):
            os.fstat(handle)


@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGTERM, None])
def test_the_lock_ends_with_its_holder_however_that_ends(tmp_path, holder, how):
    if how is None:
        holder.communicate("\n")
    else:
        holder.send_signal(how)
        holder.wait()
    with hold(tmp_path / "data"):
        said = json.loads((tmp_path / "data" / NAME).read_text())
        assert said["process"] == os.getpid()


def test_a_child_of_the_holder_does_not_keep_the_lock(tmp_path):
    with hold(tmp_path):
        child = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE)
    try:
        with hold(tmp_path):
            pass
    finally:
        child.communicate(b"\n")


@pytest.mark.parametrize("said", [b"", b"\xff\xfe", b"{}", b"[]", b'{"process": "x\\u001b[31m"}'])
def test_whoever_cannot_be_read_is_refused_all_the_same(tmp_path, holder, said):
    (tmp_path / "data" / NAME).write_bytes(said)
    with pytest.raises(CallError, match=r"^another Quoth uses the folder"), hold(tmp_path / "data"):
        pytest.fail("two hold it")


@pytest.mark.parametrize("host", ["\x1b[2Jgone", "two\nlines", "\u202eturned"])
def test_what_the_holder_calls_itself_is_escaped(tmp_path, host):
    with hold(tmp_path):
        (tmp_path / NAME).write_text(json.dumps({"process": 1, "host": host, "since": "noon"}))
        with pytest.raises(CallError) as refused, hold(tmp_path):
            pytest.fail("two hold it")
    assert host not in str(refused.value)
    assert ascii(host)[1:-1] in str(refused.value)


def test_it_is_held_once_in_one_process_too_and_again_afterwards(tmp_path):
    first = hold(tmp_path, now=datetime(2020, 6, 8, 12, tzinfo=UTC))
    with first, pytest.raises(CallError, match="since 2020-06-08 12:00 UTC"), hold(tmp_path):
        pytest.fail("two hold it")
    with hold(tmp_path):
        pass


def test_an_error_inside_frees_it(tmp_path):
    with pytest.raises(ZeroDivisionError), hold(tmp_path):
        raise ZeroDivisionError
    with hold(tmp_path):
        pass


def test_the_lock_is_for_this_user_alone(tmp_path):
    before = os.umask(0)
    try:
        with hold(tmp_path / "data"):
            assert (tmp_path / "data").stat().st_mode & 0o777 == 0o700
            assert (tmp_path / "data" / NAME).stat().st_mode & 0o777 == 0o600
    finally:
        os.umask(before)


@pytest.mark.parametrize("number", [errno.EACCES, errno.EROFS, errno.ENOSPC, errno.EIO])
def test_a_folder_that_cannot_be_made_yet_is_no_reason_to_stop(tmp_path, caplog, monkeypatch, number):
    monkeypatch.setattr(folder_lock.private, "make_folder", failing_with(number))
    with hold(tmp_path / "data"):
        assert "no lock in the folder" in caplog.text


def failing_with(number):
    def fail(path):
        raise OSError(number, os.strerror(number), str(path))

    return fail


@pytest.mark.parametrize("way", ["file", "file/data", "file/a/b", "link", "link/data", "loop", "loop/data", "a" * 300])
def test_where_there_can_be_no_folder_the_bot_says_so_and_does_not_begin(tmp_path, way):
    (tmp_path / "file").write_text("a file where the folder should be")
    (tmp_path / "link").symlink_to(tmp_path / "nowhere")
    (tmp_path / "loop").symlink_to("loop")
    before = sorted(tmp_path.iterdir())
    with pytest.raises(CallError, match=rf"{way.partition('/')[0]} is in the way .*QUOTH_DATA$"), hold(tmp_path / way):
        pass
    assert sorted(tmp_path.iterdir()) == before


def test_a_lock_file_deleted_meanwhile_is_made_again(tmp_path):
    with hold(tmp_path):
        (tmp_path / NAME).unlink()
    with hold(tmp_path):
        assert (tmp_path / NAME).exists()


@pytest.mark.parametrize("put", [lambda _: None, Path.touch], ids=["deleted", "exchanged"])
def test_a_lock_file_that_is_gone_before_it_is_locked_holds_nobody(tmp_path, monkeypatch, put):
    lock, tries = folder_lock._lock, []

    def gone_first(handle):
        if not tries and (tmp_path / NAME).exists():
            (tmp_path / NAME).unlink()
            put(tmp_path / NAME)
            tries.append(handle)
        lock(handle)

    monkeypatch.setattr(folder_lock, "_lock", gone_first)
    with hold(tmp_path):
        monkeypatch.undo()
        assert tries
        assert json.loads((tmp_path / NAME).read_text())["process"] == os.getpid()
        with pytest.raises(CallError), hold(tmp_path):
            pytest.fail("two hold it")


def exchange(folder):
    """What `mv data data.old; cp -a data.old data` does."""
    folder.rename(folder.with_name("data.old"))
    shutil.copytree(folder.with_name("data.old"), folder)


@pytest.mark.skipif(sys.platform == "win32", reason="there a folder in use cannot be moved")
def test_a_folder_that_took_the_place_of_ones_own_is_held_as_well(tmp_path):
    data = tmp_path / "data"
    with hold(data):
        follow(data)
        exchange(data)
        follow(data)
        follow(data)
        for folder in (data, data.with_name("data.old")):
            with pytest.raises(CallError, match="another Quoth"), hold(folder):
                pytest.fail("two hold it")
    with hold(data), hold(data.with_name("data.old")):
        pass
    follow(data)  # whoever holds nothing follows nothing


@pytest.mark.skipif(sys.platform == "win32", reason="there a folder in use cannot be moved")
def test_a_file_in_the_place_of_ones_folder_is_an_error_at_each_try_and_no_line_of_the_log(tmp_path, caplog):
    data = tmp_path / "data"
    with hold(data):
        data.rename(tmp_path / "aside")
        data.write_text("")
        for _ in range(2):
            with pytest.raises(OSError, match="exists"):
                follow(data)
    assert not caplog.records


@pytest.mark.skipif(sys.platform == "win32", reason="there a folder in use cannot be moved")
async def test_a_bot_writes_nothing_into_a_folder_that_another_holds_by_now(tmp_path, use):
    data = tmp_path / "data"
    with hold(data):
        store = await Store.open(data / "quoth.db", now=lambda: datetime.now(UTC))
        assert await store.record(use(1), wait=30)
        exchange(data)
        other = another(data)
        before = (data / "quoth.db").stat()
        assert not await store.record(use(2), wait=1)
        assert "another Quoth" in store.problem
        assert (data / "quoth.db").stat().st_ino == before.st_ino
        other.communicate("\n")
        await store.close()


@pytest.mark.skipif(sys.platform == "win32", reason="there a folder in use cannot be moved")
@pytest.mark.parametrize("gone", [shutil.rmtree, lambda data: data.rename(data.with_name("old"))], ids=["rm", "mv"])
async def test_a_folder_that_is_gone_is_made_again_and_held(tmp_path, use, in_file, gone):
    data = tmp_path / "data"
    with hold(data):
        store = await Store.open(data / "quoth.db", now=lambda: datetime.now(UTC))
        assert await store.record(use(1), wait=30)
        gone(data)
        await store.record(use(2), wait=30)
        with pytest.raises(CallError, match="another Quoth"), hold(data):
            pytest.fail("two hold it")
        await store.close()
    assert in_file(data / "quoth.db") == [1, 2]


@pytest.mark.skipif(sys.platform == "win32", reason="there a folder in use cannot be moved")
async def test_what_another_bot_could_not_write_yet_is_left_to_it(tmp_path, use, monkeypatch):
    data = tmp_path / "data"
    with hold(data):
        store = await Store.open(data / "quoth.db", now=lambda: datetime.now(UTC))
        assert await store.record(use(1), wait=30)
        exchange(data)
        other = another(data)
        try:
            theirs = EmergencyFile(data / "quoth.db.emergency", 8 << 20)
            with monkeypatch.context() as patched:
                patched.setattr("bot.store.emergency.emergency_file.follow", lambda folder: None)  # noqa: ARG005  theirs it is
                theirs.open()
            assert theirs.write(7, ["theirs"])
            status = (data / "quoth.db.status").read_bytes()
            assert not await store.record(use(2), wait=1)
            assert "another Quoth" in store.emergency_problem
            await store.close()
            assert (store.given, 7 in theirs.payloads) == (2, True)
            assert (data / "quoth.db.status").read_bytes() == status
            assert theirs.is_intact()
            theirs.close()
        finally:
            other.communicate("\n")


@pytest.mark.skipif(sys.platform == "win32", reason="there a folder in use cannot be moved")
async def test_a_folder_that_is_moved_away_and_back_is_the_bots_own(tmp_path, use, in_file):
    data, old = tmp_path / "data", tmp_path / "old"
    with hold(data):
        store = await Store.open(data / "quoth.db", now=lambda: datetime.now(UTC), rest=0.01)
        assert await store.record(use(1), wait=30)
        data.rename(old)
        await store.record(use(2), wait=30)
        data.rename(tmp_path / "new")
        old.rename(data)
        await store.record(use(3), wait=30)
        assert store.problem is None
        for folder in (data, tmp_path / "new"):
            with pytest.raises(CallError, match="another Quoth"), hold(folder):
                pytest.fail("two hold it")
        await store.close()
    assert 3 in in_file(data / "quoth.db")
    with hold(data), hold(tmp_path / "new"):
        pass
    assert not folder_lock._ours
