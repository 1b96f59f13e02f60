"""What the search is to reach, by the size of the corpus, and whether a run reached it."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable

SIZES = (1_000, 10_000, 100_000)
ANSWERABLE = (
    "clean known item",
    "one typo in every word",
    "one misspelt word",
    "speaker + topic, typos",
    "prefix",
    "misremembered",
)
OFF = "off-topic"


class Run(NamedTuple):
    """What a run measured on one corpus: each engine's result by its name, our further measures, our p50 at 1,000."""

    size: int
    engines: dict[str, dict]
    further: dict
    first_p50: float

    @property
    def ours(self) -> dict:
        """Our engine's result."""
        return self.engines["quoth"]


class Aim(NamedTuple):
    """One aim: what is measured, how, the bound at each size (None: no aim there), and how a figure is shown."""

    what: str
    measure: Callable[[Run], float]
    bounds: tuple[float | None, float | None, float | None]
    most: bool = False
    shown: str = ".3f"


def hit(name: str, how: str = "hit@1") -> Callable[[Run], float]:
    """A share of one of our sets."""
    return lambda run: run.ours["sets"][name][how]


def of_command(name: str, how: str = "hit@1") -> Callable[[Run], float]:
    """The same of the command's answers."""
    return lambda run: run.further["command"]["sets"][name][how]


def kept(sets: dict[str, dict]) -> float:
    """The share of the answerable queries whose right answer is among the first five."""
    asked = [sets[name] for name in ANSWERABLE if sets[name]["queries"]]
    return sum(each["hit@5"] * each["queries"] for each in asked) / max(1, sum(each["queries"] for each in asked))


def times(peer: str, how: str) -> Callable[[Run], float]:
    """How many times as long a peer takes."""
    return lambda run: run.engines[peer][how] / run.ours[how]


def measure(name: str, *further: str) -> Callable[[Run], float]:
    """One of our further measures."""

    def found(run: Run) -> float:
        told = run.further[name]
        for key in further:
            told = told[key]
        return told

    return found


def endless(run: Run) -> float:
    """The longest of the queries of 6,000 characters."""
    return max(kind["longest"] for kind in run.further["endless"].values())


CLEAN, TYPOS, ALONE, SPOKEN = ANSWERABLE[:4]
PLAIN = "rapidfuzz WRatio, no cutoff"
AIMS = (
    Aim("clean known item, hit@1", hit(CLEAN), (0.995, 0.995, 0.995)),
    Aim("one typo in every word, hit@1", hit(TYPOS), (0.98, 0.96, 0.95)),
    Aim("speaker + topic with typos, hit@1", hit(SPOKEN), (0.98, 0.97, None)),
    Aim("… hit@5", hit(SPOKEN, "hit@5"), (None, None, 0.95)),
    Aim("one misspelt word alone, hit@1", hit(ALONE), (0.98, 0.93, 0.90)),
    Aim("right answers kept at the bar", lambda run: kept(run.ours["sets"]), (0.95, 0.95, 0.92)),
    Aim("off-topic answered", hit(OFF, "answered"), (0.01, 0.01, 0.01), most=True),
    Aim("p50, ms", lambda run: run.ours["p50"], (0.08, 0.15, 0.2), most=True),
    Aim("p99, ms", lambda run: run.ours["p99"], (0.4, 0.8, 1.2), most=True),
    Aim("p50 against that at 1,000", lambda run: run.ours["p50"] / run.first_p50, (None, None, 2.5), True, ".2f"),
    Aim("WRatio's p50 (cutoff 60) is … times ours", times("rapidfuzz WRatio", "p50"), (100, None, 3000), False, ",.0f"),
    Aim("… by the mean", times("rapidfuzz WRatio", "mean"), (100, None, 3000), False, ",.0f"),
    Aim("WRatio's p50 (no cutoff) is … times ours", times(PLAIN, "p50"), (100, None, 3000), False, ",.0f"),
    Aim("… by the mean", times(PLAIN, "mean"), (100, None, 3000), False, ",.0f"),
    Aim(
        "tantivy's p50 (no stemming) is … times ours",
        times("tantivy, no stemming", "p50"),
        (None, None, 4),
        shown=".1f",
    ),
    Aim("… by the mean", times("tantivy, no stemming", "mean"), (None, None, 4), shown=".1f"),
    Aim("tantivy's p50 (stemming) is … times ours", times("tantivy, stemming", "p50"), (None, None, 4), shown=".1f"),
    Aim("… by the mean", times("tantivy, stemming", "mean"), (None, None, 4), shown=".1f"),
    Aim("minisearch's p50 is … times ours", times("minisearch", "p50"), (None, None, 20), shown=".1f"),
    Aim("… by the mean", times("minisearch", "mean"), (None, None, 20), shown=".1f"),
    Aim("built cold, s", lambda run: run.ours["built"], (None, None, 3), True, ".2f"),
    Aim("index loaded from its cache, s", measure("cache loaded s"), (None, None, 0.1), most=True),
    Aim("ready with all that is kept, s", measure("ready s"), (None, None, 1), True, ".2f"),
    Aim("memory grown by the loaded index, MB", measure("loaded grown MB"), (None, None, 100), True, ".1f"),
    Aim(
        "… by the built one, with what building left behind, MB",
        measure("index grown MB"),
        (None, None, 100),
        True,
        ".1f",
    ),
    Aim("autocomplete p99, ms", measure("complete", "p99"), (None, None, 2), True, ".2f"),
    Aim("longest query of 6,000 characters, ms", endless, (None, None, 20), True, ".2f"),
    Aim("the command: clean, hit@1", of_command(CLEAN), (0.995, 0.995, 0.995)),
    Aim("the command: typos, hit@1", of_command(TYPOS), (0.98, 0.96, 0.95)),
    Aim("the command: speaker + topic, hit@1", of_command(SPOKEN), (0.98, 0.97, None)),
    Aim("the command: … hit@5", of_command(SPOKEN, "hit@5"), (None, None, 0.95)),
    Aim("the command: one word, hit@1", of_command(ALONE), (0.98, 0.93, 0.90)),
    Aim("the command: kept", lambda run: kept(run.further["command"]["sets"]), (0.95, 0.95, 0.92)),
    Aim("the command: off-topic answered", of_command(OFF, "answered"), (0.01, 0.01, 0.01), most=True),
)
EXTRAS = (
    ("index built, s", measure("built s"), ".2f"),
    ("index loaded from its cache, s", measure("cache loaded s"), ".3f"),
    ("index saved to its cache, s", measure("cache saved s"), ".2f"),
    ("process started to ready, with all that is kept, s", measure("ready s"), ".2f"),
    ("cache on disk, MB", measure("cache MB"), ".1f"),
    ("memory grown by building, MB", measure("index grown MB"), ".1f"),
    ("memory grown by loading, MB", measure("loaded grown MB"), ".1f"),
    ("sum of the objects in the index, MB", measure("index sum MB"), ".1f"),
    ("autocomplete p50, ms", measure("complete", "p50"), ".3f"),
    ("autocomplete p99, ms", measure("complete", "p99"), ".3f"),
    ("autocomplete longest, ms", measure("complete", "longest"), ".2f"),
    ("6,000 characters: words, longest, ms", measure("endless", "words", "longest"), ".2f"),
    ("6,000 characters: one word repeated, ms", measure("endless", "one word", "longest"), ".2f"),
    ("6,000 characters: noise, ms", measure("endless", "noise", "longest"), ".2f"),
    ("6,000 characters: no spaces, ms", measure("endless", "no spaces", "longest"), ".2f"),
    ("`quoth search --batch`: mean a query, ms", measure("command", "mean"), ".3f"),
    ("`quoth search --batch`: start to first answer, s", measure("command", "first answer s"), ".1f"),
    ("`quoth search --batch`: answers unlike the library's", measure("command", "unlike the library"), "d"),
)


def runs(results: list[dict], further: str) -> list[Run]:
    """What was measured, by the size of the corpus; sizes at which our engine was not measured are left out."""
    told = []
    for size in sorted({one["size"] for one in results}):
        engines = {one["engine"]: one for one in results if one["size"] == size}
        if "quoth" in engines:
            mine = engines["quoth"]["p50"]
            told.append(Run(size, engines, engines.pop(further, {}), told[0].first_p50 if told else mine))
    return told


def judge(aim: Aim, run: Run) -> tuple[str, bool | None]:
    """The figure as shown with its bound, and whether it is met; None where there is no aim or nothing was measured."""
    bound = aim.bounds[SIZES.index(run.size)] if run.size in SIZES else None
    try:
        figure = aim.measure(run)
    except KeyError:
        return "–", None
    shown = format(figure, aim.shown)
    if bound is None:
        return shown, None
    met = figure <= bound if aim.most else figure >= bound
    return f"{shown} ({'≤' if aim.most else '≥'} {bound:,g}: {'met' if met else '**not met**'})", met
