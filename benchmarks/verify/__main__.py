"""Check seeded claims against banks of 1,000, 10,000 and 100,000 quotes, beside RapidFuzz's extractOne(partial_ratio).

    python benchmarks/verify [EACH] [FOLDER]        (claims of each kind: 500; corpora: benchmarks/corpora)

Needs the corpora of benchmarks/search/corpora.py. The same claims are drawn every time; both sides see the same text on
the same machine in the same run. Times are what the processor spends on one claim, the best of three on both sides.
"""

from __future__ import annotations

import random
import resource
import statistics
import sys
import time
from collections import Counter
from dataclasses import replace
from pathlib import Path

HERE = Path(__file__).parent
sys.path[:0] = [str(HERE), str(HERE.parent / "search"), str(HERE.parents[1])]

import corpora  # noqa: E402
from bank import read_rows, to_bank  # noqa: E402
from claims import Claim, draw  # noqa: E402
from rapidfuzz import fuzz, process  # noqa: E402

from bot.bank import fingerprint  # noqa: E402  the checkout beside this script is what is measured
from bot.bank.quote import Source  # noqa: E402
from bot.verify.verdict import gravest  # noqa: E402
from bot.verify.verifier import Verifier  # noqa: E402

SEED = 20_260
REPEATS = 3
ARTICLES, PER_ARTICLE = 30, 60
PEER_CLAIMS = {1_000: 120, 10_000: 120, 100_000: 12}
THREE = {"verbatim": "real", "misattributed": "real", "altered": "altered"}


def others(folder: Path) -> list[dict]:
    """Quotes of the same collections that are in no corpus."""
    pool = corpora.unlike(corpora.collect(folder))
    random.Random(corpora.SEED).shuffle(pool)
    return [one._asdict() for one in pool[max(corpora.SIZES) :]]


def with_articles(bank, rest: list[dict]):
    """The bank with articles that hold more than its quotes, as fingerprints; and passages of them as claims."""
    held = rest[: ARTICLES * PER_ARTICLE]
    prints, sources = {}, []
    for number in range(ARTICLES):
        name = f"article-{number}"
        text = "\n".join(row["text"] for row in held[number * PER_ARTICLE : (number + 1) * PER_ARTICLE])
        prints[name] = fingerprint.make(text, name)
        sources.append(Source(name, f"Article {number}", "article"))
    return replace(bank, sources=(*bank.sources, *sources), fingerprints=prints), held


def measure(verifier: Verifier, claims: list[Claim]) -> tuple[Counter, Counter, list[float]]:
    right, all_of, took = Counter(), Counter(), []
    for claim in claims:
        spent = []
        for _ in range(REPEATS):
            began = time.thread_time()
            verdict = gravest(verifier.verify(claim.text, speaker=claim.speaker))
            spent.append(time.thread_time() - began)
        took.append(min(spent))
        all_of[claim.verdict] += 1
        right[claim.verdict] += verdict.kind == claim.verdict
        if verdict.kind != claim.verdict:
            print(f"    {claim.verdict} ({claim.made}) taken for {verdict.kind}: {claim.text[:110]}")
    return right, all_of, took


def peer(texts: list[str], claims: list[Claim]) -> tuple[list[float], float]:
    """Times of extractOne, and its balanced accuracy at telling real, altered, unknown by the two best bars."""
    took, scored = [], []
    for claim in claims:
        spent = []
        for _ in range(REPEATS):
            began = time.thread_time()
            _, score, _ = process.extractOne(claim.text, texts, scorer=fuzz.partial_ratio)
            spent.append(time.thread_time() - began)
        took.append(min(spent))
        if claim.verdict in (*THREE, "unknown"):
            scored.append((score, THREE.get(claim.verdict, claim.verdict)))
    kinds = sorted({kind for _, kind in scored})
    best = 0.0
    for high in range(80, 101):
        for low in range(40, high):
            told = [
                ("real" if score >= high else "altered" if score >= low else "unknown", kind) for score, kind in scored
            ]
            recall = [statistics.fmean(said == kind for said, kind in told if kind == wanted) for wanted in kinds]
            best = max(best, statistics.fmean(recall))
    return took, best


def main() -> None:
    each = int(sys.argv[1]) if len(sys.argv) > 1 else 500
    folder = Path(sys.argv[2]) if len(sys.argv) > 2 else HERE.parent / "corpora"
    rest = others(folder)
    print(f"{each} claims of each kind; {len(rest):,} quotes in no corpus; claims are drawn with seed {SEED}")
    for size in corpora.SIZES:
        rows = read_rows(folder / f"{size}.jsonl")
        bank, in_articles = with_articles(to_bank(rows), rest)
        claims = draw(rows, rest[len(in_articles) :], in_articles, each, SEED)
        before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        began = time.perf_counter()
        verifier = Verifier.build(bank)
        built = time.perf_counter() - began
        grown = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
        right, all_of, took = measure(verifier, claims)
        balanced = statistics.fmean(right[kind] / all_of[kind] for kind in all_of)
        print(f"{size:>7,} quotes: built in {built:.2f} s (peak memory +{grown / 1024:.0f} MB)")
        print("    " + ", ".join(f"{kind} {right[kind]}/{all_of[kind]}" for kind in all_of))
        print(f"    balanced accuracy {balanced:.4f}")
        quick = sorted(took)
        print(f"    p50 {quick[len(quick) // 2] * 1e3:.3f} ms, p95 {quick[len(quick) * 95 // 100] * 1e3:.3f} ms")
        sample = random.Random(SEED).sample(range(len(claims)), min(PEER_CLAIMS[size], len(claims)))
        theirs, best = peer([row["text"] for row in rows], [claims[place] for place in sample])
        ratio = statistics.median(theirs) / statistics.median(took[place] for place in sample)
        print(
            f"    extractOne(partial_ratio) on {len(sample)} of them: p50 {statistics.median(theirs) * 1e3:.1f} ms, "
            f"{ratio:,.0f} times as long; balanced accuracy on three kinds at the best bars {best:.3f}",
            flush=True,
        )


if __name__ == "__main__":
    main()
