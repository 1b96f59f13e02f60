"""Whether words stand in a source beyond its quotes, by its fingerprint; and how sure that is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from bot.bank.fingerprint import locate, runs
from bot.bank.windows import units_inside

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from bot.bank.fingerprint import Fingerprint

SURE = 1e-3
"""The most that the chance of a mistake may be, over all sources asked."""
LONG_RUN = 8


@dataclass(frozen=True, slots=True)
class Standing:
    """Words stand in a source from its word `start` to `end`. `is_speech` is None where nobody looked."""

    source: str
    start: int
    end: int
    is_speech: bool | None


def stands(fingerprints: Mapping[str, Fingerprint], ids: Iterable[str], run: Sequence[str]) -> Standing | None:
    """The first of these sources in which a run of words stands, for sure."""
    best: Standing | None = None
    for id_ in ids:
        fingerprint = fingerprints.get(id_)
        if fingerprint is None:
            continue
        window = fingerprint.window
        if len(run) > window and not locate(fingerprint, run[:window]):  # one hash tells most articles apart
            continue
        for start, end in locate(fingerprint, run):
            if _chance(fingerprint, start, end) * len(fingerprints) <= SURE:
                found = Standing(id_, start, end, _is_speech(fingerprint, start, end))
                if found.is_speech:
                    return found
                best = best or found
    return best


def _chance(fingerprint: Fingerprint, start: int, end: int) -> float:
    """At most: the places words could have stood, times the chance that all their hashes fit by accident."""
    fitting = max(0, end - start - fingerprint.window + 1) + sum(1 for _ in units_inside(fingerprint, start, end))
    return min(1.0, fingerprint.words * 2.0 ** (-fingerprint.bits * fitting))


def _is_speech(fingerprint: Fingerprint, start: int, end: int) -> bool | None:
    kinds = {unit.kind for unit in fingerprint.units if unit.start < end and start < unit.end}
    return None if "unknown" in kinds else kinds == {"said"}


def longest(fingerprints: Mapping[str, Fingerprint], run: Sequence[str]) -> tuple[str, int] | None:
    """The source that holds most of these words in a row, and how many; None where no long run stands anywhere."""
    best: tuple[str, int] | None = None
    for id_, fingerprint in fingerprints.items():
        for found in runs(fingerprint, run, least=LONG_RUN):
            if best is None or found.end - found.start > best[1]:
                best = (id_, found.end - found.start)
    return best


def between(fingerprint: Fingerprint, first: Sequence[str], second: Sequence[str]) -> int | None:
    """How many words of the article lie between two passages; negative where the second stands before the first."""
    heads, tails = locate(fingerprint, first), locate(fingerprint, second)
    if not heads or not tails:
        return None
    start, end = heads[0]
    other_start, other_end = tails[0]
    return other_start - end if other_start >= end else other_end - start
