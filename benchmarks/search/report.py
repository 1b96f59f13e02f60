"""Write the tables and the plot of the search benchmark into docs, from what run.py measured.

    python benchmarks/search/report.py [RESULTS]        (default: benchmarks/corpora/results.json)

Replaces what stands between the two marks in docs/benchmarks.md, and docs/images/search-benchmark.png.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs/benchmarks.md"
PLOT = ROOT / "docs/images/search-benchmark.png"
BEGIN, END = "<!-- search results: begin -->", "<!-- search results: end -->"
SHORT = {
    "clean known item": "clean",
    "one typo in every word": "typos",
    "one misspelt word": "one word",
    "speaker + topic, typos": "speaker + topic",
    "prefix": "prefix",
    "misremembered": "misremembered",
}
OFF = "off-topic"


def table(results: list[dict], size: int) -> list[str]:
    """One table, of one size."""
    lines = [
        f"### {size:,} quotes",
        "",
        "| engine | " + " | ".join(SHORT.values()) + " | kept | off-topic answered | p50 ms | p99 ms | built s |",
        "|---|" + "---:|" * (len(SHORT) + 5),
    ]
    for one in results:
        if one["size"] != size:
            continue
        sets = one["sets"]
        cells = [f"{sets[name]['hit@1']:.3f} / {sets[name]['hit@5']:.3f}" for name in SHORT]
        kept = sum(sets[name]["hit@5"] * sets[name]["queries"] for name in SHORT) / sum(
            sets[name]["queries"] for name in SHORT
        )
        few = "" if sets[OFF]["queries"] >= 300 else f" ({sets[OFF]['queries']} queries a set)"
        lines.append(
            f"| {one['engine']}{few} | "
            + " | ".join(cells)
            + f" | {kept:.3f} | {sets[OFF]['answered']:.3f} | {one['p50']:.3f} | {one['p99']:.3f} | {one['built']:.2f}"
            + " |"
        )
    return [*lines, ""]


def plot(results: list[dict]) -> None:
    """Quality against time: up and to the left is better."""
    import matplotlib as mpl

    mpl.use("Agg")
    from matplotlib import pyplot as plt

    sizes = sorted({one["size"] for one in results})
    figure, axes = plt.subplots(1, len(sizes), figsize=(5 * len(sizes), 4.2), sharey=True)
    names = list(dict.fromkeys(one["engine"] for one in results))
    colours = dict(zip(names, plt.cm.tab10.colors, strict=False))
    for axis, size in zip(axes if len(sizes) > 1 else [axes], sizes, strict=True):
        for one in results:
            if one["size"] == size:
                mean = sum(one["sets"][name]["hit@1"] for name in SHORT) / len(SHORT)
                mine = one["engine"] == "quoth"
                axis.scatter(
                    one["p50"],
                    mean,
                    s=140 if mine else 60,
                    marker="*" if mine else "o",
                    color=colours[one["engine"]],
                    label=one["engine"],
                )
        axis.set(xscale="log", title=f"{size:,} quotes", xlabel="p50, ms of processor time", ylim=(0, 1.03))
        axis.grid(alpha=0.3)
    (axes[0] if len(sizes) > 1 else axes).set_ylabel("hit@1, mean of the six sets")
    handles, labels = (axes[0] if len(sizes) > 1 else axes).get_legend_handles_labels()
    figure.legend(handles, labels, loc="lower center", ncol=5, frameon=False, fontsize=8)
    figure.tight_layout(rect=(0, 0.12, 1, 1))
    PLOT.parent.mkdir(exist_ok=True)
    figure.savefig(PLOT, dpi=110)


def main() -> None:
    path = Path(sys.argv[1]) if len(sys.argv) > 1 else ROOT / "benchmarks/corpora/results.json"
    told = json.loads(path.read_text())
    lines = [f"Run {told['when']} on {told['machine']}. Cells are hit@1 / hit@5.", ""]
    for size in sorted({one["size"] for one in told["results"]}):
        lines += table(told["results"], size)
    before, rest = DOCS.read_text("utf-8").split(BEGIN)
    after = rest.split(END)[1]
    DOCS.write_text(f"{before}{BEGIN}\n{chr(10).join(lines)}{END}{after}", "utf-8")
    plot(told["results"])


if __name__ == "__main__":
    main()
