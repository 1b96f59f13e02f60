"""Fuzz the reader: python -m benchmarks.reading.fuzz [INPUTS] [SEED]. Says what it tried, and stops at the first fault.

Nine in ten inputs are a small bank of which one file was mutated (bytes, lines, words, marks of YAML), read as a
whole: nothing may raise, take over half a second of CPU, or give a bank beside an error. One in ten is a small document
read both the quick way and by the parser: where the quick way answers, the two must agree in every value and place.
"""

from __future__ import annotations

import random
import sys
import tempfile
import time
from collections import Counter
from datetime import date
from pathlib import Path

from benchmarks.reading.documents import document
from bot.bank.fingerprint import dump, make
from bot.bank.reader import read_bank
from bot.strict_yaml.events import MAX_DEPTH, Composer
from bot.strict_yaml.plain import read_plain

GOOD_BANK = Path(__file__).parents[2] / "tests" / "data" / "good_bank"
TODAY = date(2021, 1, 1)
SLOW = 0.5
PIECES = [
    *(
        b"\n",
        b"\r",
        b"\t",
        b"  ",
        b"- ",
        b": ",
        b":",
        b"[",
        b"]",
        b"{",
        b"}",
        b",",
        b"'",
        b'"',
        b"#",
        b" #",
        b"|",
        b">-",
    ),
    *(
        b"&a ",
        b"*a",
        b"!!x ",
        b"<<: ",
        b"---\n",
        b"...\n",
        b"? ",
        b"%YAML 9\n",
        b"\\",
        b"\\u202e",
        b"\0",
        b"\x1b",
        b"\x7f",
    ),
    *(
        b"\xff",
        b"\xed\xa0\x80",
        b"\xef\xbb\xbf",
        b"\xe2\x80\xae",
        b"\xc2\x85",
        b"\xe2\x80\xa8",
        "é’“”…".encode(),
        b"@everyone",
    ),
    *(
        b"2018-99-99",
        b"9999",
        b"source:",
        b"quotes:",
        b"topics:",
        b"text:",
        b"segments:\n      - ",
        b"id: ",
        b"[" * 40,
        b"- " * 40,
    ),
    *(b"A" * 2000, b"**", b"<@1>", b"http://", b"ada-berg", b"bridge", b"a" * 41),
]


def mutated(rng: random.Random, data: bytes) -> bytes:
    """The file with one to six mutations."""
    for _ in range(rng.choice((1, 1, 1, 2, 3, 6))):
        at = rng.randint(0, len(data))
        match rng.randint(0, 6):
            case 0:
                data = data[:at] + bytes([rng.randrange(256)]) + data[at + 1 :]
            case 1:
                data = data[:at] + data[at + rng.randint(1, 30) :]
            case 2:
                data = data[:at]
            case 3:
                lines = data.split(b"\n")
                lines.insert(rng.randrange(len(lines)), rng.choice(lines))
                data = b"\n".join(lines)
            case 4:
                lines = data.split(b"\n")
                del lines[rng.randrange(len(lines))]
                data = b"\n".join(lines)
            case _:
                data = data[:at] + rng.choice(PIECES) + data[at:]
    return data


def main() -> None:
    inputs = int(sys.argv[1]) if len(sys.argv) > 1 else 500_000
    rng = random.Random(int(sys.argv[2]) if len(sys.argv) > 2 else time.time_ns())
    counts: Counter[str] = Counter()
    slowest = 0.0
    with tempfile.TemporaryDirectory() as scratch:
        good = _good_bank(Path(scratch))
        for number in range(inputs):
            if number % 10 == 9:
                counts["both ways"] += _agree(document(rng))
                continue
            path = rng.choice(list(good))
            path.write_bytes(data := mutated(rng, good[path]))
            begun = time.process_time()
            try:
                reading = read_bank(Path(scratch), TODAY)
            except BaseException:
                print(f"input {number} raises: {path.name} {data!r}")
                raise
            took = time.process_time() - begun
            path.write_bytes(good[path])
            slowest = max(slowest, took)
            refused = any(problem.severity == "error" for problem in reading.problems)
            counts["refused" if refused else "warned" if reading.problems else "read"] += 1
            if (
                took > SLOW
                or refused is not (reading.bank is None)
                or not all(str(p).isprintable() for p in reading.problems)
            ):
                sys.exit(f"input {number} is wrong ({took:.2f} s): {path.name} {data!r}")
    print(
        f"{inputs:,} inputs, slowest {slowest * 1000:.0f} ms; "
        + ", ".join(f"{v:,} {k}" for k, v in sorted(counts.items()))
    )


def _good_bank(folder: Path) -> dict[Path, bytes]:
    for name in ("sources", "fingerprints"):
        (folder / name).mkdir()
    for path in GOOD_BANK.rglob("*.yaml"):
        (folder / path.relative_to(GOOD_BANK)).write_bytes(path.read_bytes())
    for path in (GOOD_BANK / "articles").glob("*.txt"):
        fingerprint = dump(make(path.read_text(encoding="utf-8"), path.stem))
        (folder / "fingerprints" / path.name).write_text(fingerprint, encoding="utf-8")
    return {path: path.read_bytes() for path in sorted(folder.rglob("*.*")) if path.is_file()}


def _agree(text: str) -> bool:
    quick = read_plain(text, MAX_DEPTH)
    if quick is None:
        return False
    composer = Composer(text, "file")
    if composer.compose() != quick or composer.problems:
        sys.exit(f"the two ways differ: {text!r}")
    return True


if __name__ == "__main__":
    main()
