"""Which words stand in which quotes, with how much: the postings the search reads. Built once, then only read."""

from __future__ import annotations

from array import array
from collections import Counter
from dataclasses import dataclass
from itertools import chain
from math import log
from typing import TYPE_CHECKING

from bot.search.language import stem_once
from bot.text import words

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.bank.quote import Quote, Source

TEXT, SPEAKER, QUESTION, SOURCE = range(4)
SHARE = (1.0, 1.0, 0.85, 0.8)
"""How much of a word's rarity a quote covers by holding it in its text, its speaker's name, its question, its source."""
WEIGHT = (1.0, 1.6, 0.5, 0.4)
"""What a word is worth in each field where BM25F breaks a tie."""
STEPS = 32
TIE = 0.03
"""The most that BM25F may add to a covered word: less than any real difference in coverage."""
WORTH = tuple(SHARE[byte // STEPS] + TIE * (byte % STEPS) / STEPS for byte in range(4 * STEPS))
"""What a posting's byte stands for: field and BM25F step in one."""


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """Words and their postings.

    `ids` numbers every word form; `group` gives a form its stem group; `groups` numbers the stems. The postings of
    group g are `docs[starts[g]:starts[g + 1]]`, ascending, with `worth` beside them. `lines` holds each quote's text as a
    string of one character a word, so that a phrase is found by `in`.
    """

    forms: Sequence[str]
    ids: dict[str, int]
    group: array[int]
    groups: dict[str, int]
    starts: array[int]
    docs: array[int]
    worth: bytes
    lines: Sequence[str]
    often: array[int]

    def postings(self, group: int) -> tuple[array[int], bytes]:
        """The quotes that hold a stem group, ascending, and the worth byte of each."""
        first, last = self.starts[group], self.starts[group + 1]
        return self.docs[first:last], self.worth[first:last]

    def df(self, group: int) -> int:
        """How many quotes hold a stem group."""
        return self.starts[group + 1] - self.starts[group]


def rarity(holding: float, of: int) -> float:
    """How much a word says: the rarer, the more. A word no quote holds counts as held by half a quote."""
    return log(1 + of / max(holding, 0.5))


def source_words(source: Source) -> list[str]:
    """The words of a source that a quote may be found by."""
    told = (
        source.outlet,
        source.title,
        source.event,
        source.interviewer,
        source.author,
        source.place and source.place.value,
    )
    return words(" ".join(part for part in told if part))


def build(quotes: Sequence[Quote]) -> Vocabulary:
    """Read every quote once."""
    ids: dict[str, int] = {}
    number = ids.setdefault
    of_source: dict[str, list[int]] = {}
    of_speaker: dict[str, list[int]] = {}
    fields: list[tuple[list[int], list[int], list[int], list[int]]] = []
    for quote in quotes:
        source, speaker = quote.source, quote.speaker
        if source.id not in of_source:
            of_source[source.id] = [number(word, len(ids)) for word in source_words(source)]
        if speaker.id not in of_speaker:
            named = words(" ".join((speaker.name, *speaker.aliases)))
            of_speaker[speaker.id] = [number(word, len(ids)) for word in dict.fromkeys(named)]
        text = [number(word, len(ids)) for word in words(quote.text)]
        question = [number(word, len(ids)) for word in words(quote.question)] if quote.question else []
        fields.append((text, of_speaker[speaker.id], question, of_source[source.id]))
    forms = list(ids)
    groups: dict[str, int] = {}
    group = array("I", (groups.setdefault(stem_once(form), len(groups)) for form in forms))
    return _post(fields, forms, ids, group, groups)


def _post(
    fields: Sequence[tuple[list[int], list[int], list[int], list[int]]],
    forms: Sequence[str],
    ids: dict[str, int],
    group: array[int],
    groups: dict[str, int],
) -> Vocabulary:
    average = max(1.0, sum(len(text) for text, *_ in fields) / max(1, len(fields)))
    per_docs: list[array[int]] = [array("I") for _ in groups]
    per_worth: list[bytearray] = [bytearray() for _ in groups]
    lines = []
    often: Counter[int] = Counter()
    for doc, parts in enumerate(fields):
        lines.append("".join(map(chr, (0x10000 + number for number in parts[TEXT]))))
        often.update(parts[TEXT])
        length = 0.4 + 0.6 * len(parts[TEXT]) / average
        weight: dict[int, float] = {}
        best: dict[int, int] = {}
        for field in (SOURCE, QUESTION, SPEAKER, TEXT):
            gain = WEIGHT[field] / (length if field == TEXT else 1.0)
            for number in parts[field]:
                stemmed = group[number]
                weight[stemmed] = weight.get(stemmed, 0.0) + gain
                best[stemmed] = field
        for stemmed, total in weight.items():
            per_docs[stemmed].append(doc)
            per_worth[stemmed].append(best[stemmed] * STEPS + int((STEPS - 1) * total / (total + 1.2)))
    starts = array("I", [0])
    for docs in per_docs:
        starts.append(starts[-1] + len(docs))
    return Vocabulary(
        forms,
        ids,
        group,
        groups,
        starts,
        array("I", chain.from_iterable(per_docs)),
        b"".join(per_worth),
        lines,
        array("I", (often[number] for number in range(len(forms)))),
    )
