"""A corpus of the benchmark as a bank: in memory, and as a folder of YAML that the real command reads.

One source is one collection, or a part of one, as a file holds so many quotes and no more.
"""

from __future__ import annotations

import json
import re
import shutil
import sys
from collections import defaultdict
from pathlib import Path
from typing import TYPE_CHECKING

sys.path.insert(0, str(Path(__file__).parents[2]))

from bot.bank.bank import Bank
from bot.bank.fingerprint import dump, make
from bot.bank.quote import Quote, Source, Speaker, Topic
from bot.bank.yaml_text import keyed, listed, scalar
from bot.text import fold

if TYPE_CHECKING:
    from collections.abc import Iterator

TOPICS = Path(__file__).with_name("topics.txt")
A_FILE = 1_500
"""Quotes in a file, so that none comes near 1 MiB."""
UNSORTED = "unsorted"
"""The topic of quotes that have no other: a bank wants one of each."""


def read_rows(path: Path) -> list[dict]:
    """The rows of a corpus: id, text, speaker, source, topics."""
    with path.open(encoding="utf-8") as lines:
        return [json.loads(line) for line in lines]


def to_bank(rows: list[dict], key: str = "") -> Bank:
    """The same quotes as a bank, in the order in which its folder would be read."""
    speakers, topics = _speakers(rows), _topics()
    sources: list[Source] = []
    quotes: list[Quote] = []
    for name, collection, part in _files(rows):
        source = Source(name, collection, "article")
        sources.append(source)
        quotes += [
            Quote(
                row["id"],
                (row["text"],),
                speakers[_speaker(row)],
                source,
                tuple(topics[topic] for topic in row["topics"] or [UNSORTED]),
            )
            for row in part
        ]
    said_by = tuple(speakers.values())
    return Bank(key or f"{len(rows):064x}", tuple(sources), said_by, tuple(topics.values()), tuple(quotes))


def write_bank(rows: list[dict], folder: Path) -> None:
    """The same as a folder of YAML with fingerprints; what was there before is replaced."""
    shutil.rmtree(folder, ignore_errors=True)
    for name in ("sources", "fingerprints"):
        (folder / name).mkdir(parents=True)
    speakers, topics = _speakers(rows), _topics()
    _write(folder / "topics.yaml", ["topics:", *map(_topic, topics.values())])
    _write(folder / "speakers.yaml", ["speakers:", *map(_person, speakers.values())])
    for name, collection, part in _files(rows):
        head = ["source:", f"  outlet: {scalar(collection)}", "  kind: article", "quotes:"]
        _write(folder / "sources" / f"{name}.yaml", [*head, *(_written(row, speakers) for row in part)])
        article = "\n".join(row["text"] for row in part)
        (folder / "fingerprints" / f"{name}.txt").write_text(dump(make(article, name)), "utf-8")


def _topic(topic: Topic) -> str:
    aliases = [listed("aliases:", topic.aliases, "    ")] if topic.aliases else []
    return "\n".join([f"  {topic.id}:", keyed("name:", topic.name, "    "), *aliases])


def _written(row: dict, speakers: dict[str, Speaker]) -> str:
    about = listed("topics:", row["topics"] or [UNSORTED], "    ")
    said_by = f"    speaker: {speakers[_speaker(row)].id}"
    return "\n".join([f"  - id: {row['id']}", keyed("text:", row["text"], "    "), about, said_by])


def _person(speaker: Speaker) -> str:
    names = (("name", speaker.name), ("given", speaker.given), ("family", speaker.family))
    return "\n".join([f"  {speaker.id}:", *(keyed(f"{key}:", name, "    ") for key, name in names if name)])


def _write(path: Path, lines: list[str]) -> None:
    path.write_text("\n".join([*lines, ""]), "utf-8")


def _files(rows: list[dict]) -> Iterator[tuple[str, str, list[dict]]]:
    """The id, the collection and the rows of every file, in the order of their ids."""
    collections: dict[str, list[dict]] = defaultdict(list)
    for row in rows:
        collections[row["source"]].append(row)
    files = []
    for number, (collection, each) in enumerate(collections.items()):
        for start in range(0, len(each), A_FILE):
            name = _id(collection, f"{number}-{start // A_FILE}")
            files.append((name, collection, each[start : start + A_FILE]))
    yield from sorted(files, key=lambda file: file[0])


def _speaker(row: dict) -> str:
    return row["speaker"] or "Unknown"


def _speakers(rows: list[dict]) -> dict[str, Speaker]:
    speakers: dict[str, Speaker] = {}
    for row in rows:
        name = _speaker(row)
        if name not in speakers:
            given, _, family = name.rpartition(" ")
            speakers[name] = Speaker(_id(name, str(len(speakers))), name, given, family)
    return speakers


def _topics() -> dict[str, Topic]:
    named = [line.split() for line in TOPICS.read_text("utf-8").splitlines() if line and not line.startswith("#")]
    return {words[0]: Topic(words[0], words[0], tuple(words[1:])) for words in [*named, [UNSORTED]]}


def _id(name: str, number: str) -> str:
    return re.sub(r"[^a-z0-9]+", "-", f"{fold(name)[:24]} {number}").strip("-")
