"""`quoth fingerprint ARTICLE`: make the fingerprint of an article, for a person to look over."""

from __future__ import annotations

import argparse
import re
import sys
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from ..bank.article import read_article
from ..bank.drafting.layout import only_article
from ..bank.drafting.speech import find_speech, spans
from ..bank.fingerprint import dump, make
from ..bank.sentences import placed
from ..errors import CallError

if TYPE_CHECKING:
    from ..bank.fingerprint import Fingerprint, Kind

_ID = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
_RANGE = re.compile(r"([1-9][0-9]{0,5})(?:-([1-9][0-9]{0,5}))?")


def options(parser: argparse.ArgumentParser) -> None:
    """Declare what the command takes."""
    parser.add_argument("article", type=Path, metavar="ARTICLE", help="the article, as text or as a saved web page")
    parser.add_argument("--source-id", metavar="ID", help="the source's id (default: the file's name)")
    parser.add_argument("--out", type=Path, metavar="FILE", help="where to write it (default: the terminal)")
    parser.add_argument("--from", dest="first", type=int, metavar="LINE", help="the article's first line")
    parser.add_argument(
        "--to", dest="last", type=int, metavar="LINE", help="its last line (default: before the comments)"
    )
    parser.add_argument(
        "--review", action="store_true", help="show each unit with its mark and its words; write nothing"
    )
    parser.add_argument(
        "--said", type=_range, action="append", default=[], metavar="N[-M]", help="units that are speech"
    )
    parser.add_argument("--told", type=_range, action="append", default=[], metavar="N[-M]", help="units that are not")


def run(args: argparse.Namespace) -> int:
    """Write the fingerprint; 0 when done."""
    source = source_id(args.source_id, args.article)
    text = _chosen(read_article(args.article).text, args.first, args.last)
    fingerprint = fingerprint_of(text, source, complete=args.last is not None)
    fingerprint = _marked(_marked(fingerprint, args.said, "said"), args.told, "told")
    if not fingerprint.units:
        raise CallError(f"{args.article} holds no words; give an article saved as text or as a web page")
    if args.review:
        _review(text, fingerprint)
    elif args.out is None:
        sys.stdout.write(dump(fingerprint))
    else:
        _write(args.out, dump(fingerprint))
    return 0


def fingerprint_of(text: str, source: str, *, complete: bool = False) -> Fingerprint:
    """The fingerprint of an article with its speech marked, without comments and menus (unless `complete`)."""
    speech = find_speech(text)
    article_text = text if complete else only_article(text, speech.layout)
    return make(article_text, source, speech=spans(speech))


def source_id(given: str | None, article: Path) -> str:
    """The source's id: as given, else the file's name. Raises CallError when it is none."""
    name = given if given is not None else article.stem.lower()
    if len(name) > 100 or not _ID.fullmatch(name):
        raise CallError(f"“{name}” is no source id (a-z, 0-9 and single hyphens); give one with --source-id")
    return name


def _range(given: str) -> tuple[int, int]:
    match = _RANGE.fullmatch(given)
    if match is None:
        raise argparse.ArgumentTypeError(f"“{given}” is no range of units; write 12 or 12-15")
    return int(match[1]), int(match[2] or match[1])


def _chosen(text: str, first: int | None, last: int | None) -> str:
    lines = text.splitlines(keepends=True)
    begin, end = 1 if first is None else first, max(1, len(lines)) if last is None else last
    if not 1 <= begin <= end:
        raise CallError(f"lines {begin} to {end} are no range of lines; the article has {len(lines)}")
    return "".join(lines[begin - 1 : end])


def _marked(fingerprint: Fingerprint, ranges: list[tuple[int, int]], kind: Kind) -> Fingerprint:
    for first, last in ranges:
        if not first <= last <= len(fingerprint.units):
            raise CallError(f"there are no units {first}-{last}; --review shows {len(fingerprint.units)} of them")
    units = tuple(
        unit._replace(kind=kind) if any(first <= number <= last for first, last in ranges) else unit
        for number, unit in enumerate(fingerprint.units, start=1)
    )
    return replace(fingerprint, units=units)


def _review(text: str, fingerprint: Fingerprint) -> None:
    places = placed(text)
    for number, unit in enumerate(fingerprint.units, start=1):
        said = " ".join(text[places[unit.start][1] : places[unit.end - 1][2]].split())
        print(f"{number:4} {'+' if unit.kind == 'said' else '-'} {said}")


def _write(path: Path, text: str) -> None:
    try:
        path.write_text(text, encoding="utf-8")
    except OSError as error:
        raise CallError(f"cannot write {path}: {error.strerror or error}") from error
