"""A corpus of the benchmark as a bank, with one source a collection and one speaker a name."""

from __future__ import annotations

import json
import re
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2]))

from bot.bank.bank import Bank
from bot.bank.quote import Quote, Source, Speaker, Topic
from bot.text import fold

TOPICS = Path(__file__).with_name("topics.txt")


def read_rows(path: Path) -> list[dict]:
    """The rows of a corpus: id, text, speaker, source, topics."""
    with path.open(encoding="utf-8") as lines:
        return [json.loads(line) for line in lines]


def to_bank(rows: list[dict], key: str = "") -> Bank:
    """The same quotes as a bank."""
    named = [line.split() for line in TOPICS.read_text("utf-8").splitlines() if line and not line.startswith("#")]
    topics = {words[0]: Topic(words[0], words[0], tuple(words[1:])) for words in named}
    speakers: dict[str, Speaker] = {}
    sources: dict[str, Source] = {}
    quotes = []
    for row in rows:
        name = row["speaker"] or "Unknown"
        if name not in speakers:
            given, _, family = name.rpartition(" ")
            speakers[name] = Speaker(_id(name, len(speakers)), name, given, family)
        if row["source"] not in sources:
            sources[row["source"]] = Source(_id(row["source"], len(sources)), row["source"], "article")
        about = tuple(topics[topic] for topic in row["topics"])
        quotes.append(Quote(row["id"], (row["text"],), speakers[name], sources[row["source"]], about))
    return Bank(
        key or f"{len(rows):064x}",
        tuple(sources.values()),
        tuple(speakers.values()),
        tuple(topics.values()),
        tuple(quotes),
    )


def _id(name: str, number: int) -> str:
    return re.sub(r"[^a-z0-9]+", "-", fold(name)).strip("-")[:30] + f"-{number}"
