"""Every answer a person saw is in the log, also when the process is killed in the middle of a thousand."""

import sqlite3
import subprocess
import sys
from pathlib import Path

ANSWERS = 1000


def test_every_answered_one_is_in_the_log(tmp_path):
    program = [sys.executable, str(Path(__file__).with_name("answering.py")), str(tmp_path)]
    with subprocess.Popen(program, stdout=subprocess.PIPE, text=True) as process:
        answered = [int(process.stdout.readline()) for _ in range(ANSWERS)]
        process.kill()
        rest = process.stdout.read()
        answered += [int(line) for line in rest[: rest.rfind("\n") + 1].splitlines()]  # the last line may be torn
    with sqlite3.connect(tmp_path / "quoth.db") as database:
        logged = {row[0] for row in database.execute("SELECT asked FROM uses WHERE found")}
    database.close()
    assert len(answered) >= ANSWERS
    assert set(answered) <= logged
