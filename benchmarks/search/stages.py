"""Where the time of one search goes: how long each stage takes, and what the cheapest part of each costs by itself.

    python benchmarks/search/stages.py [--sizes 1000,100000]

Every reported query is asked once of a cold index in each of five rounds; of each stage of a query the shortest time
counts. Prints the mean of each stage in microseconds of processor time, for every set of queries.
"""

from __future__ import annotations

import argparse
import gc
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

HERE = Path(__file__).parent
sys.path[:0] = [str(HERE.parents[1]), str(HERE)]

from asked import corpus, in_turn, read_asked  # noqa: E402
from bank import read_rows, to_bank  # noqa: E402

from bot.search.index import Index  # noqa: E402
from bot.search.indexing.edit_neighbours import EditNeighbours  # noqa: E402
from bot.search.parsing.query_parser import QueryParser  # noqa: E402
from bot.search.query import Query  # noqa: E402
from bot.search.ranking import retrieval  # noqa: E402

if TYPE_CHECKING:
    from collections.abc import Callable

ROUNDS = 5
STAGES = ("neighbours", "reading", "ranking", "re-ranking", "all")
spent = dict.fromkeys(STAGES, 0.0)


def timed(stage: str, function: Callable[..., Any]) -> Callable[..., Any]:
    """The same function, which adds what it takes to its stage."""

    def run(*args: Any, **kwargs: Any) -> Any:
        start = time.process_time()
        try:
            return function(*args, **kwargs)
        finally:
            spent[stage] += time.process_time() - start

    return run


def measure(size: int) -> None:
    """Print the stages of one corpus."""
    asked = in_turn(read_asked(size))
    bank = to_bank(read_rows(corpus(size)))
    least: list[dict[str, float]] = [{} for _ in asked]
    for _ in range(ROUNDS):
        index = Index.build(bank)
        find = timed("all", index.find)
        gc.collect()
        gc.freeze()
        for at, (_, words) in enumerate(asked):
            spent.update(dict.fromkeys(STAGES, 0.0))
            find(Query(words), 5)
            least[at] = {stage: min(took, least[at].get(stage, took)) for stage, took in spent.items()}
    names = list(dict.fromkeys(name for name, _ in asked))
    print(f"\n{size:,} quotes, mean µs\n| set | {' | '.join(STAGES)} |\n|---|{'---:|' * len(STAGES)}")
    for name in (*names, "all sets"):
        mine = [one for one, (of, _) in zip(least, asked, strict=True) if name in (of, "all sets")]
        told = [f"{sum(one[stage] for one in mine) / len(mine) * 1e6:.0f}" for stage in STAGES]
        print(f"| {name} | {' | '.join(told)} |")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sizes", default="1000,100000")
    args = parser.parse_args()
    EditNeighbours.neighbours = timed("neighbours", EditNeighbours.neighbours)  # type: ignore[method-assign]
    QueryParser.terms = timed("reading", QueryParser.terms)  # type: ignore[method-assign]
    retrieval.score_candidates = timed("ranking", retrieval.score_candidates)
    retrieval.rerank = timed("re-ranking", retrieval.rerank)
    for size in map(int, args.sizes.split(",")):
        measure(size)


if __name__ == "__main__":
    main()
