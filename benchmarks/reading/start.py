"""Measure the start with a large bank: python -m benchmarks.reading.start [QUOTES] [--bank FOLDER] [--repeat N].

From the start of a process until the library is there and the keyword triggers are built, as `quoth run` does it (all
modules loaded, Discord's library among them, and no search for garbage): first with nothing kept, then with what that
start kept. Each start is a process of its own; what later starts took is the median. Seconds are the processor's.

Unless a folder is named, the bank is one of invented words. That of the search benchmark (100,000 real quotes of many
sources and speakers) is benchmarks/corpora/banks/100000, once that benchmark has been run.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from benchmarks.reading.corpus import write_bank

START = """
import gc, sys, time
gc.disable()  # as `quoth run` does
from bot import app
import json, resource
from pathlib import Path
from bot.bank.reader import last_day
from bot.editions.copies import Copies
from bot.editions.making import open_library
from bot.search.query import Query
from bot.keywords.triggers import Triggers

def since(work):
    begun = time.process_time()
    got = work()
    return got, round(time.process_time() - begun, 3)

folder, copies = Path(sys.argv[1]), Copies(Path(sys.argv[2]))
took = {"modules": round(time.process_time(), 3)}
library, took["library"] = since(lambda: open_library(folder, copies))
took["triggers"] = since(lambda: Triggers.build(library.edition.bank))[1]
took["all"] = round(time.process_time(), 3)
took["by the clock"] = round(time.time() - float(sys.argv[3]), 3)
took["peak MiB"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss >> 10
reading, took["of that, the reading"] = since(lambda: copies.load_reading(folder, last_day()))
index, took["of that, the index"] = since(lambda: copies.load_index(library.edition.bank))
assert reading is not None and index is not None
took["first answer"] = since(lambda: library.edition.index.find(Query("more very clear")))[1]
print(json.dumps(took))
"""


def start(folder: Path, data: Path) -> dict[str, float]:
    """What one start took."""
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    command = [sys.executable, "-c", START, str(folder), str(data), str(time.time())]
    done = subprocess.run(command, capture_output=True, text=True, env=environment, check=False)
    if done.returncode:
        sys.exit(done.stderr)
    return json.loads(done.stdout)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("quotes", type=int, nargs="?", default=100_000)
    parser.add_argument("--bank", type=Path, metavar="FOLDER")
    parser.add_argument("--repeat", type=int, default=5)
    args = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        folder, data = args.bank or Path(scratch) / "bank", Path(scratch) / "data"
        if not args.bank:
            write_bank(folder, args.quotes)
        first = start(folder, data)
        print(f"kept: {sizes(data / 'cache')}")
        later = [start(folder, data) for _ in range(args.repeat)]
        for name, took in first.items():
            unit = "MiB" if "MiB" in name else "s"
            print(f"{name:>20}: first start {took:8.3f} {unit}   later {median(later, name):8.3f} {unit}")


def sizes(cache: Path) -> str:
    return ", ".join(f"{path.name.partition('-')[0]} {path.stat().st_size >> 20} MiB" for path in cache.iterdir())


def median(runs: list[dict[str, float]], name: str) -> float:
    return statistics.median(run[name] for run in runs)


if __name__ == "__main__":
    main()
