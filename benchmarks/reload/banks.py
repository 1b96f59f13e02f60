"""A bank of any size in a folder, with fingerprints that prove it: made-up words, the same for the same seed."""

from __future__ import annotations

import random
from itertools import accumulate
from typing import TYPE_CHECKING

from bot.bank.fingerprint import dump, make

if TYPE_CHECKING:
    from pathlib import Path

SEED = 20
VOCABULARY = 40_000
TOPICS = 60
A_SOURCE = 3_500
"""Quotes of one source: its file stays below 1 MiB."""
_SYLLABLES = [first + vowel for first in "bdfgklmnprstvz" for vowel in "aeiou"]

SPEAKERS = """\
speakers:
  ada-marlow:
    name: Ada Marlow
    given: Ada
    family: Marlow
"""
SOURCE = """\
source:
  outlet: Paper {number}
  kind: article
  author: Somebody
  said: {{date: 2017-05-25, basis: printed}}
  published: {{date: 2017-05-25, basis: printed}}
  speaker: ada-marlow
quotes:
"""


def write_bank(folder: Path, quotes: int, *, seed: int = SEED, a_source: int = A_SOURCE) -> int:
    """Write a bank of so many quotes; gives the number of bytes written."""
    rng = random.Random(seed)
    vocabulary = ["".join(rng.choices(_SYLLABLES, k=rng.randint(2, 5))) for _ in range(VOCABULARY)]
    weights = list(accumulate(1 / (rank + 3) for rank in range(VOCABULARY)))
    topics = [f"topic-{number}" for number in range(TOPICS)]
    for room in ("sources", "fingerprints"):
        (folder / room).mkdir(parents=True, exist_ok=True)
    written = (folder / "speakers.yaml").write_text(SPEAKERS, encoding="utf-8")
    named = "".join(f"  {topic}:\n    name: Topic {number}\n" for number, topic in enumerate(topics))
    written += (folder / "topics.yaml").write_text("topics:\n" + named, encoding="utf-8")
    for number, first in enumerate(range(0, quotes, a_source)):
        lines = [SOURCE.format(number=number)]
        said = []
        for at in range(first, min(first + a_source, quotes)):
            text = " ".join(rng.choices(vocabulary, cum_weights=weights, k=rng.randint(10, 24))).capitalize() + "."
            said.append(text)
            about = ", ".join(rng.sample(topics, 3))
            lines.append(f"  - id: q{at}\n    text: {text}\n    topics: [{about}]\n")
        written += (folder / "sources" / f"paper-{number}.yaml").write_text("".join(lines), encoding="utf-8")
        written += _fingerprint(folder, f"paper-{number}", said)
    return written


def _fingerprint(folder: Path, source: str, said: list[str]) -> int:
    spans = []
    end = 0
    for text in said:
        spans.append((end, end + len(text)))
        end += len(text) + 1
    written = dump(make("\n".join(said), source, speech=spans))
    return (folder / "fingerprints" / f"{source}.txt").write_text(written, encoding="utf-8")
