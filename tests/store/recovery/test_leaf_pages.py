"""A log whose pages above the rows are damaged: what stands in its leaves is taken over, but nothing deleted."""

from __future__ import annotations

import asyncio
import random
import shutil
import sqlite3
import struct
from contextlib import closing

import pytest

from bot.store.disk import files
from bot.store.records import Complaint
from bot.store.recovery.salvage import salvage, salvage_ahead
from bot.store.sqlite.migrations import APPLICATION, schema_steps
from tests.store.conftest import NOON
from tests.store.waiting import written

USES = 1500
LONG = "\N{PILE OF POO}" * 200
"""So long a query that a leaf holds few uses, and there are two floors of pages above."""
BESIDE = {
    "losses": ("(time, count)", [(1_600_000_000_000_000 + one // 2, one % 6 // 2) for one in range(700)]),
    "keyword_channels": ("(channel, guild)", [(2**60 + one, 2**59 + one) for one in range(500)]),
    "mutes": ("(channel, trigger, guild, muted_until)", [(2**60, f"word {one}", 2**59, 2**50) for one in range(400)]),
    "changes_made": ("(time, guild, by, what)", [(2**50, 2**59, 2**60, f"what {one}") for one in range(400)]),
    "complaints": (
        "(time, guild, quote, edition, text)",
        [(2**50, None, "a-quote", "0123abcd", f"{one} {LONG * 8}") for one in range(60)],
    ),
    "kept": ("(name, value)", [(f"reports:{2**59 + one}", str(2**60 + one)) for one in range(300)]),
    "missing": ("(guild, since)", [(2**59 + one, 1_600_000_000_000_000) for one in range(400)]),
}
"""Rows of every other table, enough for a page above its leaves."""
TABLES = ("uses", *BESIDE)


@pytest.fixture
async def left(opened, path, use):
    """A log with much in each table, closed; its bot knew of all of it."""
    store = await opened()
    for asked in range(USES):
        store.record_later(use(asked, query=f"{asked} {LONG}", key=LONG, outcome="answered"))
    async with store._database.writing() as connection:
        for table, (columns, rows) in BESIDE.items():
            marks = ", ".join("?" * len(rows[0]))
            await connection.executemany(f"INSERT INTO {table} {columns} VALUES ({marks})", rows)
    await store.close()
    return path


def pages(log, name, kind):
    with closing(sqlite3.connect(log)) as whole:
        of = "SELECT pageno FROM dbstat WHERE name = ? AND CASE ? WHEN 'root' THEN path = '/' ELSE pagetype = ? END"
        return [page for (page,) in whole.execute(f"{of} ORDER BY pageno", (name, kind, kind))]


def spoil(log, *numbers, content=None, size=4096):
    noise = random.Random(1).randbytes
    with log.open("r+b") as file:
        for number in numbers:
            file.seek((number - 1) * size)
            file.write(noise(size) if content is None else content)


def held(log, *tables):
    """All rows of some tables, or of all."""
    with closing(sqlite3.connect(log)) as whole:
        return {
            table: sorted(whole.execute(f"SELECT * FROM {table} WHERE {_OWN.get(table, 'true')}"), key=repr)
            for table in tables or TABLES
        }


_OWN = {"kept": "name NOT GLOB 'log:*'"}


def lost(log):
    with closing(sqlite3.connect(log)) as whole:
        return whole.execute("SELECT total(count) FROM losses").fetchone()[0]


@pytest.mark.parametrize("content", [None, bytes(4096), b"\r" * 4096], ids=["noise", "zeros", "like a leaf"])
@pytest.mark.parametrize("above", ["the root", "a page between", "both", "all of them"])
async def test_no_use_is_lost_with_the_pages_above_them(left, opened, above, content):
    whole, roots, between = held(left), pages(left, "uses", "root"), pages(left, "uses", "internal")
    assert len(between) > 2
    others = [page for page in between if page not in roots]
    spoil(
        left,
        *{"the root": roots, "a page between": others[:1], "both": roots + others[:1], "all of them": between}[above],
        content=content,
    )
    store = await opened()
    assert any("could still be read" in notice for notice in store.notices)
    await store.close()
    assert held(left) == whole


@pytest.mark.parametrize("table", [one for one in BESIDE if one != "missing"])
async def test_nothing_of_another_table_is_lost_with_its_root(left, opened, table):
    whole = held(left)
    spoil(left, *pages(left, table, "root"))
    await (await opened()).close()
    assert held(left) == whole


async def test_no_row_is_taken_for_one_of_another_table(left, opened):
    """Servers that were missing look like channels for keyword replies: they are found missing again."""
    whole = held(left) | {"missing": []}
    spoil(left, *(page for table in (*TABLES, "migrations") for page in pages(left, table, "root")))
    await (await opened()).close()
    assert held(left) == whole


@pytest.mark.parametrize("name", ["a) b", "beyond0", "rowid", "'", "\N{REPLACEMENT CHARACTER}"])
async def test_a_column_whose_name_is_damaged_spoils_no_other_table(left, made, name):
    whole = held(left) | {"mutes": []}
    with closing(sqlite3.connect(left, isolation_level=None)) as log:
        log.execute("PRAGMA writable_schema = ON")
        quoted = f'"{name}" INTEGER NOT NULL'
        log.execute("UPDATE sqlite_schema SET sql = replace(sql, 'muted_until INTEGER NOT NULL', ?)", (quoted,))
    spoil(left, *pages(left, "uses", "root"), *pages(left, "mutes", "root"))
    salvage(made, left)
    assert held(made) == whole


@pytest.mark.parametrize("index", ["uses_in_time", "uses_of_a_round", "uses_of_a_guild", "sqlite_autoindex_kept_1"])
async def test_nothing_is_lost_with_an_index(left, opened, index):
    whole = held(left)
    spoil(left, *pages(left, index, "root"))
    await (await opened()).close()
    assert held(left) == whole


async def test_nothing_is_lost_with_the_first_page_of_a_log_that_was_written_anew(left, opened):
    """Its tables begin where those of no other log do."""
    with closing(sqlite3.connect(left)) as log:
        log.execute("DROP INDEX uses_of_a_guild")
        log.execute("CREATE INDEX uses_of_a_guild ON uses (guild, time)")
        log.execute("VACUUM")
    whole = held(left) | {"missing": []}
    spoil(left, 1)
    await (await opened()).close()
    assert held(left) == whole


@pytest.mark.parametrize("share", [0.1, 0.5, 0.9])
@pytest.mark.parametrize("cut", [False, True])
async def test_what_stands_in_no_whole_leaf_is_counted(left, opened, share, cut):
    rng, count = random.Random(7), files.size(left) // 4096
    spoilt = {3, *rng.sample(range(2, count + 1), int(count * share))}
    size = count // 2 if cut else count
    leaves = [page for page in pages(left, "uses", "leaf") if page not in spoilt and page <= size]
    with closing(sqlite3.connect(left)) as log:
        of = "SELECT sum(ncell) FROM dbstat WHERE name = 'uses' AND pageno IN (SELECT value FROM json_each(?))"
        ((there,),) = log.execute(of, (str(leaves),)).fetchall()
        log.execute("DELETE FROM losses")
        log.commit()
        log.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    given = USES + sum(count for _, count in BESIDE["losses"][1])
    spoil(left, *spoilt)
    with left.open("r+b") as file:
        file.truncate(size * 4096)
    await (await opened()).close()
    assert len(held(left)["uses"]) == there
    assert there + lost(left) == given


@pytest.mark.parametrize(("spoilt", "least"), [("rows", 298), ("where rows are", 293)])
async def test_a_leaf_that_is_damaged_is_read_from_both_its_ends(opened, path, use, spoilt, least):
    store = await opened()
    for asked in range(300):
        store.record_later(use(asked, outcome="answered"))
    await store.close()
    leaf = (pages(path, "uses", "leaf")[1] - 1) * 4096
    with path.open("r+b") as file:
        file.seek(leaf + 8)
        cells = struct.unpack(">30H", file.read(60))
        for cell in (5, 9):
            file.seek(leaf + (cells[cell] if spoilt == "rows" else 8 + 2 * cell))
            file.write(b"\xff" * (9 if spoilt == "rows" else 2))
        file.seek(leaf)
        file.seek(leaf + file.read(4096).rindex(b"rusia"))
        file.write(b"\xff")
    spoil(path, *pages(path, "uses", "root"))
    await (await opened()).close()
    uses = held(path, "uses")["uses"]
    assert len(uses) >= least
    assert sum("\N{REPLACEMENT CHARACTER}usia" in row for row in uses) == 1
    assert lost(path) == 300 - len(uses)


async def test_a_server_that_was_forgotten_does_not_come_back(opened, path, use):
    store = await opened()
    for asked in range(USES):
        store.record_later(use(asked, guild=1 if asked % 10 else 7, query=LONG, outcome="answered"))
    for asked in range(USES, 2 * USES):
        store.record_later(use(asked, guild=7, query=LONG, outcome="answered"))
    await store.record(use(2 * USES), wait=30)
    await store.forget_guild(7)
    await store.close()
    whole = held(path, "uses")
    spoil(path, *pages(path, "uses", "root"))
    await (await opened()).close()
    assert held(path, "uses") == whole
    assert lost(path) == 0


@pytest.fixture
async def made(opened, tmp_path):
    """A new log to take over into."""
    new = tmp_path / "new" / "quoth.db"
    await (await opened(new)).close()
    return new


def deleted_by_another_program(log):
    """Most uses are deleted without being overwritten. Gives those that are left."""
    with closing(sqlite3.connect(log)) as other:
        other.execute("PRAGMA secure_delete = OFF")
        other.execute("DELETE FROM uses WHERE asked >= 300")
        other.commit()
        other.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    return held(log, "uses")


async def test_pages_that_are_free_are_not_read(left, made, tmp_path):
    whole = deleted_by_another_program(left)
    with closing(sqlite3.connect(left)) as log:
        assert log.execute("PRAGMA freelist_count").fetchone()[0] > 400
    damaged = tmp_path / "damaged"
    shutil.copy(left, damaged)
    spoil(damaged, *pages(left, "uses", "root"))
    salvage(made, damaged)
    assert held(made, "uses") == whole


async def test_nor_are_pages_behind_the_end_of_the_log(left, made, tmp_path):
    """As a log has them that was written anew while somebody read it."""
    before = left.read_bytes()
    whole = deleted_by_another_program(left)
    with closing(sqlite3.connect(left)) as log:
        log.execute("VACUUM")
    damaged = tmp_path / "damaged"
    shutil.copy(left, damaged)
    spoil(damaged, *pages(left, "uses", "root"))
    with damaged.open("r+b") as file:
        file.seek(0, 2)
        file.write(before[file.tell() :])
    salvage(made, damaged)
    assert held(made, "uses") == whole


@pytest.mark.parametrize("spoilt", ["in a ring", "beyond the end", "of noise", "of live pages"])
async def test_a_list_of_free_pages_that_is_damaged_is_followed_as_far_as_it_is_whole(left, made, tmp_path, spoilt):
    whole = deleted_by_another_program(left)
    damaged = tmp_path / "damaged"
    shutil.copy(left, damaged)
    spoil(damaged, *pages(left, "uses", "root"))
    with damaged.open("r+b") as file:
        file.seek(32)
        (trunk,) = struct.unpack(">I", file.read(4))
        if spoilt == "of noise":
            spoil(damaged, trunk)
        elif spoilt == "of live pages":
            spoil(damaged, trunk, content=struct.pack(">1024I", 0, 2**31, *range(3, 1025)))
        else:
            file.seek((trunk - 1) * 4096)
            file.write(struct.pack(">I", trunk if spoilt == "in a ring" else 2**31))
    salvage(made, damaged)
    assert set(held(made, "uses")["uses"]) >= set(whole["uses"])
    assert (held(made, "uses") == whole) == (spoilt in ("in a ring", "beyond the end"))


@pytest.mark.parametrize("size", [512, 1024, 8192, 32768])
@pytest.mark.parametrize("steps", range(1, len(schema_steps()) + 1))
async def test_pages_of_every_size_and_logs_of_every_schema(made, tmp_path, size, steps):
    damaged = tmp_path / "damaged"
    with closing(sqlite3.connect(damaged)) as log:
        log.execute(f"PRAGMA page_size = {size}")
        log.execute(f"PRAGMA application_id = {APPLICATION}")
        for _, text in schema_steps()[:steps]:
            log.executescript(text)
        row = "time, guild, channel, way, query, key, outcome, edition, duration"
        log.executemany(
            f"INSERT INTO uses (asked, {row}) VALUES (?, 5, NULL, 6, 'slash', ?, 'any', 'answered', '0123abcd', 1)",
            [(asked, f"{asked} {LONG[:90]}") for asked in range(1000)],
        )
        log.commit()
    spoil(damaged, *pages(damaged, "uses", "root"), size=size)
    salvage(made, damaged)
    uses = held(made, "uses")["uses"]
    assert {asked for asked, *_ in uses} == set(range(1000))
    assert {key for *_, key, _, _, _, _, _, _ in uses} == {"any"}
    assert {bool(query) for _, _, _, _, _, query, *_ in uses} == {steps > 1}


async def test_losses_are_taken_over_once_though_their_rows_have_other_numbers_now(left, made):
    """SQLite numbers the rows of a table without a key anew, where there are holes, when it writes a log anew."""
    with closing(sqlite3.connect(left)) as log:
        log.execute("DELETE FROM losses WHERE rowid % 7 = 3")
        log.commit()
    whole = held(left, "losses")
    assert whole["losses"] != sorted(set(whole["losses"]))
    salvage(made, left)
    with closing(sqlite3.connect(left)) as log:
        log.execute("VACUUM")
    spoil(left, *pages(left, "losses", "root"))
    salvage(made, left)
    assert held(made, "losses") == whole


async def test_a_write_ahead_file_whose_root_is_damaged_gives_the_rows_behind(opened, path, use, made, tmp_path):
    store = await opened(soon=3600)
    for asked in range(USES):
        store.record_later(use(asked, query=LONG, outcome="answered"))
    await store.record(use(USES), wait=30)
    shutil.copytree(path.parent, tmp_path / "killed")
    there = tmp_path / "killed" / path.name
    ahead = bytearray(files.wal_path(there).read_bytes())
    with closing(sqlite3.connect(path)) as log:
        root = log.execute("SELECT rootpage FROM sqlite_schema WHERE name = 'uses'").fetchone()[0]
    for at in range(32, len(ahead), 24 + 4096):
        if struct.unpack_from(">I", ahead, at)[0] == root:
            ahead[at + 24 : at + 24 + 4096] = bytes(4096)
    (tmp_path / "ahead").write_bytes(ahead)
    await store.close()
    salvage_ahead(made, tmp_path / "ahead")
    assert len(held(made, "uses")["uses"]) == USES + 1


async def test_ten_pages_spoilt_while_the_bot_runs_cost_no_use(left, opened, use):
    whole = held(left)["uses"]
    store = await opened(soon=0.02)
    store._database._maintenance.idle = 0.02
    with closing(sqlite3.connect(left)) as log:
        log.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    spoil(left, *range(3, 13))
    store._database.suspect()
    while len(store.notices) < 2:  # noqa: ASYNC110  the mend tells nobody that it is done
        await asyncio.sleep(0.01)
    assert await store.record(use(USES), wait=30)
    await store.close()
    assert {row[0] for row in held(left)["uses"]} >= {row[0] for row in whole}
    assert len(held(left)["uses"]) == USES + 1
    assert store.lost == 0


async def test_a_page_of_another_table_in_the_place_of_its_own_makes_no_rows_of_it(opened, path, use, in_file):
    """As a disk does that writes a page to the wrong place: members' words are not to be read as reports."""
    store = await opened()
    for asked in range(8):
        await store.record(use(asked, query="private words"), wait=5)
        store.settle(asked, "answered")
    await written(store)
    await store.complain(Complaint(NOON, None, "a-quote", "0123abcd", "The date is wrong."))
    await store.close()
    roots = dict(in_file(path, "SELECT name, rootpage FROM sqlite_schema WHERE type = 'table'"))
    content = path.read_bytes()
    page = content[(roots["uses"] - 1) * 4096 : roots["uses"] * 4096]
    for table in ("complaints", "keyword_channels", "mutes"):
        spoil(path, roots[table], content=page)
    again = await opened()
    assert await again.complaints(9) == []
    assert not await again.keyword_channels()
    assert in_file(path) == list(range(8))
