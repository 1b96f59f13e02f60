"""A bot killed in the middle of answering: what it was told of is in the file, or counted, after the next start."""

from __future__ import annotations

import shutil
import sqlite3
import subprocess
import sys
import textwrap
from contextlib import closing

import pytest

CHILD = textwrap.dedent("""
    import asyncio, os, sys
    from datetime import UTC, datetime
    from pathlib import Path
    from bot.store.records import Use
    from bot.store.store import Store

    async def answer(store, asked):
        use = Use(asked, datetime.now(UTC), 1, 2, "slash", "russia" * 9, "topic:russia", True, "id", "e", 1.0)
        logged = await store.record(use, wait=WAIT)
        if logged or ALL:
            os.write(1, b"%d\\n" % asked)  # no buffer: what was told is told
        store.settle(asked, "answered")

    async def person(store, number):
        for turn in range(TURNS):
            await answer(store, number + 32 * turn)

    async def main():
        store = await Store.open(Path(sys.argv[1]), now=lambda: datetime.now(UTC), rest=REST, emergency=SIZE)
        TROUBLE
        await asyncio.gather(*(person(store, number) for number in range(32)))
        await asyncio.sleep(60)

    asyncio.run(main())
""")
FULL = "await store._database.rows('PRAGMA max_page_count = 1')"
SLOW_DISK = r"""
    #define _GNU_SOURCE
    #include <unistd.h>
    #include <dlfcn.h>
    int fsync(int fd) { usleep(500000); return ((int (*)(int))dlsym(RTLD_NEXT, "fsync"))(fd); }
    int fdatasync(int fd) { usleep(500000); return ((int (*)(int))dlsym(RTLD_NEXT, "fdatasync"))(fd); }
"""
WITHIN, BEYOND = 8 * 1024 * 1024, 60_000


def script(turns=100_000, wait=0.25, rest=0.2, size=WITHIN, trouble="pass", everything=True):
    text = CHILD.replace("TURNS", str(turns)).replace("WAIT", str(wait)).replace("REST", str(rest))
    return text.replace("SIZE", str(size)).replace("TROUBLE", trouble).replace("ALL", str(everything))


def told_until_killed(program, path, count, env=None):
    """What a child says it answered until it is killed."""
    with subprocess.Popen([sys.executable, "-c", program, path], stdout=subprocess.PIPE, env=env) as child:
        told = [child.stdout.readline() for _ in range(count)]
        child.kill()
        told += child.stdout.read().splitlines()
    assert child.returncode == -9
    assert len({int(line) for line in told}) >= count
    return {int(line) for line in told}


async def start_again(opened, path, **options):
    """The next process on that folder, once it has taken over what there is."""
    store = await opened(**options)
    await store.close()
    assert store.problem is None
    assert store.given == store.answered + store.failed + store.expired + store.unknown + store.waiting + store.lost
    return store


def test_every_acknowledged_use_survives_a_kill(path, in_file):
    acknowledged = told_until_killed(script(everything=False, wait=0.25), path, 1500)
    assert not acknowledged - set(in_file(path))
    assert in_file(path, "PRAGMA integrity_check") == ["ok"]


async def test_what_was_begun_when_it_was_killed_has_an_end_after_the_next_start(path, opened, in_file):
    acknowledged = told_until_killed(script(), path, 500)
    store = await start_again(opened, path)
    assert not acknowledged - set(in_file(path))
    ends = set(in_file(path, "SELECT DISTINCT outcome FROM uses"))
    assert "answered" in ends
    assert ends <= {"answered", "unknown"}
    assert store.unknown == in_file(path, "SELECT count(*) FROM uses WHERE outcome = 'unknown'")[0]


async def test_a_full_disk_and_a_kill_lose_nothing(path, opened, in_file):
    acknowledged = told_until_killed(script(trouble=FULL), path, 2000)
    assert len(in_file(path)) < 500  # most were not in the log when it was killed
    store = await start_again(opened, path)
    assert not acknowledged - set(in_file(path))
    assert store.lost == 0
    assert in_file(path, "PRAGMA integrity_check") == ["ok"]


async def test_a_log_held_by_another_and_a_kill_lose_nothing(path, opened, in_file):
    await start_again(opened, path)
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("BEGIN EXCLUSIVE")
        acknowledged = told_until_killed(script(), path, 2000)
        other.rollback()
    assert in_file(path) == []
    store = await start_again(opened, path)
    assert not acknowledged - set(in_file(path))
    assert store.lost == 0


@pytest.mark.parametrize("lives", [1, 3])
async def test_what_does_not_fit_is_counted_exactly_after_kills(path, opened, in_file, lives):
    await start_again(opened, path, emergency=BEYOND)
    given = set()
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("BEGIN EXCLUSIVE")
        for life in range(lives):
            program = script(turns=20, size=BEYOND).replace("number + 32", f"{life * 10_000} + number + 32")
            given |= told_until_killed(program, path, 640)
        other.rollback()
    assert len(given) == 640 * lives
    await start_again(opened, path, emergency=BEYOND)
    logged = set(in_file(path))
    assert 50 < len(logged) < 640
    assert logged <= given
    assert in_file(path, "SELECT sum(count) FROM losses") == [len(given) - len(logged)]
    await start_again(opened, path, emergency=BEYOND)
    assert in_file(path, "SELECT sum(count) FROM losses") == [len(given) - len(logged)]


async def test_a_disk_slow_to_sync_and_kills_lose_nothing(path, tmp_path, opened, in_file):
    compiler = shutil.which("cc")
    if compiler is None:
        pytest.skip("no C compiler to make a disk slow with")
    shim = tmp_path / "slow.so"
    (tmp_path / "slow.c").write_text(SLOW_DISK)
    subprocess.run(  # noqa: ASYNC221  nothing else runs
        [compiler, "-shared", "-fPIC", "-o", shim, tmp_path / "slow.c", "-ldl"], check=True
    )
    await start_again(opened, path)
    acknowledged = set()
    for life in range(3):
        program = script().replace("number + 32", f"{life * 1_000_000} + number + 32")
        acknowledged |= told_until_killed(program, path, 40 * (life + 1), env={"LD_PRELOAD": str(shim)})
    store = await start_again(opened, path)
    assert not acknowledged - set(in_file(path))
    assert store.lost == 0
