"""A backup's target, and a restore that is killed in the middle."""

from __future__ import annotations

import os
from pathlib import Path
from types import SimpleNamespace

import pytest

from bot.config import Settings
from bot.editions.copies import CACHE, LAST_GOOD
from bot.errors import CallError
from bot.running import Run
from bot.store.backups.backup_and_restore import back_up, restore
from bot.store.disk import files

OF_THE_BOT = [
    *("quoth.db-wal", "quoth.db-shm", "quoth.db.guard", "quoth.db.emergency", "quoth.db.new", "lock"),
    *("last_good", "cache", "spool", "identify.json", "Identify.JSON", "last_good/copy.db", "cache/no/where/copy.db"),
    *("cache/../LOCK", "../data/lock"),
]


@pytest.mark.parametrize("there", [False, True])
@pytest.mark.parametrize("name", OF_THE_BOT)
def test_no_name_the_bot_uses_beside_the_log_is_a_target(log, now, monkeypatch, name, there):
    if there:
        for folder in ("last_good", "cache"):
            (log.parent / folder).mkdir()
    before = sorted(log.parent.rglob("*"))
    with pytest.raises(CallError, match=r"beside the log|is a folder"):
        back_up(log, log.parent / name, now(), force=True)
    monkeypatch.chdir(log.parent)
    with pytest.raises(CallError, match=r"beside the log|is a folder"):
        back_up(log, Path(name), now(), force=True)
    assert sorted(log.parent.rglob("*")) == before


@pytest.mark.parametrize("name", ["copy.db", "2020/copy.db", "../copy.db", "../cache", "../other/lock", "2020/copy"])
def test_other_names_are_targets_there_too(log, now, name):
    target = log.parent / name
    target.parent.mkdir(exist_ok=True)
    back_up(log, target, now())
    assert target.is_file()


def test_all_that_a_running_bot_keeps_beside_the_log_is_refused(log, now, tmp_path):
    settings = Settings(data=tmp_path)
    run = Run(SimpleNamespace(settings=settings), "token")
    run.identifies.sent(0)
    (kept,) = [one for one in tmp_path.iterdir() if one.suffix == ".json"]
    for place in (kept.name, LAST_GOOD, CACHE):
        with pytest.raises(CallError, match="beside the log"):
            back_up(log, log.with_name(place), now())


@pytest.mark.parametrize("name", ["alive", "../alive"])
def test_what_the_settings_name_for_something_else_is_no_target(log, now, name):
    alive = log.parent / name
    for target in (alive, alive.parent / "x" / ".." / "alive"):
        (alive.parent / "x").mkdir(exist_ok=True)
        with pytest.raises(CallError, match="named in the settings"):
            back_up(log, target, now(), force=True, named=[alive])
    (log.parent / "x").mkdir(exist_ok=True)
    back_up(log, log.parent / "x" / "alive", now(), named=[alive, log.parent / "no" / "where" / "alive"])


def test_a_file_of_the_bot_in_the_folder_of_the_log_is_no_target(log, now):
    counted = log.with_name("identify.db")
    counted.write_text("{}")
    with pytest.raises(CallError, match="file of the bot"):
        back_up(log, counted, now(), force=True)
    assert counted.read_text() == "{}"
    for _ in range(2):
        back_up(log, log.with_name("copy.db"), now(), force=True)


@pytest.mark.parametrize(
    "name", ["identify.json", "last_good", "cache", "alive", "spool", "copy", "copy.sqlite", ".db"]
)
def test_no_name_that_the_bot_may_want_in_the_folder_is_a_target(log, tmp_path, now, name):
    for name_there in (log.with_name(name), log.parent / ".." / log.parent.name / name):
        with pytest.raises(CallError, match="beside the log"):
            back_up(log, name_there, now())
        assert not name_there.exists()
    (tmp_path / "elsewhere").mkdir()
    back_up(log, tmp_path / "elsewhere" / name, now())


@pytest.mark.parametrize("what", ["pipe", "link", "dangling link"])
def test_what_is_no_plain_file_is_not_replaced(log, tmp_path, now, what):
    target = tmp_path / "target"
    (tmp_path / "there").write_text("there")
    if what == "pipe":
        os.mkfifo(target)
    else:
        target.symlink_to(tmp_path / ("there" if what == "link" else "nowhere"))
    before = target.lstat()
    with pytest.raises(CallError, match="no plain file"):
        back_up(log, target, now(), force=True)
    assert os.path.samestat(target.lstat(), before)


@pytest.mark.parametrize("step", ["move_aside", "replace_database"])
async def test_a_restore_that_is_killed_counts_nothing_as_lost(
    opened, log, tmp_path, use, now, in_file, monkeypatch, step
):
    back_up(log, tmp_path / "copy.db", now())
    store = await opened()
    await store.record(use(50), wait=5)
    await store.close()

    def killed(*_):
        raise KeyboardInterrupt

    with monkeypatch.context() as kill:
        kill.setattr(files, step, killed)
        with pytest.raises(KeyboardInterrupt):
            restore(log, tmp_path / "copy.db", now())
    again = await opened()
    assert (again.problem, again.lost) == (None, 0)
    assert in_file(log, "SELECT coalesce(sum(count), 0) FROM losses") == [0]
    assert len(in_file(log)) == (21 if step == "move_aside" else 20)
    assert not log.with_name("quoth.db.rescued").exists()
