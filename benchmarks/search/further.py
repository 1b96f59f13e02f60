"""Further measures of our engine on one corpus: memory, autocomplete, endless queries, the cache, and the command.

    python benchmarks/search/further.py SIZE

prints one JSON object; run.py calls it for every size. The command is the real one (`quoth search --bank DIR --batch`),
on a folder of YAML written from the corpus; it answers all reported queries one by one. Its time a query is what it
is on a processor from its first answer to its last, shared by the queries between: what it spends on reading and
indexing the bank is before that.
"""

from __future__ import annotations

import gc
import json
import random
import string
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from threading import Thread

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
sys.path[:0] = [str(ROOT), str(HERE)]

from asked import CORPORA, Sets, corpus, in_turn, read_asked, spread, stamp, worth  # noqa: E402
from bank import read_rows, to_bank, write_bank  # noqa: E402
from process import on_processor, resident  # noqa: E402

from bot.editions.copies import CACHE, INDEX, Copies  # noqa: E402
from bot.editions.making import open_library  # noqa: E402
from bot.search.autocomplete import complete  # noqa: E402
from bot.search.index import Index  # noqa: E402
from bot.search.query import Query  # noqa: E402

LIMIT = 5
BEGUN = 200
"""Clean queries that are typed letter by letter."""
ENDLESS, LENGTH = 50, 6_000
"""Queries of each kind, and how many characters each has."""
TRIES = 3
SEED = 11


def memory_and_cache(size: int, folder: Path) -> dict:
    """The memory of an index that is built, and saving it. The bank is there before."""
    rows = read_rows(corpus(size))
    bank = to_bank(rows)
    gc.freeze()
    before = resident()
    start = time.process_time()
    index = Index.build(bank)
    built = time.process_time() - start
    grown = resident() - before
    start = time.process_time()
    Copies(folder / "index").save_index(index)
    saved = time.process_time() - start
    del rows  # only now: memory that they give back would be taken by the index, and not be seen
    (path,) = (folder / "index" / CACHE).glob(f"{INDEX}-*")
    return {
        "built s": built,
        "index grown MB": grown / 1e6,
        "cache saved s": saved,
        "cache MB": path.stat().st_size / 1e6,
    }


def loaded(size: int, folder: Path) -> dict:
    """The memory of an index that is loaded from its cache, and the time of it: the quickest of three."""
    rows = read_rows(corpus(size))
    bank = to_bank(rows)
    gc.freeze()
    before = resident()
    grown, spent = 0, []
    for _ in range(TRIES):
        start = time.process_time()
        index = Copies(folder / "index").load_index(bank)
        spent.append(time.process_time() - start)
        if index is None:
            raise SystemExit("the cache that was just saved could not be loaded")
        grown = grown or resident() - before
    del rows
    for words in read_asked(size)["clean known item"]:
        index.find(Query(words[0]), LIMIT)
    return {"cache loaded s": min(spent), "loaded grown MB": grown / 1e6, "index sum MB": sum_of(index, bank) / 1e6}


def ready(size: int, folder: Path) -> dict:
    """Processor time from the start of a process until a bank of which everything is kept can answer."""
    started = time.process_time()
    edition = open_library(folder_of(size), Copies(folder / "bank")).edition
    if len(edition.bank.quotes) != size or not edition.index.find(Query("love"), LIMIT).hits:
        raise SystemExit("what is ready does not answer")
    return {"ready s": time.process_time(), "of it the library s": time.process_time() - started}


def sum_of(whole: object, without: object) -> int:
    """Bytes of everything that hangs on an object, without what hangs on another or is code."""
    shared = (type, type(sys), type(sum_of), type(gc.collect))
    seen = {id(each) for each in _hanging(without, set(), shared)}
    return sum(sys.getsizeof(each) for each in _hanging(whole, seen, shared))


def _hanging(root: object, seen: set[int], shared: tuple[type, ...]) -> list[object]:
    found, waiting = [], [root]
    while waiting:
        each = waiting.pop()
        if id(each) in seen or isinstance(each, shared):
            continue
        seen.add(id(each))
        found.append(each)
        waiting.extend(gc.get_referents(each))
    return found


def typing(index: Index, asked: Sets) -> dict:
    """Autocomplete for every beginning of so many queries, from the first letter on."""
    begun = [words[:end] for words, _, _ in asked["clean known item"][:BEGUN] for end in range(1, len(words) + 1)]
    times, empty = [], 0
    for typed in begun:
        start = time.process_time()
        offered = complete(index, typed)
        times.append((time.process_time() - start) * 1000)
        empty += not offered
    return {"beginnings": len(begun), "nothing offered": empty, **spread(times)}


def endless(index: Index, rows: list[dict]) -> dict:
    """Queries of 6,000 characters, of four kinds: the longest time of each kind, in milliseconds."""
    rng = random.Random(SEED)
    spoken = [word for row in rows for word in row["text"].split()]
    marks = string.printable + "éüñ漢字🙂“”"
    kinds = {
        "words": lambda: " ".join(rng.choices(spoken, k=LENGTH // 3)),
        "one word": lambda: f"{rng.choice(spoken)} " * LENGTH,
        "noise": lambda: "".join(rng.choices(marks, k=LENGTH)),
        "no spaces": lambda: "".join(rng.choices(string.ascii_lowercase, k=LENGTH)),
    }
    told = {}
    for name, make in kinds.items():
        longest, answered = 0.0, 0
        for _ in range(ENDLESS):
            query = Query(make()[:LENGTH])
            start = time.process_time()
            answered += bool(index.find(query, LIMIT).hits)
            longest = max(longest, time.process_time() - start)
        told[name] = {"longest": longest * 1000, "answered": answered}
    return told


def folder_of(size: int) -> Path:
    """The folder of a corpus, written anew where the corpus or the writing changed."""
    folder = CORPORA / f"banks/{size}"
    mark, now = folder / ".written", stamp(corpus(size), HERE / "bank.py", HERE / "topics.txt")
    if not mark.exists() or mark.read_text() != now:
        write_bank(read_rows(corpus(size)), folder)
        mark.write_text(now)
    return folder


def command(size: int, asked: Sets, ours: list[list[str]]) -> dict:
    """The real command's answers to all queries, whether they are the library's, and its time a query."""
    queries = [words for _, words in in_turn(asked)]
    options = ["--bank", str(folder_of(size)), "--batch", "-", "--limit", str(LIMIT)]
    with subprocess.Popen(
        [sys.executable, "-m", "bot", "search", *options],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        encoding="utf-8",
    ) as running:
        began = time.monotonic()
        answers = [_asked(running, queries[:1])[0]]
        first, spent = time.monotonic() - began, on_processor(running.pid)
        answers += _asked(running, queries[1:])
        spent = on_processor(running.pid) - spent
        running.stdin.close()
    return {
        "queries": len(queries),
        "first answer s": first,
        "mean": spent * 1000 / (len(queries) - 1),
        "unlike the library": sum(one != other for one, other in zip(answers, ours, strict=True)),
        "sets": worth(asked, answers),
    }


def _asked(running: subprocess.Popen[str], queries: list[str]) -> list[list[str]]:
    """The ids the command answers these queries with; all of them are waiting for it before it is done with one."""

    def ask() -> None:
        running.stdin.write("".join(json.dumps(words) + "\n" for words in queries))
        running.stdin.flush()

    asking = Thread(target=ask)
    asking.start()
    lines = [running.stdout.readline() for _ in queries]
    asking.join()
    if not all(lines):
        raise SystemExit("the command ended before it had answered everything")
    return [[hit["id"] for hit in json.loads(line)["hits"]] for line in lines]


def everything(size: int) -> dict:
    """All of it. What measures memory is done in processes of their own."""
    rows, asked = read_rows(corpus(size)), read_asked(size)
    told = {"engine": "further measures of quoth", "size": size}
    with tempfile.TemporaryDirectory() as folder:
        folder_of(size)
        for part in ("memory_and_cache", "loaded", "ready", "ready"):  # the first time nothing is kept yet
            script = [sys.executable, __file__, str(size), part, folder]
            told |= json.loads(subprocess.run(script, capture_output=True, text=True, check=True).stdout)
    bank = to_bank(rows)
    index = Index.build(bank)
    gc.freeze()
    ours = [[hit.quote.id for hit in index.find(Query(words), LIMIT).hits] for _, words in in_turn(asked)]
    told |= {"complete": typing(index, asked), "endless": endless(index, rows)}
    return told | {"command": command(size, asked, ours)}


def main() -> None:
    size, *part = sys.argv[1:]
    parts = {"memory_and_cache": memory_and_cache, "loaded": loaded, "ready": ready}
    print(json.dumps(parts[part[0]](int(size), Path(part[1])) if part else everything(int(size))))


if __name__ == "__main__":
    main()
