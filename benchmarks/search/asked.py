"""The queries of a corpus on disk, drawn once and the same for every engine; and what an engine's answers are worth."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
CORPORA = ROOT / "benchmarks/corpora"
DRAWN_BY = ("queries.py", "foreign.py", "offtopic.txt", "topics.txt")
REPORTED = slice(1, None, 2)
FIRST = 5

Sets = dict[str, list[tuple[str, set[str], set[str]]]]
"""For each set its queries: the words, the right answers, and those that hold another form."""


def corpus(size: int) -> Path:
    """The file of a corpus."""
    return CORPORA / f"{size}.jsonl"


def stamp(*files: Path, also: str = "") -> str:
    """What these files are, in short: the same as long as no byte of them changes."""
    told = hashlib.sha256(also.encode())
    for file in files:
        told.update(hashlib.sha256(file.read_bytes()).digest())
    return told.hexdigest()[:16]


def read_asked(size: int) -> Sets:
    """The reported queries of a corpus; drawn anew where the corpus or the drawing changed."""
    path = CORPORA / f"queries-{size}.json"
    now = stamp(corpus(size), *(HERE / name for name in DRAWN_BY))
    told = json.loads(path.read_text("utf-8")) if path.exists() else {}
    if told.get("stamp") != now:
        told = {"stamp": now, "sets": _draw(size)}
        path.write_text(json.dumps(told), "utf-8")
    return {
        name: [(words, set(right), set(forms)) for words, right, forms in each[REPORTED]]
        for name, each in told["sets"].items()
    }


def name_of(asked: Sets) -> str:
    """What these queries and their right answers are, in short."""
    told = [(name, [(words, sorted(right)) for words, right, _ in each]) for name, each in asked.items()]
    return hashlib.sha256(json.dumps(told).encode()).hexdigest()[:16]


def _draw(size: int) -> dict[str, list]:
    from bank import read_rows
    from queries import draw

    drawn = draw(read_rows(corpus(size)))
    for name, each in drawn.items():
        print(f"{size:>7,} {name:24} {len(each)} queries, {len({one.words for one in each})} unlike")
    return {name: [(one.words, sorted(one.right), sorted(one.forms)) for one in each] for name, each in drawn.items()}


def in_turn(asked: Sets) -> list[tuple[str, str]]:
    """Set and words of every query, one of each set in turn: whoever stops early has answered as many of each."""
    most = max(map(len, asked.values()))
    return [(name, each[at][0]) for at in range(most) for name, each in asked.items() if at < len(each)]


def worth(asked: Sets, answers: list[list[str]]) -> dict[str, dict[str, float]]:
    """Hits and answers of each set, from the answers to the first queries of `in_turn`."""
    given: dict[str, list[list[str]]] = {name: [] for name in asked}
    for (name, _), ids in zip(in_turn(asked), answers, strict=False):
        given[name].append(ids)
    told = {}
    for name, each in given.items():
        pairs = list(zip(asked[name], each, strict=False))
        counted = {
            "hit@1": sum(ids[:1] != [] and ids[0] in right for (_, right, _), ids in pairs),
            "hit@5": sum(not right.isdisjoint(ids[:FIRST]) for (_, right, _), ids in pairs),
            "form@1": sum(ids[:1] != [] and ids[0] in right | forms for (_, right, forms), ids in pairs),
            "answered": sum(bool(ids) for _, ids in pairs),
        }
        unlike = len({words for (words, _, _), _ in pairs})
        told[name] = {
            "queries": len(each),
            "unlike": unlike,
            **{what: count / max(1, len(each)) for what, count in counted.items()},
        }
    return told


def by_set(asked: Sets, times: list[float]) -> dict[str, dict[str, float]]:
    """What times were like in each set, from those of the first queries of `in_turn`."""
    spent: dict[str, list[float]] = {}
    for (name, _), each in zip(in_turn(asked), times, strict=False):
        spent.setdefault(name, []).append(each)
    return {name: spread(each) for name, each in spent.items()}


def spread(times: list[float]) -> dict[str, float]:
    """What times were like: the median, the hundredth longest, the longest and the mean."""
    ordered = sorted(times)
    middle, late = ordered[len(ordered) // 2], ordered[int(len(ordered) * 0.99)]
    return {"p50": middle, "p99": late, "longest": ordered[-1], "mean": sum(ordered) / len(ordered)}
