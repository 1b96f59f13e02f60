"""`quoth backup` and `quoth restore`, as a person runs them beside a bot."""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import re
import shutil
import sqlite3
import subprocess
import sys
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.store.disk.folder_lock import hold
from bot.store.read_only_log import look
from bot.store.records import Use
from bot.store.sqlite.metadata import SYNCED_COMMANDS
from bot.store.sqlite.migrations import APPLICATION, schema_steps
from bot.store.store import Store

GOOD_BANK = Path(__file__).parent.parent / "data" / "good_bank"
NOW = datetime(2020, 6, 8, 12, tzinfo=UTC)


def use(asked):
    return Use(asked, NOW, 1, 2, "slash", "russia", "topic:russia", True, "id", "e", 1.0)


def rows(path, sql="SELECT asked FROM uses ORDER BY asked"):
    with closing(sqlite3.connect(path)) as log:
        return [row[0] for row in log.execute(sql)]


@pytest.fixture
def data(tmp_path):
    return tmp_path / "data"


@pytest.fixture
def log(data):
    """Writes so many uses with a bot that starts and stops; gives its notices. `then` is run while it is up."""

    async def write(first, count, then):
        store = await Store.open(data / "quoth.db", now=lambda: NOW)
        for asked in range(first, first + count):
            assert await store.record(use(asked), wait=30)
        if then is not None:
            await asyncio.to_thread(then)
        await store.close()
        return store

    return lambda first=0, count=0, then=None: asyncio.run(write(first, count, then))


def test_a_copy_is_made_while_the_bot_runs_and_put_back_when_it_does_not(quoth, log, data, tmp_path, capsys):
    copy = tmp_path / "copy.db"
    log(0, 5, then=lambda: quoth("backup", copy))
    assert f"to {copy}: 5 uses, " in capsys.readouterr().out
    assert copy.stat().st_mode & 0o777 == 0o600
    assert rows(copy) == list(range(5))
    log(5, 3)
    assert quoth("restore", copy) == 0
    said = capsys.readouterr().out
    assert "5 uses, checked" in said
    assert "kept as" in said
    store = log()
    assert rows(data / "quoth.db") == list(range(5))
    assert rows(data / "quoth.db", "SELECT count FROM losses") == []
    (notice,) = store.notices
    assert f"from {copy.name}, of 20" in notice
    assert store.restored == notice
    again = log()
    assert (again.notices, again.restored) == ((), notice)
    (kept,) = data.glob("quoth.db.before-restore-*[0-9]")
    assert rows(kept) == list(range(8))
    quoth("backup", tmp_path / "second.db")
    quoth("restore", tmp_path / "second.db")
    assert "from second.db" in log().notices[0]  # each time it is restored


@pytest.mark.parametrize(
    "spoil", [lambda path: path.write_bytes(b""), Path.unlink, lambda path: os.truncate(path, 4096)]
)
def test_what_is_spoilt_between_a_restore_and_the_start_is_counted(quoth, log, data, tmp_path, spoil):
    log(0, 7)
    quoth("backup", "copy.db")
    quoth("restore", "copy.db")
    spoil(data / "quoth.db")
    store = log(50, 1)
    assert store.lost == 0  # in this run
    left = rows(data / "quoth.db")
    assert left == [50]
    assert rows(data / "quoth.db", "SELECT sum(count) FROM losses") == [7]


def test_a_restored_log_says_so_in_health_and_in_the_counts(quoth, log, data, tmp_path, capsys, monkeypatch):
    log(0, 2)
    quoth("backup", "copy.db")
    quoth("restore", "copy.db")
    log()
    (data / "alive").touch()
    monkeypatch.setenv("QUOTH_HEALTH_FILE", str(data / "alive"))
    capsys.readouterr()
    assert quoth("health") == 0
    assert "of the log: this log was restored on" in capsys.readouterr().out
    assert quoth("stats") == 0
    assert "this log was restored on" in " ".join(capsys.readouterr().out.split())


def kept_as_told(path):
    return rows(path, f"SELECT value FROM kept WHERE name = '{SYNCED_COMMANDS}'")


def tell(path, told):
    with closing(sqlite3.connect(path)) as log, log:
        log.execute("INSERT OR REPLACE INTO kept (name, value) VALUES (?, ?)", (SYNCED_COMMANDS, told))


def test_a_copy_does_not_say_what_discord_was_told(quoth, log, data, tmp_path):
    log(0, 2)
    tell(data / "quoth.db", "the commands of this version")
    quoth("backup", "copy.db")
    assert kept_as_told(data / "quoth.db") == ["the commands of this version"]
    assert kept_as_told(tmp_path / "copy.db") == []  # whoever puts it back by hand has the commands told too


def test_a_restored_log_has_the_commands_told_again(quoth, log, data, tmp_path):
    log(0, 2)
    quoth("backup", "copy.db")
    tell(tmp_path / "copy.db", "said by a copy of an older Quoth")
    tell(data / "quoth.db", "the commands of another version")
    assert quoth("restore", "copy.db") == 0
    log()
    assert kept_as_told(data / "quoth.db") == []


def test_uses_written_while_a_copy_is_made_do_not_spoil_it(quoth, log, data, tmp_path):
    log(0, 500)

    async def busy():
        store = await Store.open(data / "quoth.db", now=lambda: NOW)
        copying = asyncio.create_task(asyncio.to_thread(quoth, "backup", "copy.db"))
        asked = 500
        while not copying.done():
            assert await store.record(use(asked), wait=30)
            asked += 1
        await store.close()
        return asked, await copying

    asked, status = asyncio.run(busy())
    assert status == 0
    copied = rows(tmp_path / "copy.db")
    assert copied == list(range(len(copied)))
    assert 500 <= len(copied) <= asked
    assert rows(data / "quoth.db") == list(range(asked))


def test_a_file_that_is_there_is_kept_unless_it_is_said(quoth, log, tmp_path, capsys):
    log(0, 1)
    (tmp_path / "copy.db").write_text("precious")
    assert quoth("backup", "copy.db") == 2
    assert "--force" in capsys.readouterr().err
    assert (tmp_path / "copy.db").read_text() == "precious"
    assert quoth("backup", "--force", "copy.db") == 0
    assert rows(tmp_path / "copy.db") == [0]


@pytest.mark.parametrize(
    ("target", "sentence"),
    [("data/quoth.db", "is the log itself"), (".", "is a folder"), ("no/where/copy.db", "cannot be written")],
)
def test_a_wrong_target_gets_a_sentence_and_leaves_nothing(quoth, log, data, tmp_path, capsys, target, sentence):
    log(0, 1)
    before = sorted(tmp_path.rglob("*"))
    assert quoth("backup", "--force", target) == 2
    assert sentence in capsys.readouterr().err
    assert sorted(tmp_path.rglob("*")) == before
    assert rows(data / "quoth.db") == [0]


@pytest.mark.parametrize("setting", ["QUOTH_HEALTH_FILE", "QUOTH_TOKEN_FILE"])
@pytest.mark.parametrize("words", [(), ("--data", "data")])
def test_a_file_of_the_settings_is_no_target(quoth, log, tmp_path, capsys, monkeypatch, setting, words):
    log(0, 1)
    monkeypatch.setenv(setting, "its.file")
    assert quoth("backup", "--force", "its.file", *words) == 2
    assert "is named in the settings" in capsys.readouterr().err
    assert not (tmp_path / "its.file").exists()


@pytest.mark.parametrize("target", ["topics.yaml", "new.db", "sources/new.db", "sources/south.yaml"])
@pytest.mark.parametrize("through", ["its name", "a link to it", "a link into it"])
def test_the_bank_is_no_target(quoth, log, tmp_path, capsys, monkeypatch, target, through):
    log(0, 1)
    good_bank = shutil.copytree(GOOD_BANK, tmp_path / "bank")
    monkeypatch.setenv("QUOTH_BANK", str(good_bank))
    way = good_bank
    if through != "its name":
        way, (*above, target) = tmp_path / "way", Path(target).parts
        way.symlink_to(good_bank.joinpath(*above))
    before = {one: one.read_bytes() for one in good_bank.rglob("*") if one.is_file()}
    assert quoth("backup", "--force", way / target) == 2
    assert "is in the folder of the bank" in capsys.readouterr().err
    assert {one: one.read_bytes() for one in good_bank.rglob("*") if one.is_file()} == before


@pytest.mark.parametrize("name", ["x\udcff.db", "x\udcff\u2019.db"])
def test_a_name_that_is_no_text_can_be_said(name, tmp_path):
    script = (
        "import sys; from bot import cli; from bot.cli import backup\n"
        "from bot.store.backups.backup_and_restore import Copied\n"
        "backup.back_up = lambda *_, **__: Copied(1, 2, None); sys.exit(cli.main(sys.argv[1:]))"
    )
    done = subprocess.run(
        [sys.executable, "-c", script, "backup", name],
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "PYTHONIOENCODING": "utf-8:strict"},
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert "x\\udcff" in done.stdout


@pytest.mark.parametrize("date", ["\x1b[31mred", "two\nlines", "\u202eturned"])
def test_what_a_copy_says_of_itself_is_escaped(quoth, log, data, tmp_path, capsys, monkeypatch, date):
    log(0, 1)
    quoth("backup", "copy.db")
    with closing(sqlite3.connect(tmp_path / "copy.db")) as copy, copy:
        copy.execute("UPDATE kept SET value = ? WHERE name = 'log:taken'", (date,))
    assert quoth("restore", "copy.db") == 0
    assert ascii(date)[1:-1] in capsys.readouterr().out
    with closing(sqlite3.connect(data / "quoth.db")) as copy, copy:
        copy.execute("UPDATE kept SET value = json_set(value, '$.taken', ?) WHERE name = 'log:restored'", (date,))
    (notice,) = log().notices
    assert ascii(date)[1:-1] in notice
    (data / "alive").touch()
    monkeypatch.setenv("QUOTH_HEALTH_FILE", str(data / "alive"))
    said = json.loads((data / "quoth.db.status").read_text())
    (data / "quoth.db.status").write_text(json.dumps(said | {"notice": date}))
    quoth("health")
    out = capsys.readouterr().out
    assert (date in out, ascii(date)[1:-1] in out) == (False, True)


def test_without_a_log_there_is_nothing_to_copy(quoth, tmp_path, capsys):
    assert quoth("backup", "copy.db") == 2
    assert "there is no log at" in capsys.readouterr().err
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("make", [os.mkfifo, Path.mkdir])
def test_what_is_no_plain_file_is_no_log_to_copy(quoth, data, capsys, make):
    data.mkdir()
    make(data / "quoth.db")
    assert quoth("backup", "copy.db") == 2
    assert "quoth.db is no plain file" in capsys.readouterr().err


def test_a_damaged_log_is_not_copied_over_a_good_copy(quoth, log, data, tmp_path, capsys):
    log(0, 400)
    quoth("backup", "copy.db")
    good = (tmp_path / "copy.db").read_bytes()
    whole = (data / "quoth.db").read_bytes()
    half = len(whole) // 2 // 4096 * 4096
    (data / "quoth.db").write_bytes(whole[:half] + b"\xff" * 4096 + whole[half + 4096 :])
    assert quoth("backup", "--force", "copy.db") == 2
    assert "cannot be copied" in capsys.readouterr().err
    assert (tmp_path / "copy.db").read_bytes() == good
    assert sorted(one.name for one in tmp_path.iterdir()) == ["copy.db", "data"]


def test_nothing_is_restored_while_a_bot_holds_the_folder(quoth, log, data, capsys):
    log(0, 1)
    quoth("backup", "copy.db")
    log(1, 1)
    with hold(data):
        assert quoth("restore", "copy.db") == 2
    assert "another Quoth" in capsys.readouterr().err
    assert rows(data / "quoth.db") == [0, 1]


def foreign(path):
    with closing(sqlite3.connect(path)) as other:
        other.execute("CREATE TABLE uses (asked)")
        other.commit()


def newer(path):
    with closing(sqlite3.connect(path)) as other:
        other.execute(f"PRAGMA application_id = {APPLICATION}")
        other.execute("CREATE TABLE migrations (number INTEGER)")
        other.execute("INSERT INTO migrations VALUES (99)")
        other.commit()


def cut(path):
    shutil.copyfile(path.with_name("good.db"), path)
    os.truncate(path, path.stat().st_size // 2)


def spoilt_index(path):
    content = bytearray(path.with_name("good.db").read_bytes())
    at = next(
        at
        for at in range(4096, len(content), 4096)
        if content[at] == 0x0A and b"topic:russia" in content[at : at + 4096]
    )
    content[at + 2000 : at + 4096] = b"\x07" * 2096
    path.write_bytes(content)


def changed(sql):
    def change(path):
        shutil.copyfile(path.with_name("good.db"), path)
        with closing(sqlite3.connect(path)) as copy:
            copy.executescript(sql)

    return change


@pytest.mark.parametrize(
    ("make", "sentence"),
    [
        (foreign, "not a log of Quoth"),
        (newer, "newer Quoth"),
        (cut, "malformed"),
        (spoilt_index, "cannot be restored"),
        *(
            (changed(f"DROP TABLE {table}"), f"table {table} is missing")
            for table in ("losses", "kept", "uses", "mutes")
        ),
        (changed("DELETE FROM migrations"), "no whole log: it does not say by which steps"),
        (changed("DELETE FROM migrations WHERE number = 1"), "no whole log: it does not say by which steps"),
        (changed("DELETE FROM migrations WHERE number = 2"), "is missing or another"),
        (changed("DROP TABLE migrations"), "no such table: migrations"),
        (changed("ALTER TABLE uses RENAME COLUMN query TO words"), "table uses is missing or another"),
        (lambda path: path.write_bytes(b"noise" * 1000), "not a database"),
        (lambda path: path.write_bytes(b""), "not a log of Quoth"),
        (Path, "there is no file"),
        (lambda path: path.symlink_to("nowhere"), "there is no file"),
        (lambda path: path.mkdir(), "is no plain file: name the copy"),
        (os.mkfifo, "is no plain file: name the copy"),
        (lambda path: path.symlink_to("/dev/zero"), "is no plain file: name the copy"),
        (lambda path: path.symlink_to("data/quoth.db"), "is the log itself"),
    ],
)
def test_what_is_no_whole_copy_is_refused_and_the_log_stays(quoth, log, data, tmp_path, capsys, make, sentence):
    log(0, 300)
    quoth("backup", "good.db")
    make(tmp_path / "copy.db")
    capsys.readouterr()
    before = {one: one.read_bytes() for one in data.iterdir() if one.name != "lock"}
    assert quoth("restore", "copy.db") == 2
    said = capsys.readouterr()
    assert sentence in said.err
    assert "Traceback" not in said.err
    assert {one: one.read_bytes() for one in data.iterdir() if one.name != "lock"} == before


def test_a_copy_of_an_older_quoth_starts(quoth, log, data, tmp_path):
    with closing(sqlite3.connect(tmp_path / "old.db")) as old:
        old.execute(f"PRAGMA application_id = {APPLICATION}")
        old.execute("CREATE TABLE migrations (number INTEGER PRIMARY KEY, time INTEGER NOT NULL) STRICT")
        old.executescript(schema_steps()[0][1])
        old.execute("INSERT INTO migrations VALUES (1, 0)")
        old.execute("INSERT INTO uses VALUES (7, 1591617600000000, 1, 2, 'slash', 'q', 'k', 'missed', NULL, 'e', 1.0)")
        old.commit()
    assert quoth("restore", "old.db") == 0  # and where there was no log before
    store = log(8, 1)
    assert rows(data / "quoth.db") == [7, 8]
    assert "of 2020-06-08 12:00 UTC (its last use)" in store.restored
    assert (tmp_path / "old.db").exists()


def test_a_copy_with_a_write_ahead_file_beside_it_is_restored_whole(quoth, log, data, tmp_path):
    """Somebody copied the files while the bot ran."""

    def copy():
        for ending in ("", "-wal"):
            shutil.copyfile(data / f"quoth.db{ending}", tmp_path / f"raw.db{ending}")

    log(0, 4, then=copy)
    assert quoth("restore", "raw.db") == 0
    log()
    assert rows(data / "quoth.db") == [0, 1, 2, 3]


def test_what_waits_in_the_write_ahead_file_is_kept_with_the_log_before(quoth, log, data, tmp_path):
    log(0, 1)
    quoth("backup", "copy.db")

    def kill():
        shutil.copytree(data, tmp_path / "killed")

    log(1, 5, then=kill)
    killed = tmp_path / "killed"
    assert quoth("restore", "--data", killed, "copy.db") == 0
    (kept,) = killed.glob("quoth.db.before-restore-*[0-9]")
    assert rows(kept) == list(range(6))
    assert rows(killed / "quoth.db") == [0]


@pytest.mark.parametrize("ending", ["-wal", "-shm"])
@pytest.mark.parametrize("command", ["backup", "restore", "stats"])
def test_no_pipe_beside_a_log_is_waited_for(quoth, log, data, tmp_path, capsys, command, ending):
    log(0, 1)
    quoth("backup", "copy.db")
    of = tmp_path / "copy.db" if command == "restore" else data / "quoth.db"
    of.with_name(of.name + ending).unlink(missing_ok=True)
    os.mkfifo(of.with_name(of.name + ending))
    capsys.readouterr()
    assert quoth(*{"backup": ["backup", "new.db"], "restore": ["restore", "copy.db"], "stats": ["stats"]}[command]) == 2
    assert f"{of.name}{ending} is no plain file" in capsys.readouterr().err


def test_nothing_is_restored_in_the_place_of_a_link(quoth, log, data, tmp_path, capsys):
    log(0, 1)
    quoth("backup", "copy.db")
    (data / "quoth.db").rename(tmp_path / "elsewhere.db")
    (data / "quoth.db").symlink_to(tmp_path / "elsewhere.db")
    assert quoth("restore", "copy.db") == 2
    assert "is a link: put the file itself there" in capsys.readouterr().err
    assert rows(tmp_path / "elsewhere.db") == [0]


@pytest.mark.parametrize("umask", ["000", "022", "0177", "0777"])
def test_copies_are_for_this_user_alone(quoth, log, data, tmp_path, umask):
    log(0, 1)
    script = f'umask {umask}; "$0" -m bot backup copy.db && "$0" -m bot restore copy.db'
    done = subprocess.run(
        ["sh", "-c", script, sys.executable], cwd=tmp_path, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "copy.db").stat().st_mode & 0o777 == 0o600
    assert {one.stat().st_mode & 0o777 for one in data.iterdir()} == {0o600}


def test_a_restore_cut_short_is_finished_by_the_next_start(quoth, log, data, tmp_path, monkeypatch):
    from bot.store.disk import files

    log(0, 1)
    quoth("backup", "copy.db")
    log(1, 1)

    def cut_short(copy, path):
        raise KeyboardInterrupt

    monkeypatch.setattr(files, "replace_database", cut_short)
    with pytest.raises(KeyboardInterrupt):
        quoth("restore", "copy.db")
    monkeypatch.undo()
    store = log_at(data)
    assert rows(data / "quoth.db") == [0]
    assert "restored" in store.notices[0]


@pytest.mark.parametrize("before", ["a log", "a write-ahead file alone"])
def test_a_restore_cut_short_at_any_point_loses_nothing(quoth, log, data, tmp_path, monkeypatch, before):
    log(0, 2)
    quoth("backup", "copy.db")
    log(2, 5, then=lambda: shutil.copytree(data, tmp_path / "killed"))  # so that they are in the write-ahead file alone
    if before != "a log":
        (tmp_path / "killed" / "quoth.db").unlink()
    ways = {name: getattr(Path, name) for name in ("replace", "unlink")}
    for at in range(1, 30):
        folder, steps = tmp_path / f"cut-{at}", iter(range(1, 100))
        shutil.copytree(tmp_path / "killed", folder)

        def cut(name, folder=folder, steps=steps, at=at):
            def step(path, *to, **more):
                if folder in path.parents and next(steps) == at:
                    raise KeyboardInterrupt
                return ways[name](path, *to, **more)

            return step

        with monkeypatch.context() as patched:
            for name in ways:
                patched.setattr(Path, name, cut(name))
            done = False
            with contextlib.suppress(KeyboardInterrupt):
                done = quoth("restore", "--data", folder, "copy.db") == 0
        log_at(folder)
        kept = [one for one in folder.glob("quoth.db.before-restore-*") if re.search(r"\d$", one.name)]
        if before == "a log":
            assert [rows(one) for one in (folder / "quoth.db", *kept)] in ([[*range(7)]], [[0, 1], [*range(7)]]), at
        else:
            wal = (tmp_path / "killed" / "quoth.db-wal").read_bytes()
            there = [one.read_bytes() for one in folder.iterdir() if "wal" in one.name]
            assert wal in there or 6 in rows(folder / "quoth.db"), at
        if done:
            return
    pytest.fail("it never came to its end")


def log_at(data):
    async def start():
        store = await Store.open(data / "quoth.db", now=lambda: NOW)
        await store.close()
        return store

    return asyncio.run(start())


async def test_a_copy_can_be_looked_into_like_a_log(quoth, data, tmp_path):
    store = await Store.open(data / "quoth.db", now=lambda: NOW)
    await store.record(use(1), wait=30)
    store.settle(1, "answered")
    while store.waiting:  # noqa: ASYNC110  the file tells nobody that the outcome came
        await asyncio.sleep(0.01)
    await asyncio.to_thread(quoth, "backup", "copy.db")
    await store.close()
    async with look(tmp_path / "copy.db") as log:
        assert (await log.report_all(NOW, 7)).uses == 1


@pytest.mark.parametrize(
    "call",
    [
        ["backup", "{}"],
        ["backup", "x.db", "--data", "{}"],
        ["restore", "{}"],
        ["restore", "{}/x.db"],
        ["stats", "--data", "{}"],
        ["stats", "--data", "{}/x.db"],
    ],
    ids=" ".join,
)
def test_a_path_that_cannot_be_one_is_told_in_a_line(quoth, log, tmp_path, capsys, call):
    # So is one that may not be looked at; to root there is none.
    log()
    assert quoth(*(part.format(tmp_path / ("x" * 300)) for part in call)) == 2
    said = capsys.readouterr().err
    assert said.startswith(f"quoth {call[0]}: ")
    assert said.count("\n") == 1
