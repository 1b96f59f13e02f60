"""An index kept on disk, so that a large bank is ready at once. It is only ever a copy: what is wrong with it is
built anew."""

from __future__ import annotations

import contextlib
import json
from typing import TYPE_CHECKING

import Stemmer

from bot.columns import text_of
from bot.editions import cache_files as files
from bot.search.asking.dates import Dates
from bot.search.held.known import Known
from bot.search.index import Index
from bot.strict_yaml import no_collection

if TYPE_CHECKING:
    from pathlib import Path

    from bot.bank.bank import Bank
    from bot.columns import Columns

KIND = "index"


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


def save(index: Index, folder: Path) -> Path:
    """Keep an index. Raises OSError where that cannot be done; what was there before then still stands."""
    return files.keep(folder, KIND, _key(index.bank), pack_index(index))


def load(bank: Bank, folder: Path) -> Index | None:
    """The index kept of this very bank; None where there is none, or none that is whole."""
    parts = files.recall(folder, KIND, _key(bank))
    if parts is None:
        return None
    try:
        with no_collection():
            return unpack_index(bank, parts)
    except Exception:  # noqa: BLE001  whatever is wrong with a copy, it is made anew
        return None


def pack_index(index: Index) -> Columns:
    """An index as parts."""
    parts: Columns = {f"known.{name}": part for name, part in index.known.pack().items()}
    parts |= {f"dates.{name}": part for name, part in index.dates.pack().items()}
    parts["years"] = json.dumps({topic: index.years_of(topic) for topic in index.topics})
    return parts


def unpack_index(bank: Bank, parts: Columns) -> Index:
    """The index that was packed. Raises ValueError, TypeError, KeyError or IndexError where it is none of this bank."""
    known = Known.unpack({name[6:]: part for name, part in parts.items() if name.startswith("known.")})
    dates = Dates.unpack({name[6:]: part for name, part in parts.items() if name.startswith("dates.")})
    years = {topic: span and tuple(span) for topic, span in json.loads(text_of(parts["years"])).items()}
    if known.size != len(bank.quotes):
        raise ValueError("this is the index of another bank")
    return Index(bank, known, dates, years)


def _key(bank: Bank) -> str:
    return f"{bank.key} {Stemmer.version()}"
