"""A bot killed in the middle of answering: every use it was told is committed is in the file."""

from __future__ import annotations

import subprocess
import sys
import textwrap

CHILD = textwrap.dedent("""
    import asyncio, os, sys
    from datetime import UTC, datetime
    from pathlib import Path
    from bot.store.records import Use
    from bot.store.store import Store

    async def answer(store, asked):
        use = Use(asked, datetime.now(UTC), 1, 2, "slash", "russia", "topic:russia", True, "id", "e", 1.0)
        if await store.record(use):
            os.write(1, b"%d\\n" % asked)  # no buffer: what was told is told

    async def person(store, number):
        for turn in range(100_000):
            await answer(store, number + 32 * turn)

    async def main():
        store = await Store.open(Path(sys.argv[1]), now=lambda: datetime.now(UTC))
        await asyncio.gather(*(person(store, number) for number in range(32)))

    asyncio.run(main())
""")


def test_every_acknowledged_use_survives_a_kill(path, in_file):
    with subprocess.Popen([sys.executable, "-c", CHILD, path], stdout=subprocess.PIPE) as child:
        told = [child.stdout.readline() for _ in range(1500)]
        child.kill()
        told += child.stdout.read().splitlines()
    acknowledged = {int(line) for line in told}
    assert child.returncode == -9
    assert len(acknowledged) >= 1500
    assert not acknowledged - set(in_file(path))
    assert in_file(path, "PRAGMA integrity_check") == ["ok"]
