"""The search benchmark: our engine and its peers, the same corpora, the same queries, one run.

    python benchmarks/search/run.py [--sizes 1000,10000,100000] [--engines quoth,…] [--resume] [--no-further]

Needs the packages of requirements.in in the environment that runs it, and, for the peers that run in node, `npm
install` done in benchmarks/corpora/node; `make -C benchmarks/search` does it all. What is measured is written after
every engine; --resume keeps what an interrupted run measured of the very same code, corpus and queries. A slow peer
answers fewer queries, and none is waited for longer than so many seconds; how many it answered stands in the table.
Times are processor times. An engine that answers all queries quickly is run in five processes, one in each round over
all engines, and the shortest time of each query counts: what else goes on in the machine only ever makes it longer.
"""

from __future__ import annotations

import argparse
import contextlib
import gc
import json
import os
import platform
import subprocess
import sys
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
sys.path[:0] = [str(ROOT), str(HERE)]

from asked import CORPORA, Sets, by_set, corpus, in_turn, name_of, read_asked, spread, stamp, worth  # noqa: E402
from bank import read_rows, to_bank  # noqa: E402
from engines import ENGINES, FEWER, IN_NODE, OURS, PEERS, quoth  # noqa: E402
from process import resident  # noqa: E402

FURTHER = "further measures of quoth"
MOST = 45
"""Seconds of processor time that all answers of one engine to one corpus may take."""
ROUNDS, QUICK = 5, 10
"""An engine whose answers take less than so many seconds in all is run so many times."""
PATIENCE = 600
"""Seconds after which an engine that does not come back is given up."""


def measure(engine: str, size: int) -> dict:
    """One engine on one corpus: run in a process of its own, so that memory is its own."""
    asked = read_asked(size)
    fewer = FEWER.get(engine, {}).get(size)
    asked = {name: each[:fewer] for name, each in asked.items()}
    queries = [words for _, words in in_turn(asked)]
    told = _in_node(engine, size, queries) if engine in IN_NODE else _here(engine, size, queries)
    answers = told.pop("answers")
    result = {"engine": engine, "size": size, **told, "sets": worth(asked, [ids for ids, _ in answers])}
    if len(answers) < len(queries):
        result["stopped"] = len(answers)
    times = [spent for _, spent in answers]
    return result | {"each": times}


def _counted(one: dict, asked: Sets) -> dict:
    """A result with what its times were like."""
    fewer = FEWER.get(one["engine"], {}).get(one["size"])
    asked = {name: each[:fewer] for name, each in asked.items()}
    return one | spread(one["each"]) | {"times": by_set(asked, one["each"])}


def _quicker(one: dict, other: dict) -> dict:
    """Two runs of an engine as one: of each time the shorter. The answers are those of the first."""
    each = list(map(min, one["each"], other["each"]))
    return one | {"each": each, "built": min(one["built"], other["built"]), "rounds": one["rounds"] + 1}


def _here(engine: str, size: int, queries: list[str]) -> dict:
    rows = read_rows(corpus(size))
    build, given = (quoth, to_bank(rows)) if engine == OURS else (PEERS[engine], rows)
    gc.freeze()
    before = resident()
    start = time.process_time()
    find = build(given)
    built = time.process_time() - start
    memory = resident() - before
    gc.freeze()
    answers: list[tuple[list[str], float]] = []
    first = time.process_time()
    for words in queries:
        start = time.process_time()
        if start - first > MOST:
            break
        ids = find(words)
        answers.append((ids, (time.process_time() - start) * 1000))
    return {"built": built, "memory": memory / 1e6, "answers": answers}


def _in_node(engine: str, size: int, queries: list[str]) -> dict:
    with tempfile.TemporaryDirectory() as folder:
        questions, results = Path(folder, "queries.json"), Path(folder, "results.json")
        questions.write_text(json.dumps(queries), "utf-8")
        script = [HERE / "node_peers.js", engine, corpus(size), questions, results, CORPORA / "node", str(MOST * 1000)]
        subprocess.run(["node", "--expose-gc", "--max-old-space-size=8192", *script], check=True)
        told = json.loads(results.read_text("utf-8"))
    return told | {"built": told["built"] / 1000, "memory": told["memory"] / 1e6}


def _stamp(engine: str, size: int, queries: str) -> str:
    """What a result depends on: where it is the same, measuring again would tell the same."""
    files = [corpus(size), HERE / "run.py", HERE / "asked.py"]
    if engine in {OURS, FURTHER}:
        files += [*sorted(ROOT.glob("bot/**/*.py")), *sorted(ROOT.glob("bot/**/*.bin")), HERE / "bank.py"]
    if engine == FURTHER:
        files.append(HERE / "further.py")
    else:
        files.append(HERE / ("node_peers.js" if engine in IN_NODE else "engines.py"))
    return stamp(*files, also=f"{engine} {queries}")


def _run(engine: str, size: int) -> dict | None:
    """The result of an engine in a process of its own; None, and why, where there is none."""
    script = ["further.py", str(size)] if engine == FURTHER else ["run.py", "--one", engine, str(size)]
    command = [sys.executable, HERE / script[0], *script[1:]]
    try:
        told = subprocess.run(command, capture_output=True, text=True, check=False, timeout=PATIENCE)
    except subprocess.TimeoutExpired:
        print(f"{engine} at {size:,}: given up after {PATIENCE} s", file=sys.stderr)
        return None
    if told.returncode:
        print(f"{engine} at {size:,}: failed\n{told.stderr[-800:]}", file=sys.stderr)
        return None
    return json.loads(told.stdout.splitlines()[-1])


def _tell(one: dict) -> None:
    if one["engine"] == FURTHER:
        print(f"{one['size']:>7,} {FURTHER}")
        return
    hits = " ".join(f"{each['hit@1']:.3f}" for each in one["sets"].values())
    times = f"p50 {one['p50']:8.3f} p99 {one['p99']:8.3f} ms {one['built']:5.2f} s"
    stopped = f"  stopped after {one['stopped']} queries" if "stopped" in one else ""
    print(f"{one['size']:>7,} {one['engine']:46} {times}  {hits}{stopped}", flush=True)


def machine() -> str:
    """What it ran on."""
    python = f"Python {platform.python_version()}"
    return f"{platform.machine()}, {os.cpu_count()} cores, {python}, {platform.system()}"


def _load() -> float | None:
    with contextlib.suppress(OSError):
        return os.getloadavg()[0]
    return None


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sizes", default="1000,10000,100000")
    parser.add_argument("--engines", help="separated by semicolons; all unless said")
    parser.add_argument("--out", type=Path, default=CORPORA / "results.json")
    parser.add_argument("--resume", action="store_true", help="keep what was measured of the very same code and corpus")
    parser.add_argument(
        "--no-further", action="store_true", help="leave out memory, autocomplete, cache and the command"
    )
    parser.add_argument("--one", nargs=2, help=argparse.SUPPRESS)
    args = parser.parse_args()
    if args.one:
        print(json.dumps(measure(args.one[0], int(args.one[1]))))
        return
    engines = args.engines.split(";") if args.engines else [*ENGINES, *([] if args.no_further else [FURTHER])]
    if unknown := set(engines) - {*ENGINES, FURTHER}:
        parser.error(f"no engine is called {', '.join(sorted(unknown))}; there are {'; '.join((*ENGINES, FURTHER))}")
    sizes = [int(size) for size in args.sizes.split(",")]
    known = json.loads(args.out.read_text("utf-8"))["results"] if args.resume and args.out.exists() else []
    results = [one for one in known if one["engine"] not in engines or one["size"] not in sizes]
    failed = 0
    for number in range(1, ROUNDS + 1):
        for size in sizes:
            asked = read_asked(size)
            for engine in engines:
                now = _stamp(engine, size, name_of(asked))
                place = (engine, size, now)
                before = next((one for one in known if (one["engine"], one["size"], one.get("stamp")) == place), None)
                if before is not None and (before.get("rounds", ROUNDS) >= number or _is_slow(before)):
                    if number == 1:
                        results.append(before)
                    continue
                one = _run(engine, size)
                if one is None:
                    failed += 1
                    continue
                if before is None:
                    dated = {"when": f"{datetime.now(UTC):%Y-%m-%d %H:%M UTC}", "load": _load(), "rounds": 1}
                    one = {**dated, **one, "stamp": now}
                else:
                    results.remove(before)
                    known.remove(before)
                    one = _quicker(before, one)
                if engine != FURTHER:
                    one = _counted(one, asked)
                results.append(one)
                known.append(one)
                _tell(one)
                _write(args.out, results)
    if failed:
        raise SystemExit(f"{failed} failed; mend them and go on with --resume")


def _is_slow(one: dict) -> bool:
    return one["engine"] == FURTHER or "stopped" in one or sum(one["each"]) > QUICK * 1000


def _write(out: Path, results: list[dict]) -> None:
    order = [*ENGINES, FURTHER]
    results.sort(key=lambda one: (one["size"], order.index(one["engine"])))
    told = {"when": min(one["when"] for one in results), "machine": machine(), "results": results}
    out.write_text(json.dumps(told, indent=1), "utf-8")


if __name__ == "__main__":
    main()
