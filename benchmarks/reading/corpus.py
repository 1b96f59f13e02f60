"""A bank of invented words for measuring: any number of quotes, in files of up to 1 MiB, each proved like any other."""

from __future__ import annotations

import random
import re
import textwrap
from typing import TYPE_CHECKING

from bot.bank.fingerprint import dump, make

if TYPE_CHECKING:
    from pathlib import Path

QUOTES_A_FILE = 1800
SYLLABLES = [first + vowel for first in "bdfgklmnprstv" for vowel in "aeio"]
COMMON = re.findall(
    r"\S+", "we the of and to is that have been are our more very with for on this not will must can it's"
)
TOPICS = 60


def write_bank(folder: Path, quotes: int, seed: int = 1) -> None:
    """Write a bank of so many quotes: eight in ten as moderators write them by hand (folded blocks, curly marks)."""
    rng = random.Random(seed)
    words = COMMON * 40 + ["".join(rng.choices(SYLLABLES, k=rng.randint(2, 4))) for _ in range(4000)]
    (folder / "sources").mkdir(parents=True)
    (folder / "fingerprints").mkdir()
    topics = "".join(f"  topic-{n}:\n    name: Topic {n}\n    aliases: [alias {n}, other {n}]\n" for n in range(TOPICS))
    (folder / "topics.yaml").write_text(f"topics:\n{topics}", encoding="utf-8")
    (folder / "speakers.yaml").write_text("speakers:\n  ada-berg:\n    name: Ada Berg\n", encoding="utf-8")
    for start in range(0, quotes, QUOTES_A_FILE):
        name = f"source-{start // QUOTES_A_FILE}"
        texts = [_sentences(rng, words) for _ in range(min(QUOTES_A_FILE, quotes - start))]
        asked = [f"{_words(rng, words, 9)}?" if at % 3 == 0 else None for at in range(len(texts))]
        body = "".join(_quote(start + at, text, asked[at], rng) for at, text in enumerate(texts))
        (folder / "sources" / f"{name}.yaml").write_text(_HEAD + body, encoding="utf-8")
        article = "\n".join(f"{question or ''}\n“{text}”" for text, question in zip(texts, asked, strict=True))
        (folder / "fingerprints" / f"{name}.txt").write_text(dump(make(article, name)), encoding="utf-8")


_HEAD = """# yaml-language-server: $schema=../schema.json
source:
  outlet: The Northby Example
  title: A headline of some length
  kind: interview
  said: {date: 2017-05-25, basis: printed}
  address: {url: https://example.org/article, basis: looked up}
  speaker: ada-berg
quotes:
"""


def _words(rng: random.Random, words: list[str], count: int) -> str:
    return " ".join(rng.choices(words, k=count)).capitalize()


def _sentences(rng: random.Random, words: list[str]) -> str:
    return " ".join(_words(rng, words, rng.randint(8, 20)).replace("'", "’") + "." for _ in range(rng.randint(1, 3)))


def _quote(number: int, text: str, question: str | None, rng: random.Random) -> str:
    topics = ", ".join(f"topic-{n}" for n in rng.sample(range(TOPICS), 4))
    lines = [f"  - id: quote-{number}"]
    if len(text) > 100 and number % 10 < 8:
        lines += ["    text: >-", textwrap.indent(textwrap.fill(text, 110), "      ")]
    else:
        lines.append(f"    text: {text}")
    lines.append(f"    topics: [{topics}]")
    if question:
        lines.append(f"    question: {question}")
    return "\n".join(lines) + "\n"
