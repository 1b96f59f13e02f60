"""Whether words stand in a source beyond its quotes, by its fingerprint; and how sure that is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from ..bank.fingerprint import locate, runs
from ..bank.windows import units_inside
from .tuning import HEAD_WORDS, LONG_RUN, MAX_CHANCE

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from ..bank.fingerprint import Fingerprint


@dataclass(frozen=True, slots=True)
class InArticle:
    """Words stand in a source from its word `start` to `end`. `is_speech` is None where nobody looked."""

    source: str
    start: int
    end: int
    is_speech: bool | None


def stands(fingerprints: Mapping[str, Fingerprint], ids: Iterable[str], run: Sequence[str]) -> InArticle | None:
    """The first of these sources in which a run of words stands, for sure."""
    best: InArticle | None = None
    for id_ in ids:
        fingerprint = fingerprints.get(id_)
        if fingerprint is None:
            continue
        head = fingerprint.window + HEAD_WORDS
        if len(run) > head and not locate(fingerprint, run[:head]):  # a few hashes tell most articles apart
            continue
        for start, end in locate(fingerprint, run):
            if _chance(fingerprint, start, end) * len(fingerprints) <= MAX_CHANCE:
                found = InArticle(id_, start, end, _is_speech(fingerprint, start, end))
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


def place_of(fingerprint: Fingerprint, quoted: Sequence[str]) -> int | None:
    """Where a quote's words begin in its article, for sure; None where they are too few to tell."""
    places = locate(fingerprint, quoted)
    if len(places) != 1 or _chance(fingerprint, *places[0]) > MAX_CHANCE:
        return None
    return places[0][0]


def denies(fingerprint: Fingerprint, standing: InArticle, run: Sequence[str], quoted: Sequence[str]) -> bool:
    """Whether a quote's words stand where a run seems to stand, and are others: then few hashes fit by accident."""
    at = place_of(fingerprint, quoted)
    if at is None:
        return False
    first, last = max(at, standing.start), min(at + len(quoted), standing.end)
    return first < last and list(run[first - standing.start : last - standing.start]) != list(
        quoted[first - at : last - at]
    )
