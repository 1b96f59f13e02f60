"""`quoth search`: find quotes, for people and, with --json and --batch, for programs."""

from __future__ import annotations

import argparse
import contextlib
import json
import sys
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

from rich.console import Console
from rich.padding import Padding
from rich.text import Text

from ..bank.attribution import role_then, where_pieces
from ..card import reasons_sentence
from ..config import shipped_bank
from ..editions.making import open_edition
from ..errors import CallError
from ..search.evaluation import measure, read_table
from ..search.query import Query
from ..text import shown

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from ..search.index import Index
    from ..search.query import Found, Hit

LIMIT = 10
MOST = 100_000
FROM_HERE = "-"


def options(parser: argparse.ArgumentParser) -> None:
    """Declare what the command takes."""
    parser.add_argument("query", nargs="?", metavar="QUERY", help="what to look for, in any words")
    parser.add_argument("--bank", type=Path, metavar="DIR", help="the bank to look in (default: the one that ships)")
    parser.add_argument("--limit", type=_count, default=LIMIT, metavar="N", help=f"at most N quotes ({LIMIT})")
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    parser.add_argument(
        "--batch",
        metavar="FILE",
        help="read one JSON string a line from FILE, or - for standard input, and print one JSON object a line",
    )
    parser.add_argument(
        "--table", type=Path, metavar="FILE", help="measure the search against a table of what must be found"
    )


def run(args: argparse.Namespace) -> int:
    """Print what was found; 0 when done, also where nothing was found; 1 where a table is not met."""
    if sum(given is not None for given in (args.query, args.batch, args.table)) != 1:
        raise CallError(
            'say what to look for (quoth search "russia"), or name a file with --batch or --table; one of the three'
        )
    index = open_edition(args.bank or shipped_bank()).index
    if args.table is not None:
        return _measure(Console(), index, args.table)
    if args.batch is not None:
        for query in _queries(args.batch):
            _print_json(index, query, args.limit)
    elif args.json:
        _print_json(index, args.query, args.limit)
    else:
        show(Console(), index.find(Query(args.query), args.limit))
    return 0


def as_json(found: Found) -> dict[str, Any]:
    """What was found, as programs read it."""
    return {
        "query": found.query.words,
        "hits": [
            {
                "id": hit.quote.id,
                "text": hit.quote.text,
                "speaker": hit.quote.speaker.name,
                "source": hit.quote.source.id,
                "score": round(hit.score, 3),
                "why": [{"kind": why.kind, "typed": why.typed, "matched": why.matched} for why in hit.why],
            }
            for hit in found.hits
        ],
        "suggestions": [topic.id for topic in found.suggestions],
    }


def show(console: Console, found: Found) -> None:
    """Print what was found, for a person."""
    for typed, taken in found.corrections:
        console.print(Text.assemble("Showing ", (taken, "bold"), " for ", (typed, "italic"), "."))
    if found.note:
        console.print(Text(found.note, style="italic"))
    if not found.hits:
        console.print(Text.assemble("Nothing in the bank answers ", (shown(found.query.words) or "that", "bold"), "."))
        if found.suggestions:
            near = ", ".join(topic.name for topic in found.suggestions)
            console.print(Text.assemble("Near it: ", (near, "cyan")))
        return
    for place, hit in enumerate(found.hits, start=1):
        console.print()
        console.print(_head(place, hit))
        console.print(Padding(_below(hit), (0, 0, 0, 4)))


def _measure(console: Console, index: Index, path: Path) -> int:
    try:
        rows, problems = read_table(path.read_bytes(), str(path), index.bank)
    except OSError as error:
        raise CallError(f"cannot read {path}: {error.strerror or error}") from error
    if problems:
        raise CallError("\n".join(map(str, problems)))
    found = measure(index, rows)
    for met in found.unmet:
        console.print(Text.assemble(met.row.place, "  ", (met.row.query, "bold"), "  ", (met.wrong or "", "red")))
    console.print(
        f"{found.rows} rows, {len(found.unmet)} not met: nDCG@5 {found.ndcg:.3f}, P@1 {found.first:.3f}, "
        f"{found.false_answers} false answers",
        highlight=False,
    )
    return 1 if found.unmet else 0


def _head(place: int, hit: Hit) -> Padding:
    return Padding(Text.assemble((f"{place:>2}  ", "dim"), (f"“{hit.quote.text}”", "bold")), 0)


def _below(hit: Hit) -> Text:
    said_by = ", ".join(part for part in (hit.quote.speaker.name, role_then(hit.quote)) if part)
    below = Text.assemble("— ", said_by, "\n", (" · ".join(where_pieces(hit.quote)), "dim"), "\n")
    for span in reasons_sentence(hit.why, (), hit.quote):
        below.append(span.text, "cyan" if span.stressed else "dim")
    return below.append(f"{' · ' if hit.why else ''}{hit.score:.0%} · {hit.quote.id}", "dim")


def _print_json(index: Index, query: str, limit: int) -> None:
    sys.stdout.write(json.dumps(as_json(index.find(Query(query), limit))) + "\n")
    sys.stdout.flush()  # another program may be waiting for this answer before it asks again


def _queries(name: str) -> Iterator[str]:
    """The queries of a batch. Raises CallError at the first line that is none."""
    with _opened(name) as lines:
        for number, line in enumerate(_numbered(lines, name), start=1):
            if not line.strip():
                continue
            try:
                query = json.loads(line)
            except (ValueError, RecursionError):
                query = None
            if not isinstance(query, str):
                called = "standard input" if name == FROM_HERE else name
                raise CallError(f'{called}:{number}: not a JSON string; write each query on its own line, as "russia"')
            yield query


def _numbered(lines: IO[bytes], name: str) -> Iterable[str]:
    for number, line in enumerate(lines, start=1):
        try:
            yield line.decode()
        except UnicodeDecodeError:
            called = "standard input" if name == FROM_HERE else name
            raise CallError(f"{called}:{number}: not UTF-8; save the file as UTF-8") from None


def _opened(name: str) -> contextlib.AbstractContextManager[IO[bytes]]:
    if name == FROM_HERE:
        return contextlib.nullcontext(sys.stdin.buffer)
    try:
        return Path(name).open("rb")
    except OSError as error:
        raise CallError(f"cannot read {name}: {error.strerror or error}") from error


def _count(text: str) -> int:
    if not (text.isascii() and text.isdigit() and 1 <= int(text[:9]) <= MOST and len(text) < 9):
        raise argparse.ArgumentTypeError(f"must be a whole number from 1 to {MOST:,}")
    return int(text)
