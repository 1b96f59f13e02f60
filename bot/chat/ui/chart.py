"""The picture beside a timeline: how many quotes each source gives, at its date. Drawn in a process of its own.

matplotlib is optional (`quoth[charts]`) and slow to start; it never runs in the bot's process, and whatever goes wrong
with a picture, the timeline stands in words.
"""

from __future__ import annotations

import asyncio
import contextlib
import importlib
import importlib.util
import io
import json
import logging
import os
import sys
from collections import Counter
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ...bank.dates import show
from ...children import deaf_from_birth, needed, program
from ...text import shorten

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ...bank.quote import PartialDate, Quote

log = logging.getLogger(__name__)

NAME = "timeline.png"
SECONDS = 20.0
"""Time one picture may take."""
MOST_BYTES = 2 << 20
ALT = 256
"""Characters of the words that stand for a picture."""
FEWEST_QUOTES, FEWEST_DATES = 4, 3
"""Below these a picture shows nothing that a glance at the words does not."""
MOST_BARS = 24
"""With more dates than these there is one bar a year."""
OUTLETS = 6
OUTLET_SHOWN = 32
OTHERS, ALL = "other outlets", "all outlets"
# Told apart by people who do not tell red from green (Okabe and Ito), on the dark ground most people have.
COLOURS = ("#56B4E9", "#E69F00", "#009E73", "#F0E442", "#CC79A7", "#D55E00", "#AAAAAA")
INK, GROUND = "#DBDEE1", "#2B2D31"
_ROOT = str(Path(__file__).parents[3])
_START = "import sys; sys.path.append(sys.argv.pop(1)); " + program(__name__, "child()")
_NEEDED = ("PYTHONPATH", "MPLCONFIGDIR", "XDG_CONFIG_HOME", "XDG_CACHE_HOME")
"""Where matplotlib is, and where it keeps what it knows of the fonts."""
_one_at_a_time = asyncio.Semaphore(1)


@dataclass(frozen=True, slots=True)
class Bar:
    """How many quotes of an outlet, or of all, have one date. `at` is a year with its fraction."""

    at: float
    count: int
    outlet: str
    inferred: bool


def bars(quotes: Sequence[Quote]) -> tuple[Bar, ...]:
    """A bar for each outlet and date, or for each year where those are many; quotes without a date have none."""
    counts: Counter[tuple[float, str, bool]] = Counter()
    for quote in quotes:
        when = quote.said or quote.source.published
        if when is not None:
            counts[_year_with_fraction(when.first), quote.source.outlet, when.basis == "inferred"] += 1
    if len(counts) > MOST_BARS:
        years = Counter(quote.year for quote in quotes if quote.year)
        return tuple(Bar(year + 0.5, count, ALL, inferred=False) for year, count in sorted(years.items()))
    common = {outlet for outlet, _ in Counter(outlet for _, outlet, _ in counts).most_common(OUTLETS)}
    return tuple(
        Bar(at, count, shorten(outlet, OUTLET_SHOWN) if outlet in common else OTHERS, inferred)
        for (at, outlet, inferred), count in sorted(counts.items())
    )


def _year_with_fraction(date: PartialDate) -> float:
    """Where a date stands on a line of years: what is known to the year or the month, in its middle."""
    return round(date.year + ((date.month or 7) - 1) / 12 + (date.day or 15) / 366, 3)


def helps(quotes: Sequence[Quote]) -> bool:
    """Say whether a picture is worth its room, and can be drawn here."""
    shown = bars(quotes)
    enough = len(quotes) >= FEWEST_QUOTES and len({bar.at for bar in shown}) >= FEWEST_DATES
    return enough and importlib.util.find_spec("matplotlib") is not None


def alt(quotes: Sequence[Quote]) -> str:
    """The picture in words, for people who do not see it."""
    counts = Counter((show(quote.said or quote.source.published), quote.source.outlet) for quote in quotes)
    listed = "; ".join(f"{when}, {outlet}: {count}" for (when, outlet), count in counts.items())
    return shorten(f"Bars on a line of years, as high as the number of quotes. {listed}.", ALT)


async def picture(
    quotes: Sequence[Quote], *, command: Sequence[str] | None = None, seconds: float = SECONDS
) -> bytes | None:
    """A PNG, drawn by a child process within so many seconds; None where none came of it."""
    payload = json.dumps([asdict(bar) for bar in bars(quotes)]).encode()
    async with _one_at_a_time:
        drawn, why = await _run(command or (sys.executable, "-P", "-c", _START, _ROOT), payload, seconds)
    if drawn.startswith(b"\x89PNG") and len(drawn) <= MOST_BYTES:
        return drawn
    log.warning("no picture of a timeline was drawn: %s", why)
    return None


async def _run(command: Sequence[str], payload: bytes, seconds: float) -> tuple[bytes, str]:
    environ = needed(os.environ, *_NEEDED) | {"MPLBACKEND": "Agg"}
    pipe = asyncio.subprocess.PIPE
    try:
        with deaf_from_birth():  # over the await as well: one picture at a time, and nothing else is started here
            running = await asyncio.create_subprocess_exec(
                *command, stdin=pipe, stdout=pipe, stderr=asyncio.subprocess.DEVNULL, env=environ
            )
    except OSError as fault:
        return b"", f"no process could be started ({fault.strerror})"
    try:
        async with asyncio.timeout(seconds):
            drawn, _ = await running.communicate(payload)
    except TimeoutError:
        return b"", f"it took longer than {seconds:g} seconds"
    finally:
        if running.returncode is None:
            with contextlib.suppress(ProcessLookupError):
                running.kill()
            await running.wait()
    return drawn, f"the process that draws ended with status {running.returncode}"


def child() -> None:
    """Read bars, write a PNG: what the child process does."""
    shown = [Bar(**bar) for bar in json.load(sys.stdin)]
    sys.stdout.buffer.write(draw(shown))


def draw(shown: Sequence[Bar]) -> bytes:
    """The bars as a PNG. Needs matplotlib."""
    matplotlib: Any = importlib.import_module("matplotlib")
    matplotlib.use("Agg")
    matplotlib.rcParams["text.parse_math"] = False  # an outlet's name is no formula
    figures: Any = importlib.import_module("matplotlib.figure")
    figure = figures.Figure(figsize=(8, 2.8), dpi=120, facecolor=GROUND, layout="constrained")
    axes = figure.add_subplot(facecolor=GROUND)
    first, last = int(shown[0].at), int(shown[-1].at) + 1
    width = (last - first) / 80
    outlets = list(dict.fromkeys(bar.outlet for bar in shown))
    at = shown[0].at - width
    for bar in shown:
        at = max(bar.at, at + width * 1.1)  # side by side where dates are too close to tell apart
        colour = COLOURS[outlets.index(bar.outlet) % len(COLOURS)]
        axes.bar(
            at,
            bar.count,
            width,
            color=GROUND if bar.inferred else colour,
            edgecolor=colour,
            hatch="///" if bar.inferred else None,
            linewidth=1.2,
        )
        axes.annotate(str(bar.count), (at, bar.count), (0, 2), textcoords="offset points", ha="center", color=INK)
    _dress(axes, first, last, max(bar.count for bar in shown))
    _explain(axes, outlets, inferred=any(bar.inferred for bar in shown))
    target = io.BytesIO()
    figure.savefig(target, format="png", facecolor=GROUND)
    return target.getvalue()


def _dress(axes: Any, first: int, last: int, highest: int) -> None:
    step = max((last - first) // 12, 1)
    axes.set_xlim(first - 0.1, last + 0.1)
    axes.set_ylim(0, highest * 1.2 + 0.3)
    axes.set_xticks(range(first, last + 1, step), [str(year) for year in range(first, last + 1, step)])
    axes.set_yticks([])
    axes.tick_params(colors=INK)
    for side in ("top", "left", "right"):
        axes.spines[side].set_visible(False)
    axes.spines["bottom"].set_color(INK)


def _explain(axes: Any, outlets: Sequence[str], *, inferred: bool) -> None:
    patches: Any = importlib.import_module("matplotlib.patches")
    marks = [patches.Patch(color=COLOURS[place % len(COLOURS)], label=name) for place, name in enumerate(outlets)]
    if inferred:
        marks.append(patches.Patch(facecolor=GROUND, edgecolor=INK, hatch="///", label="date inferred"))
    axes.legend(
        handles=marks,
        loc="lower center",
        bbox_to_anchor=(0.5, 1.0),
        ncols=min(len(marks), 5),
        frameon=False,
        labelcolor=INK,
        fontsize=9,
    )
