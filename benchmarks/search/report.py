"""Write the tables and the plot of the search benchmark into docs, from what run.py measured.

    python benchmarks/search/report.py [--print] [RESULTS]        (default: benchmarks/corpora/results.json)

Replaces what stands between the two marks in docs/benchmarks.md, and docs/images/search-benchmark.png. --print writes
nothing but prints the tables.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
sys.path[:0] = [str(ROOT), str(HERE)]

from aims import AIMS, ANSWERABLE, EXTRAS, OFF, Run, judge, kept, runs  # noqa: E402
from engines import NOT_RANKED  # noqa: E402
from run import FURTHER  # noqa: E402

DOCS = ROOT / "docs/benchmarks.md"
PLOT = ROOT / "docs/images/search-benchmark.png"
BEGIN, END = "<!-- search results: begin -->", "<!-- search results: end -->"
SHORT = dict(zip(ANSWERABLE, ("clean", "typos", "one word", "speaker + topic", "prefix", "misremembered"), strict=True))
ENOUGH = 3
"""Of fewer queries no share is told."""
WHOLE = 300


def table(run: Run) -> list[str]:
    """One table, of one size."""
    lines = [
        f"### {run.size:,} quotes",
        "",
        "| engine | "
        + " | ".join(SHORT.values())
        + " | kept | off-topic answered | p50 ms | p99 ms | mean ms | built s | MB |",
        "|---|" + "---:|" * (len(SHORT) + 7),
    ]
    lines += [_row(one) for name, one in run.engines.items() if name not in NOT_RANKED]
    if run.further:
        lines.append(_command_row(run.further["command"]))
    return [*lines, "", *_forms(run), *_by_set(run), *_notes(run)]


def _row(one: dict) -> str:
    sets = one["sets"]
    fewest = min(each["queries"] for each in sets.values())
    most = max(each["queries"] for each in sets.values())
    said = "" if fewest >= WHOLE else f"{fewest} queries a set" if fewest == most else f"{fewest}–{most} queries a set"
    if "stopped" in one:
        said = f"stopped after {one['stopped']} queries"
    name = one["engine"] + (f" ({said})" if said else "")
    times = f"{one['p50']:.3f} | {one['p99']:.3f} | {one['mean']:.3f} | {one['built']:.2f} | {one['memory']:.0f}"
    return f"| {name} | {_shares(sets)} | {times} |"


def _command_row(told: dict) -> str:
    return f"| `quoth search --batch` | {_shares(told['sets'])} | | | {told['mean']:.3f} | | |"


def _shares(sets: dict[str, dict]) -> str:
    enough = min(each["queries"] for each in sets.values()) >= ENOUGH
    if not enough:
        return " | ".join(["–"] * (len(SHORT) + 2))
    cells = [f"{sets[name]['hit@1']:.3f} / {sets[name]['hit@5']:.3f}" for name in SHORT]
    return " | ".join([*cells, f"{kept(sets):.3f}", f"{sets[OFF]['answered']:.3f}"])


def _forms(run: Run) -> list[str]:
    """How often one misspelt word alone is found where its other forms count as well."""
    told = [
        f"{name} {one['sets']['one misspelt word']['form@1']:.3f}"
        for name, one in run.engines.items()
        if name == "quoth" or name.startswith(("tantivy", "minisearch"))
        if one["sets"]["one misspelt word"]["queries"] >= ENOUGH
    ]
    return [f"One word, where a quote that holds another form of it counts as right too: {', '.join(told)}.", ""]


def _by_set(run: Run) -> list[str]:
    """How long our engine takes for each set."""
    sets = {**SHORT, OFF: OFF}
    told = [f"{sets[name]} {each['p50']:.2f} / {each['p99']:.2f}" for name, each in run.ours["times"].items()]
    return [f"quoth by set, p50 / p99 in ms: {', '.join(told)}.", ""]


def _notes(run: Run) -> list[str]:
    """The times of engines that are asked in another way."""
    told = [
        f"{name.removeprefix('rapidfuzz ')}: p50 {one['p50']:.2f} ms, mean {one['mean']:.2f} ms"
        for name, one in run.engines.items()
        if name in NOT_RANKED
    ]
    if not told:
        return []
    return [
        "rapidfuzz is in the table at its quickest: texts folded beforehand, cutoff 60. " + "; ".join(told) + ".",
        "",
    ]


def aims(measured: list[Run]) -> list[str]:
    """Our figures beside the aims."""
    head = " | ".join(f"{run.size:,}" for run in measured)
    lines = ["### Aims", "", f"| | {head} |", "|---|" + "---|" * len(measured)]
    verdicts = []
    for aim in AIMS:
        judged = [judge(aim, run) for run in measured]
        verdicts += [met for _, met in judged if met is not None]
        lines.append(f"| {aim.what} | " + " | ".join(shown for shown, _ in judged) + " |")
    return [*lines, "", f"{sum(verdicts)} of {len(verdicts)} are met.", ""]


def further(measured: list[Run]) -> list[str]:
    """What else was measured of ours."""
    told = [run for run in measured if run.further]
    if not told:
        return []
    head = " | ".join(f"{run.size:,}" for run in told)
    lines = ["### Further measures of quoth", "", f"| | {head} |", "|---|" + "---:|" * len(told)]
    for what, measure, shown in EXTRAS:
        lines.append(f"| {what} | " + " | ".join(format(measure(run), shown) for run in told) + " |")
    return [*lines, ""]


def drawn(measured: list[Run]) -> list[str]:
    """How many queries there were, and of how many kinds the off-topic ones."""
    told = [
        f"{run.ours['sets'][OFF]['queries']} a set at {run.size:,} quotes ({run.ours['sets'][OFF]['unlike']} unlike "
        "off-topic ones)"
        for run in measured
    ]
    return [f"Reported queries: {', '.join(told)}.", ""]


def plot(measured: list[Run]) -> None:
    """Quality against time: up and to the left is better."""
    import matplotlib as mpl

    mpl.use("Agg")
    from matplotlib import pyplot as plt

    figure, axes = plt.subplots(1, len(measured), figsize=(5 * len(measured), 4.2), sharey=True, squeeze=False)
    names = list(dict.fromkeys(name for run in measured for name in run.engines if name not in NOT_RANKED))
    colours = dict(zip(names, plt.cm.tab20.colors, strict=False))
    for axis, run in zip(axes[0], measured, strict=True):
        for name, one in run.engines.items():
            if name in NOT_RANKED or min(each["queries"] for each in one["sets"].values()) < ENOUGH:
                continue
            mean = sum(one["sets"][each]["hit@1"] for each in SHORT) / len(SHORT)
            mine = name == "quoth"
            axis.scatter(
                one["p50"],
                mean,
                s=140 if mine else 60,
                marker="*" if mine else "o",
                color=colours[name],
                label=name,
            )
        axis.set(xscale="log", title=f"{run.size:,} quotes", xlabel="p50, ms of processor time", ylim=(0, 1.03))
        axis.grid(alpha=0.3)
    axes[0][0].set_ylabel("hit@1, mean of the six sets")
    handles, labels = axes[0][0].get_legend_handles_labels()
    figure.legend(handles, labels, loc="lower center", ncol=5, frameon=False, fontsize=8)
    figure.tight_layout(rect=(0, 0.12, 1, 1))
    PLOT.parent.mkdir(exist_ok=True)
    figure.savefig(PLOT, dpi=110)


def load(results: list[dict]) -> str:
    """How busy the machine was, as it says itself."""
    loads = [one["load"] for one in results if one.get("load") is not None]
    return f" The load was {min(loads):.1f} to {max(loads):.1f}." if loads else ""


def main() -> None:
    given = [word for word in sys.argv[1:] if word != "--print"]
    told = json.loads(Path(given[0] if given else ROOT / "benchmarks/corpora/results.json").read_text("utf-8"))
    results = told["results"]
    measured = runs(results, FURTHER)
    last = max(one["when"] for one in results)
    when = told["when"] + (
        f" to {last.removeprefix(told['when'][:11])}" if last[:10] == told["when"][:10] else f" to {last}"
    )
    lines = [f"Run {when} on {told['machine']}.{load(results)} Cells are hit@1 / hit@5.", "", *drawn(measured)]
    for run in measured:
        lines += table(run)
    text = "\n".join([*lines, *further(measured), *aims(measured)])
    if "--print" in sys.argv:
        print(text)
        return
    before, rest = DOCS.read_text("utf-8").split(BEGIN)
    after = rest.split(END)[1]
    DOCS.write_text(f"{before}{BEGIN}\n{text}{END}{after}", "utf-8")
    plot(measured)


if __name__ == "__main__":
    main()
