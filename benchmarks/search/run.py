"""The search benchmark: our engine and its peers, the same corpora, the same queries, one run.

    python benchmarks/search/run.py [--sizes 1000,10000,100000] [--engines quoth,tantivy,…] [--write docs]

Needs the packages of requirements.in in the environment that runs it, and, for the peers that run in node, `npm
install`
done in benchmarks/corpora/node; `make -C benchmarks/search` does it all. Even queries of each set are for tuning, odd
ones are reported here. A slow peer answers fewer of them; the number stands in the table. Times are processor times,
which what else runs on the machine changes little.
"""

from __future__ import annotations

import argparse
import gc
import json
import os
import platform
import resource
import sqlite3
import subprocess
import sys
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
CORPORA = ROOT / "benchmarks/corpora"
sys.path[:0] = [str(ROOT), str(HERE)]

import queries as sets  # noqa: E402
from bank import read_rows, to_bank  # noqa: E402

LIMIT = 5
REPORTED = slice(1, None, 2)
SLOW = {"rapidfuzz WRatio", "rapidfuzz token_set_ratio", "thefuzz token_set_ratio", "fuse.js"}
FEWER = {1_000: 60, 10_000: 20, 100_000: 3}
"""Queries of each set that a slow peer answers, by the size of the corpus."""


def document(row: dict) -> str:
    """What the peers that know one field only are given of a quote."""
    return " ".join((row["text"], row["speaker"], " ".join(row["topics"])))


def quoth(rows: list[dict]):
    """Ours."""
    from bot.search.index import Index
    from bot.search.query import Query

    index = Index.build(to_bank(rows))
    return lambda words: [hit.quote.id for hit in index.find(Query(words), LIMIT).hits]


def fuzzy(scorer):
    """rapidfuzz over the quotes themselves, with its own recommended preprocessing and a cutoff of 60."""

    def build(rows: list[dict]):
        from rapidfuzz import process, utils

        texts = [utils.default_process(document(row)) for row in rows]
        ids = [row["id"] for row in rows]
        return lambda words: [
            ids[at]
            for _, _, at in process.extract(
                utils.default_process(words), texts, scorer=scorer(), limit=LIMIT, score_cutoff=60
            )
        ]

    return build


def wratio():
    from rapidfuzz import fuzz

    return fuzz.WRatio


def token_set():
    from rapidfuzz import fuzz

    return fuzz.token_set_ratio


def thefuzz(rows: list[dict]):
    """thefuzz, which many bots use."""
    from thefuzz import fuzz, process

    texts = {row["id"]: document(row) for row in rows}
    return lambda words: [
        found[2]
        for found in process.extractBests(words, texts, scorer=fuzz.token_set_ratio, score_cutoff=60, limit=LIMIT)
    ]


def fts5(tokenizer: str):
    """SQLite's full-text search; any word may match, bm25 ranks."""

    def build(rows: list[dict]):
        base = sqlite3.connect(":memory:")
        base.execute(
            f"CREATE VIRTUAL TABLE quotes USING fts5(id UNINDEXED, text, speaker, topics, tokenize='{tokenizer}')"
        )
        base.executemany(
            "INSERT INTO quotes VALUES (?, ?, ?, ?)",
            ((row["id"], row["text"], row["speaker"], " ".join(row["topics"])) for row in rows),
        )

        def find(words: str) -> list[str]:
            asked = " OR ".join(f'"{word}"' for word in words.split())
            found = base.execute("SELECT id FROM quotes WHERE quotes MATCH ? ORDER BY rank LIMIT ?", (asked, LIMIT))
            return [row[0] for row in found]

        return find

    return build


def tantivy(rows: list[dict]):
    """tantivy with fuzzy terms of one edit on every field, swaps counted as one, as its documentation shows."""
    import tantivy as engine

    schema = engine.SchemaBuilder()
    schema.add_text_field("id", stored=True, tokenizer_name="raw")
    for name in ("text", "speaker", "topics"):
        schema.add_text_field(name, tokenizer_name="en_stem" if name == "text" else "default")
    built = schema.build()
    index = engine.Index(built)
    writer = index.writer()
    for row in rows:
        writer.add_document(
            engine.Document(id=row["id"], text=row["text"], speaker=row["speaker"], topics=" ".join(row["topics"]))
        )
    writer.commit()
    writer.wait_merging_threads()
    index.reload()
    searcher = index.searcher()
    fields = dict.fromkeys(("text", "speaker", "topics"), (False, 1, True))

    def find(words: str) -> list[str]:
        asked, _ = index.parse_query_lenient(words, ["text", "speaker", "topics"], fuzzy_fields=fields)
        return [searcher.doc(address)["id"][0] for _, address in searcher.search(asked, LIMIT).hits]

    return find


def bm25(rows: list[dict]):
    """bm25s with its English stop words and stemmer."""
    import bm25s
    import Stemmer

    stemmer = Stemmer.Stemmer("english")
    ids = [row["id"] for row in rows]
    engine = bm25s.BM25()
    engine.index(
        bm25s.tokenize([document(row) for row in rows], stopwords="en", stemmer=stemmer, show_progress=False),
        show_progress=False,
    )

    def find(words: str) -> list[str]:
        asked = bm25s.tokenize(words, stopwords="en", stemmer=stemmer, show_progress=False)
        found, scores = engine.retrieve(asked, k=LIMIT, show_progress=False)
        return [ids[at] for at, score in zip(found[0], scores[0], strict=True) if score > 0]

    return find


ENGINES = {
    "quoth": quoth,
    "rapidfuzz WRatio": fuzzy(wratio),
    "rapidfuzz token_set_ratio": fuzzy(token_set),
    "thefuzz token_set_ratio": thefuzz,
    "SQLite FTS5 porter": fts5("porter unicode61"),
    "SQLite FTS5 trigram": fts5("trigram"),
    "tantivy": tantivy,
    "bm25s": bm25,
    "minisearch": None,
    "fuse.js": None,
}


def node(engine: str, size: int, asked: list[str]) -> dict:
    """Run a peer in node over the same files."""
    with tempfile.TemporaryDirectory() as folder:
        questions, results = Path(folder, "queries.json"), Path(folder, "results.json")
        questions.write_text(json.dumps(asked))
        script = [HERE / "node_peers.js", engine, CORPORA / f"{size}.jsonl", questions, results, CORPORA / "node"]
        subprocess.run(["node", "--max-old-space-size=8192", *script], check=True)
        return json.loads(results.read_text())


def measure(engine: str, size: int) -> dict:
    """One engine on one corpus: run in a process of its own, so that memory is its own."""
    rows = read_rows(CORPORA / f"{size}.jsonl")
    drawn = {name: asked[REPORTED] for name, asked in sets.draw(rows).items()}
    if engine in SLOW:
        drawn = {name: asked[: FEWER[size]] for name, asked in drawn.items()}
    flat = [asked for each in drawn.values() for asked in each]
    gc.collect()
    gc.freeze()
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    if ENGINES[engine] is None:
        told = node(engine, size, [asked.words for asked in flat])
        built, memory, answers = told["built"] / 1000, told["memory"], told["answers"]
    else:
        start = time.process_time()
        find = ENGINES[engine](rows)
        built = time.process_time() - start
        memory = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) * 1024
        answers = []
        for asked in flat:
            start = time.process_time()
            ids = find(asked.words)
            answers.append((ids, (time.process_time() - start) * 1000))
    result = {"engine": engine, "size": size, "built": built, "memory": memory / 1e6, "sets": {}}
    place = 0
    for name, each in drawn.items():
        mine = answers[place : place + len(each)]
        place += len(each)
        pairs = list(zip(each, mine, strict=True))
        result["sets"][name] = {
            "queries": len(each),
            "hit@1": sum(bool(ids) and ids[0] in asked.right for asked, (ids, _) in pairs) / len(each),
            "hit@5": sum(not asked.right.isdisjoint(ids) for asked, (ids, _) in pairs) / len(each),
            "answered": sum(bool(ids) for _, (ids, _) in pairs) / len(each),
        }
    times = sorted(spent for _, spent in answers)
    result |= {"p50": times[len(times) // 2], "p99": times[int(len(times) * 0.99)], "longest": times[-1]}
    return result


def machine() -> str:
    """What it ran on."""
    python = f"Python {platform.python_version()}"
    return f"{platform.machine()}, {os.cpu_count()} cores, {python}, {platform.system()}"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sizes", default="1000,10000,100000")
    parser.add_argument("--engines", default=",".join(ENGINES))
    parser.add_argument("--out", type=Path, default=CORPORA / "results.json")
    parser.add_argument("--one", nargs=2, help=argparse.SUPPRESS)
    args = parser.parse_args()
    if args.one:
        print(json.dumps(measure(args.one[0], int(args.one[1]))))
        return
    results = []
    for size in map(int, args.sizes.split(",")):
        for engine in args.engines.split(","):
            told = subprocess.run(
                [sys.executable, __file__, "--one", engine, str(size)], capture_output=True, text=True, check=False
            )
            if told.returncode:
                print(f"{engine} at {size:,}: failed\n{told.stderr[-800:]}", file=sys.stderr)
                continue
            one = json.loads(told.stdout.splitlines()[-1])
            results.append(one)
            hits = " ".join(f"{each['hit@1']:.3f}" for each in one["sets"].values())
            print(
                f"{size:>7,} {engine:26} p50 {one['p50']:8.3f} p99 {one['p99']:8.3f} ms {one['built']:5.2f} s  {hits}"
            )
    when = datetime.now(UTC).strftime("%Y-%m-%d %H:%M UTC")
    args.out.write_text(json.dumps({"when": when, "machine": machine(), "results": results}, indent=1))


if __name__ == "__main__":
    main()
