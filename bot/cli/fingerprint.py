"""`quoth fingerprint ARTICLE`: make the fingerprint of an article."""

from __future__ import annotations

import re
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from bot.bank.article import read_article
from bot.bank.fingerprint import dump, make
from bot.errors import CallError

if TYPE_CHECKING:
    import argparse

_ID = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")


def options(parser: argparse.ArgumentParser) -> None:
    """Declare what the command takes."""
    parser.add_argument("article", type=Path, metavar="ARTICLE", help="the article, as text or as a saved web page")
    parser.add_argument("--source-id", metavar="ID", help="the source's id (default: the file's name)")
    parser.add_argument("--out", type=Path, metavar="FILE", help="where to write it (default: the terminal)")


def run(args: argparse.Namespace) -> int:
    """Write the fingerprint; 0 when done."""
    source = source_id(args.source_id, args.article)
    text = dump(make(read_article(args.article).text, source))
    if args.out is None:
        sys.stdout.write(text)
        return 0
    try:
        args.out.write_text(text, encoding="utf-8")
    except OSError as error:
        raise CallError(f"cannot write {args.out}: {error.strerror or error}") from error
    return 0


def source_id(given: str | None, article: Path) -> str:
    """The source's id: as given, else the file's name. Raises CallError when it is none."""
    name = given if given is not None else article.stem.lower()
    if len(name) > 100 or not _ID.fullmatch(name):
        raise CallError(f"“{name}” is no source id (a-z, 0-9 and single hyphens); give one with --source-id")
    return name
