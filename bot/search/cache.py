"""An index kept on disk, so that a large bank is ready at once. It is only ever a copy: what is wrong with it is
built anew.

The file is a line of JSON (version, the bank's key, the parts with their lengths, a checksum) and then the parts as
they
are: numbers, bytes, texts. Reading it can run nothing, whoever wrote it; a pickle could, and a marshal can crash.
"""

from __future__ import annotations

import contextlib
import json
import sys
from array import array
from typing import TYPE_CHECKING
from zlib import crc32

from bot.search.dates import Dates
from bot.search.index import Index
from bot.search.known import Known
from bot.search.parts import text_of
from bot.strict_yaml import no_collection

if TYPE_CHECKING:
    from pathlib import Path

    from bot.bank.bank import Bank
    from bot.search.parts import Part, Parts

VERSION = 3
"""Changes with the format and with what is counted how."""
KEPT = 2
"""Caches of so many banks are kept in a folder: the one in use and the one before."""


def load_or_build(bank: Bank, folder: Path | None) -> Index:
    """The index of a bank, from its cache in `folder` where there is one; else built, and kept there for the next
    time."""
    if folder is None:
        return Index.build(bank)
    index = load(bank, folder)
    if index is None:
        index = Index.build(bank)
        with contextlib.suppress(OSError):  # a full disk or a read-only folder costs time at the next start, no answer
            save(index, folder)
    return index


def path_of(bank: Bank, folder: Path) -> Path:
    """Where the index of a bank is kept."""
    return folder / f"index-{bank.key[:16]}.cache"


def save(index: Index, folder: Path) -> Path:
    """Keep an index. Raises OSError where that cannot be done; what was there before then still stands."""
    parts: Parts = {f"known.{name}": part for name, part in index.known.pack().items()}
    parts |= {f"dates.{name}": part for name, part in index.dates.pack().items()}
    parts["years"] = json.dumps({topic: index.years_of(topic) for topic in index.topics})
    blobs = [_dump(part) for part in parts.values()]
    told = [[name, _kind(part), len(blob)] for (name, part), blob in zip(parts.items(), blobs, strict=True)]
    head = {"version": VERSION, "order": sys.byteorder, "key": index.bank.key, "parts": told, "sum": _sum(blobs)}
    folder.mkdir(parents=True, exist_ok=True)
    path = path_of(index.bank, folder)
    spare = path.with_suffix(".new")
    with spare.open("wb") as file:
        file.write(json.dumps(head).encode() + b"\n")
        file.writelines(blobs)
    spare.replace(path)
    _tidy(folder, path)
    return path


def load(bank: Bank, folder: Path) -> Index | None:
    """The index kept of this very bank; None where there is none, or none that is whole."""
    try:
        with path_of(bank, folder).open("rb") as file, no_collection():
            head = json.loads(file.readline())
            if (head["version"], head["order"], head["key"]) != (VERSION, sys.byteorder, bank.key):
                return None
            blobs = [file.read(length) for _, _, length in head["parts"]]
            if _sum(blobs) != head["sum"]:
                return None
            parts = {name: _load(kind, blob) for (name, kind, _), blob in zip(head["parts"], blobs, strict=True)}
            known = Known.unpack({name[6:]: part for name, part in parts.items() if name.startswith("known.")})
            dates = Dates.unpack({name[6:]: part for name, part in parts.items() if name.startswith("dates.")})
            years = {topic: span and tuple(span) for topic, span in json.loads(text_of(parts["years"])).items()}
            return Index(bank, known, dates, years) if known.size == len(bank.quotes) else None
    except (OSError, ValueError, KeyError, TypeError, IndexError):
        return None


def _tidy(folder: Path, newest: Path) -> None:
    """Remove the caches of banks long gone."""
    kept = sorted(folder.glob("index-*.cache"), key=lambda path: (path == newest, path.stat().st_mtime), reverse=True)
    for path in kept[KEPT:]:
        path.unlink(missing_ok=True)


def _kind(part: Part) -> str:
    if isinstance(part, array):
        return part.typecode
    return "bytes" if isinstance(part, bytes) else "ascii" if part.isascii() else "text"


def _dump(part: Part) -> bytes:
    if isinstance(part, array):
        return part.tobytes()
    if isinstance(part, bytes):
        return part
    return part.encode("ascii") if part.isascii() else part.encode("utf-32-le", "surrogatepass")


def _load(kind: str, blob: bytes) -> Part:
    if kind == "bytes":
        return blob
    if kind == "ascii":
        return blob.decode("ascii")
    if kind == "text":
        return blob.decode("utf-32-le", "surrogatepass")
    if kind not in {"I", "i", "Q"}:
        raise ValueError(f"no part is of kind {kind}")
    numbers = array(kind)
    numbers.frombytes(blob)
    return numbers


def _sum(blobs: list[bytes]) -> int:
    total = 0
    for blob in blobs:
        total = crc32(blob, total)
    return total
