"""`quoth draft ARTICLE`: propose the quotes of an article as a YAML file for a person to finish."""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..bank.article import read_article
from ..bank.drafting.draft import draft
from ..bank.drafting.layout import only_article
from ..bank.drafting.speech import spans
from ..bank.drafting.written import SURE, written
from ..bank.fingerprint import dump, make
from ..bank.reader import read_bank
from ..config import shipped_bank
from ..errors import CallError
from . import aside
from .fingerprint import source_id

if TYPE_CHECKING:
    import argparse

    from ..bank.article import Article
    from ..bank.bank import Bank
    from ..bank.drafting.draft import Draft


def options(parser: argparse.ArgumentParser) -> None:
    """Declare what the command takes."""
    parser.add_argument("article", type=Path, metavar="ARTICLE", help="the article, as text or as a saved web page")
    parser.add_argument("--source-id", metavar="ID", help="the source's id (default: the file's name)")
    parser.add_argument(
        "--bank", type=Path, metavar="DIR", help="whose topics and speakers to use (default: the shipped bank)"
    )
    parser.add_argument(
        "--out", type=Path, metavar="DIR", default=Path("drafts"), help="where to write (default: drafts/)"
    )
    parser.add_argument("--force", action="store_true", help="write over an older draft")
    parser.add_argument("--json", action="store_true", help="print the proposals for programs; write nothing")


def run(args: argparse.Namespace) -> int:
    """Propose; 0 when done, 1 when no direct speech was found."""
    source = source_id(args.source_id, args.article)
    article = read_article(args.article)
    bank = read_bank(args.bank or shipped_bank()).bank
    speakers, topics = (bank.speakers, bank.topics) if bank else ((), ())
    found = draft(article, speakers=speakers, topics=topics, taken=_taken(bank, source))
    if args.json:
        json.dump(_shown(found, article), sys.stdout, ensure_ascii=False, indent=2)
        print()
        return 0 if found.quotes else 1
    if bank is None:
        aside("quoth draft: the bank has faults (see `quoth check`); no topics are proposed")
    fingerprint = make(only_article(article.text, found.speech.layout), source, speech=spans(found.speech))
    yaml = written(found, args.article.name, speakers)
    paths = _write(args.out, {f"{source}.yaml": yaml, f"{source}.txt": dump(fingerprint)}, force=args.force)
    _tell(found, article, paths)
    return 0 if found.quotes else 1


def _taken(bank: Bank | None, source: str) -> set[str]:
    return {quote.id for quote in bank.quotes if quote.source.id != source} if bank else set()


def _shown(found: Draft, article: Article) -> dict[str, Any]:
    return {
        "quotes": [
            {
                "text": quote.text,
                "segments": [list(article.in_file(start, end)) for start, end in quote.segments],
                "speaker": quote.speaker,
                "confidence": round(quote.confidence, 2),
                "why": quote.why,
            }
            for quote in found.quotes
        ],
        "source": {key: guess._asdict() for key, guess in found.source.facts.items()},
        "doubts": [{"line": _line(article, doubt.start), "message": doubt.message} for doubt in found.speech.doubts],
    }


def _line(article: Article, start: int) -> int:
    return article.text.count("\n", 0, start) + 1


def _write(folder: Path, files: dict[str, str], *, force: bool) -> list[Path]:
    paths = [folder / name for name in files]
    there = [path for path in paths if os.path.lexists(path)]
    if there and not force:
        raise CallError(f"{there[0]} is there already; --force writes over it, --out writes elsewhere")
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for path, text in zip(paths, files.values(), strict=True):
            path.write_text(text, encoding="utf-8")
    except OSError as error:
        raise CallError(f"cannot write to {folder}: {error.strerror or error}") from error
    return paths


def _tell(found: Draft, article: Article, paths: list[Path]) -> None:
    unsure = sum(1 for quote in found.quotes if quote.confidence < SURE)
    print(f"{len(found.quotes)} quotes proposed, {unsure} of them unsure; written to {' and '.join(map(str, paths))}")
    for doubt in found.speech.doubts:
        print(f"line {_line(article, doubt.start)}: {doubt.message}")
    if not found.quotes:
        print("no direct speech was found: it needs quotation marks with a speaker, or labels with colons")
