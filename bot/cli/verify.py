"""`quoth verify`: check a quotation word by word, for people and, with --json and --batch, for programs."""

from __future__ import annotations

import contextlib
import json
import sys
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

from rich.console import Console
from rich.text import Text

from ..bank.attribution import role_then, where_pieces
from ..bank.link import link_label, passage_link
from ..config import shipped_bank
from ..editions.making import open_edition
from ..errors import CallError
from ..text import shorten, shown
from ..verify.comparison import pasted, source
from ..verify.verdict import gravest
from ..verify.verifier import Verifier

if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterator, Sequence

    from ..bank.quote import Quote
    from ..verify.verdict import Piece, Verdict

FROM_HERE = "-"
LONGEST = 100_000
"""Characters of a text that are taken at all; checking stops long before."""
_SHOWN = 500
_STYLES = {
    "verbatim": "green",
    "altered": "yellow",
    "spliced": "yellow",
    "misattributed": "red",
    "in_source": "blue",
    "unknown": "dim",
}


def options(parser: argparse.ArgumentParser) -> None:
    """Declare what the command takes."""
    parser.add_argument(
        "text", nargs="?", metavar="TEXT", help="the quotation, or a message with one; standard input when left out"
    )
    parser.add_argument("--bank", type=Path, metavar="DIR", help="the bank to check in (default: the one that ships)")
    parser.add_argument("--speaker", metavar="NAME", help="who is said to have said it")
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    parser.add_argument(
        "--batch",
        metavar="FILE",
        help='read one {"text": …, "speaker": …} a line from FILE (- for standard input), print one JSON object a line',
    )


def run(args: argparse.Namespace) -> int:
    """Print the verdict; 0 when done, whatever it is."""
    if args.batch is not None and (args.text is not None or args.speaker is not None):
        raise CallError("give one quotation (with --speaker), or a file of them with --batch; not both")
    if args.batch is not None:
        verifier = _verifier(args.bank)
        for text, speaker in _claims(args.batch):
            _print_json(verifier, text, speaker)
        return 0
    text = _standard_input() if args.text in (None, FROM_HERE) else args.text
    if not text.strip():
        raise CallError('say what to check: quoth verify "We need both." (or pipe it in)')
    if len(text) > LONGEST:
        raise CallError(f"that text has {len(text):,} characters; {LONGEST:,} are read at most")
    verifier = _verifier(args.bank)
    if args.json:
        _print_json(verifier, text, args.speaker)
    else:
        show(Console(highlight=False), verifier.verify(text, speaker=args.speaker))
    return 0


def as_json(text: str, verdicts: tuple[Verdict, ...]) -> dict[str, Any]:
    """The gravest verdict on a text, as programs read it; with all of them where there are several quotations."""
    data = {"text": text, **_verdict_data(gravest(verdicts))}
    if len(verdicts) > 1:
        data["quotations"] = [{"text": verdict.text, **_verdict_data(verdict)} for verdict in verdicts]
    return data


def _verdict_data(verdict: Verdict) -> dict[str, Any]:
    return {
        "verdict": verdict.kind,
        "quote": verdict.quote.id if verdict.quote else None,
        "source": verdict.source.id if verdict.source else None,
        "score": round(verdict.score, 3),
        "diff": [list(change) for change in verdict.diff],
    }


def show(console: Console, verdicts: tuple[Verdict, ...]) -> None:
    """Print the verdicts for a person."""
    for place, verdict in enumerate(verdicts):
        if place:
            console.print()
        _show(console, verdict)


def _show(console: Console, verdict: Verdict) -> None:
    name = verdict.kind.replace("_", " ").upper()
    console.print(Text.assemble((f"{name}  ", f"bold {_STYLES[verdict.kind]}"), shown(verdict.sentence)))
    if verdict.pieces:
        for name, pieces in (("pasted", pasted(verdict)), ("source", source(verdict))):
            console.print(_marked(name, pieces, marked=not console.is_terminal))
    else:
        console.print(Text(f"    pasted: “{shown(shorten(' '.join(verdict.text.split()), _SHOWN))}”", "dim"))
    for passage in verdict.passages:
        console.print(Text(f"    “{passage}”"))
    for quote in verdict.quotes[: len(verdict.passages) or 1]:
        _show_quote(console, quote)


def _marked(name: str, pieces: Sequence[Piece], *, marked: bool) -> Text:
    """One of two texts, with what the other does not have in bold; with marks where no style shows."""
    line = Text(f"    {name}: “")
    for piece in pieces:
        mark = "**" if marked and piece.kind != "same" else ""
        line.append(f"{mark}{shown(piece.text)}{mark}", "" if piece.kind == "same" else "bold")
    return line.append("”")


def _show_quote(console: Console, quote: Quote) -> None:
    said_by = ", ".join(part for part in (quote.speaker.name, role_then(quote)) if part)
    console.print()
    console.print(Text(f"    “{quote.text}”", "bold"))
    console.print(Text(f"    — {said_by}"))
    console.print(Text(f"    {' · '.join((*where_pieces(quote), quote.id))}", "dim"))
    if address := passage_link(quote):
        console.print(Text.assemble(f"    {link_label(quote)}: ", (address, "underline")), soft_wrap=True)


def _verifier(folder: Path | None) -> Verifier:
    return Verifier.beside(open_edition(folder or shipped_bank()).index)


def _print_json(verifier: Verifier, text: str, speaker: str | None) -> None:
    sys.stdout.write(json.dumps(as_json(text, verifier.verify(text, speaker=speaker))) + "\n")
    sys.stdout.flush()  # another program may be waiting for this answer before it asks again


def _standard_input() -> str:
    try:
        return sys.stdin.buffer.read(LONGEST * 4 + 1).decode()
    except UnicodeDecodeError:
        raise CallError("standard input is not UTF-8") from None


def _claims(name: str) -> Iterator[tuple[str, str | None]]:
    """The claims of a batch. Raises CallError at the first line that is none."""
    called = "standard input" if name == FROM_HERE else name
    with _opened(name) as lines:
        for number, raw in enumerate(lines, start=1):
            if not raw.strip():
                continue
            try:
                claim = json.loads(raw.decode())
            except UnicodeDecodeError:
                raise CallError(f"{called}:{number}: not UTF-8; save the file as UTF-8") from None
            except (ValueError, RecursionError):
                claim = None
            if isinstance(claim, dict) and isinstance(claim.get("text"), str):
                speaker = claim.get("speaker")
                if speaker is None or isinstance(speaker, str):
                    yield claim["text"], speaker
                    continue
            example = '{"text": "We need both.", "speaker": "Jens Stoltenberg"}'
            raise CallError(f"{called}:{number}: not a claim; write each on its own line, as {example}")


def _opened(name: str) -> contextlib.AbstractContextManager[IO[bytes]]:
    if name == FROM_HERE:
        return contextlib.nullcontext(sys.stdin.buffer)
    try:
        return Path(name).open("rb")
    except OSError as error:
        raise CallError(f"cannot read {name}: {error.strerror or error}") from error
