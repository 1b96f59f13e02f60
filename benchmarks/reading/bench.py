"""Measure reading: python -m benchmarks.reading.bench [QUOTES]. Three figures in one run, CPU seconds of this process.

1. PyYAML's CSafeLoader makes plain values of the same files (no places, no checks).
2. strict_yaml makes values with the place of every key and value, and refuses what is to be refused.
3. read_bank does all: values, typing, every rule, the proof of every quote. Its peak memory is that of a fresh process.
"""

from __future__ import annotations

import multiprocessing
import resource
import sys
import tempfile
import time
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING

import yaml

from benchmarks.reading.corpus import write_bank
from bot.bank.reader import read_bank
from bot.strict_yaml import no_collection, read_yaml

if TYPE_CHECKING:
    from collections.abc import Callable


def cpu(work: Callable[[], object]) -> float:
    begun = time.process_time()
    work()
    return time.process_time() - begun


def read_apart(folder: Path) -> tuple[float, float, int, int]:
    """CPU seconds, peak memory in MiB, quotes and problems of reading a bank; to be called in a fresh process."""
    begun = time.process_time()
    reading = read_bank(folder)
    spent = time.process_time() - begun
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return spent, peak, reading.quotes, len(reading.problems)


def main() -> None:
    quotes = int(sys.argv[1]) if len(sys.argv) > 1 else 100_000
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch) / "bank"
        write_bank(folder, quotes)
        files = [path.read_bytes() for path in sorted((folder / "sources").glob("*.yaml"))]
        size = sum(map(len, files)) / 2**20
        print(f"{quotes:,} quotes, {len(files)} files, {size:.1f} MiB, largest {max(map(len, files)) / 2**20:.2f} MiB")
        slow = plain = quick = 0.0
        for data in files:  # file by file in turn, so that a busy machine is busy for both
            slow += cpu(lambda data=data: yaml.load(data, Loader=yaml.CSafeLoader))  # type: ignore[misc]
            plain += cpu(lambda data=data: read_yaml(data, "file"))  # type: ignore[misc]
            with no_collection():  # as read_bank calls it
                quick += cpu(lambda data=data: read_yaml(data, "file"))  # type: ignore[misc]
        print(f"CSafeLoader        {slow:7.2f} s")
        print(f"strict_yaml        {plain:7.2f} s   {slow / plain:.1f} times as fast, with places")
        print(f"… as the reader    {quick:7.2f} s   {slow / quick:.1f} times as fast (rings are not looked for)")
        with ProcessPoolExecutor(1, multiprocessing.get_context("spawn")) as apart:
            spent, peak, count, faults = apart.submit(read_apart, folder).result()
        print(f"read_bank, all     {spent:7.2f} s   peak {peak:.0f} MiB, {count:,} quotes, {faults} problems")


if __name__ == "__main__":
    main()
