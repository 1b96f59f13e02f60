"""`quoth stats`: what was asked for, what was shown and what found nothing, read from the log beside the bot."""

from __future__ import annotations

import asyncio
import json
import os
from dataclasses import asdict
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rich.console import Console, Group
from rich.panel import Panel
from rich.table import Table
from rich.text import Text

from ..bank.reader import last_day, read_bank
from ..config import Settings, load_settings
from ..editions.copies import Copies
from ..errors import CallError, LogUnavailable
from ..store.disk.status_file import read_status
from ..store.read_only_log import look
from ..text import shorten
from ..use_names import UseNames, named

if TYPE_CHECKING:
    import argparse
    from collections.abc import Callable, Sequence

    from ..bank.bank import Bank
    from ..store.records import Complaint, Counted, Report

FILE = "quoth.db"
DAYS_MOST = 36_500
COMPLAINTS = 100
BAR = 20
COUNT = 7
SHOWN = 70
_LEVELS = "▁▂▃▄▅▆▇█"


def options(parser: argparse.ArgumentParser) -> None:
    """Declare what the command takes."""
    parser.add_argument(
        "--data", type=Path, metavar="DIR", help="the data folder, or the log in it (default: as in the settings)"
    )
    parser.add_argument("--days", type=int, metavar="N", help="days to look back (default: as in the settings)")
    parser.add_argument("--json", action="store_true", help="print one object for programs")
    parser.add_argument("--complaints", action="store_true", help="also list what people reported about quotes")
    parser.add_argument("--config", type=Path, metavar="FILE", help="settings (default: QUOTH_CONFIG, config.yaml)")


def run(args: argparse.Namespace) -> int:
    """Print the counts."""
    settings = load_settings(args.config, os.environ)
    days = settings.stats_days if args.days is None else args.days
    if not 1 <= days <= DAYS_MOST:
        raise CallError(f"--days must be from 1 to {DAYS_MOST}, not {days}")
    path = args.data or settings.database
    path = path / FILE if path.is_dir() else path
    now = datetime.now(UTC)
    try:
        report, complaints = asyncio.run(_read(path, now, days, args.complaints))
    except LogUnavailable as error:
        raise CallError(str(error)) from None
    if args.json:
        print(as_json(report, complaints))
    else:
        folder, today = settings.bank_folder, last_day()
        reading = Copies(settings.data).load_reading(folder, today) or read_bank(folder, today)
        console = Console(highlight=False)
        show(console, report, complaints, reading.bank, now.date())
        status = read_status(path)
        if status is not None and status.restored:
            console.print(Text(_visible(status.restored), style="dim"))
    return 0


async def _read(path: Path, now: datetime, days: int, complaints: bool) -> tuple[Report, list[Complaint] | None]:
    async with look(path) as log:
        return await log.report_all(now, days), await log.complaints(COMPLAINTS) if complaints else None


def as_json(report: Report, complaints: Sequence[Complaint] | None) -> str:
    """One object: the report's fields, and the complaints where they were asked for."""
    said: dict[str, Any] = asdict(report) | {"answered": report.answered, "given": report.given}
    if complaints is not None:
        said["complaints"] = [asdict(complaint) | {"time": complaint.time.isoformat()} for complaint in complaints]
    return json.dumps(said, ensure_ascii=False)


def show(
    console: Console, report: Report, complaints: Sequence[Complaint] | None, bank: Bank | None, today: date
) -> None:
    """Draw a report. Without a bank, quotes and topics are shown by their ids."""
    names = UseNames(bank)
    console.print(Panel(_head(report, today), border_style=Settings().accent, padding=(0, 1)))
    for title, rows, name in (
        ("Asked for most", report.keys, names.asked_for),
        ("Shown most", report.quotes, names.shown),
        ("Found nothing", report.missed, names.missed),
        ("Asked by", report.ways, names.asked_by),
    ):
        if rows:
            console.print(_bars(title, rows, name))
    if complaints is not None:
        console.print(_reported(complaints, names))


def _head(report: Report, today: date) -> Group:
    asked = report.uses + report.misses
    lines = [
        Text.assemble(
            (f"The last {_many(report.days, 'day')}  ", "bold"),
            f"{_many(report.uses, 'quote')} given · ",
            (f"{_many(report.misses, 'query', 'queries')} found nothing", "yellow" if report.misses else ""),
            f" ({report.misses / asked:.0%})" if asked else "",
        )
    ]
    if report.by_day:
        lines.append(_days(report.by_day, today, min(report.days, 60)))
    if report.failed or report.expired or report.unknown or report.waiting:
        lines.append(_ends(report))
    if report.lost:
        lines.append(Text(f"{_many(report.lost, 'use')} could not be written and were only counted.", style="red"))
    return Group(*lines)


def _ends(report: Report) -> Text:
    """What became of the requests that no answer is known to have reached."""
    why = ", ".join(f"{reason.count} {_visible(reason.name)}" for reason in report.reasons)
    ends = (
        (report.failed, f"failed ({why})"),
        (report.expired, "came too late"),
        (report.unknown, "with an unknown end"),
        (report.waiting, "under way"),
    )
    said = " · ".join(f"{count} {what}" for count, what in ends if count)
    return Text(f"{_many(report.given, 'request')} taken: {report.answered} answered · {said}", style="dim")


def _days(by_day: Sequence[Counted], today: date, width: int) -> Text:
    """A mark for each day, the last on the right; a day without uses is a dot."""
    counts = {counted.name: counted.count for counted in by_day}
    most = max(counts.values())
    line = Text()
    for back in range(width - 1, -1, -1):
        count = counts.get((today - timedelta(days=back)).isoformat(), 0)
        line.append(_LEVELS[(count * len(_LEVELS) - 1) // most] if count else "·", "cyan" if count else "dim")
    return line.append(f"  to {today.isoformat()}, most on a day: {most}", "dim")


def _bars(title: str, rows: Sequence[Counted], name: Callable[[str], str]) -> Table:
    table = Table(
        title=title, title_justify="left", title_style="bold", box=None, show_header=False, padding=(0, 1), expand=True
    )
    table.add_column(justify="right", style="bold", width=COUNT)
    table.add_column(width=BAR)
    table.add_column(overflow="ellipsis", no_wrap=True, ratio=1)
    called = named(rows, name)
    most = called[0][1]
    for said, count in called:
        bar = Text("━" * max(1, round(count / most * BAR)), style="cyan")
        table.add_row(str(count), bar, Text(shorten(_visible(said), SHOWN)))
    return table


def _reported(complaints: Sequence[Complaint], names: UseNames) -> Table | Text:
    if not complaints:
        return Text("Nobody reported a problem with a quote.")
    table = Table(title="Reported", title_justify="left", title_style="bold", box=None, padding=(0, 1))
    for column in ("when", "quote", "edition", "what is wrong"):
        table.add_column(column, header_style="dim")
    for complaint in complaints:
        quote = Text.assemble(
            (_visible(complaint.quote), "bold"), "\n", shorten(_visible(names.shown(complaint.quote)), SHOWN)
        )
        table.add_row(
            f"{complaint.time:%Y-%m-%d %H:%M}", quote, _visible(complaint.edition), Text(_visible(complaint.text))
        )
    return table


def _many(count: int, singular: str, plural: str | None = None) -> str:
    return f"{count} {singular if count == 1 else plural or singular + 's'}"


def _visible(text: str) -> str:
    """Text from the log as a terminal may show it: nothing in it steers the terminal."""
    return "".join(mark if mark.isprintable() else "�" for mark in text)
