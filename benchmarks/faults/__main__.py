"""The long runs of the promises in docs/reliability.md, one table at the end.

Run: make faults [QUICK=1] [ONLY=killed,burst], or .venv/bin/python -m benchmarks.faults [--quick] [--only killed,burst]
"""

from __future__ import annotations

import argparse
import asyncio
import importlib
import json
import os
import platform
import sys
import time
import traceback
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path

from benchmarks.faults.lab import Lab, Row
from bot import __version__

RUNS = ("killed", "malformed", "refused", "invalid", "burst", "rate", "heavy", "reloads", "model", "soak")
BUILD = Path("build/faults")


def table(rows: list[Row]) -> str:
    """The rows as Markdown."""
    marks = {True: "yes", False: "**no**", None: "reported"}
    lines = ["| what | before | to reach | found | reached |", "|---|---|---|---|---|"]
    lines += [f"| {row.what} | {row.today} | {row.aim} | {row.found} | {marks[row.good]} |" for row in rows]
    return "\n".join(lines)


async def measure(names: list[str], lab: Lab) -> list[Row]:
    """Every run in turn; one that breaks is a red row, not the end."""
    rows: list[Row] = []
    for name in names:
        began = time.perf_counter()
        try:
            found = await importlib.import_module(f"benchmarks.faults.{name}").run(lab)
        except Exception as error:  # noqa: BLE001  whatever it is, the others are still to be run
            traceback.print_exc()
            found = [Row(f"{name}: the run broke", "–", "–", f"{type(error).__name__}: {str(error)[:200]}", False)]
        rows += found
        print(f"{name}: {time.perf_counter() - began:.0f} s", flush=True)
        for row in found:
            print(f"  {row.what}: {row.found}", {True: "", False: "  <-- red", None: ""}[row.good], flush=True)
    return rows


def last(lab: Lab) -> Row:
    """Of all requests: does Discord's description allow them, and could one have pinged somebody?"""
    sent = lab.sent
    wrong = sum(sent.wrong.values())
    judged = f"{wrong} of {sent.judged:,} judged" if sent.judged else "not judged: DISCORD_OPENAPI names no description"
    return Row(
        f"{sent.requests:,} requests: against Discord's description; pings",
        "0 of 102,995; 0",
        "0; 0",
        f"{judged}; {sent.pings}",
        not wrong and not sent.pings,
        {"wrong": dict(sent.wrong.most_common(20))},
    )


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="fewer rounds and shorter loads: a few minutes")
    parser.add_argument("--only", default="", help=f"some of {', '.join(RUNS)}, with commas")
    parser.add_argument("--seed", type=int, default=7)
    args = parser.parse_args()
    names = [name for name in args.only.split(",") if name] or list(RUNS)
    if unknown := set(names) - set(RUNS):
        parser.error(f"no such run: {', '.join(sorted(unknown))}")
    lab = Lab(args.quick, BUILD, args.seed)
    rows = [*asyncio.run(measure(names, lab)), last(lab)]
    now = datetime.now(UTC)
    about = {
        "version": __version__,
        "date": now.isoformat(timespec="seconds"),
        "quick": args.quick,
        "machine": f"{platform.machine()}, {os.cpu_count()} cores",
        "python": platform.python_version(),
    }
    BUILD.mkdir(parents=True, exist_ok=True)
    kept = BUILD / f"faults-{now:%Y%m%dT%H%M%S}.json"
    kept.write_text(json.dumps(about | {"rows": [asdict(row) for row in rows]}, indent=1, ensure_ascii=False))
    print(f"\n{about['date'][:10]}, {about['machine']}, Python {about['python']}" + (", quick" if args.quick else ""))
    print(f"\n{table(rows)}\n\nkept in {kept}")
    return any(row.good is False for row in rows)


if __name__ == "__main__":
    sys.exit(main())
