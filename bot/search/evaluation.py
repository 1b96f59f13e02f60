"""A table of what searches must answer, written by curators, and how far an index meets it."""

from __future__ import annotations

from dataclasses import dataclass
from math import log2
from typing import TYPE_CHECKING

from ..problem import Problem
from ..strict_yaml import Mapping, Node, Sequence, Text, read_yaml
from .query import Query

if TYPE_CHECKING:
    from collections.abc import Iterable

    from ..bank.bank import Bank
    from .index import Index
    from .query import Found

LOOKED_AT = 10
GAIN_AT = 5
KEYS = frozenset({"query", "first", "then", "never", "nothing", "key", "note"})


@dataclass(frozen=True, slots=True)
class Row:
    """One expectation. `first`, `then` and `never` are ids of quotes."""

    place: str
    kind: str
    query: str
    first: frozenset[str] = frozenset()
    then: frozenset[str] = frozenset()
    never: frozenset[str] = frozenset()
    nothing: bool = False
    key: str | None = None
    note: str | None = None


@dataclass(frozen=True, slots=True)
class Met:
    """How an answer meets its row: its gain (nDCG@5, None where nothing is expected) and what is wrong, if anything."""

    row: Row
    gain: float | None
    wrong: str | None


@dataclass(frozen=True, slots=True)
class Metrics:
    """The means over a table: nDCG@5 and P@1 over rows with answers, false answers over rows without."""

    rows: int
    ndcg: float
    first: float
    false_answers: int
    unmet: tuple[Met, ...]


def read_table(data: bytes, name: str, bank: Bank) -> tuple[list[Row], list[Problem]]:
    """The rows of a table file, and every fault in it with its place."""
    root, problems = read_yaml(data, name)
    rows: list[Row] = []
    if root is not None:
        _Reader(name, bank, rows, problems).read(root)
    return rows, problems


def measure(index: Index, rows: Iterable[Row]) -> Metrics:
    """How far an index meets a table."""
    met = [judge(row, index.find(Query(row.query), LOOKED_AT)) for row in rows]
    answered = [(result, result.gain) for result in met if result.gain is not None]
    return Metrics(
        rows=len(met),
        ndcg=sum(gain for _, gain in answered) / max(1, len(answered)),
        first=sum(result.wrong != _FIRST for result, _ in answered) / max(1, len(answered)),
        false_answers=sum(result.row.nothing and result.wrong is not None for result in met),
        unmet=tuple(result for result in met if result.wrong is not None),
    )


_FIRST = "the first answer is not the one wanted"


def judge(row: Row, found: Found) -> Met:
    """Hold one answer against its row."""
    ids = [hit.quote.id for hit in found.hits]
    if row.nothing:
        return Met(row, None, f"found {ids[0]}" if ids else None)
    gain = _ndcg([2.0 if quote_id in row.first else 1.0 if quote_id in row.then else 0.0 for quote_id in ids], row)
    return Met(row, gain, _fault(row, found, ids))


def _fault(row: Row, found: Found, ids: list[str]) -> str | None:
    """What is wrong with an answer where one is wanted."""
    if not ids or ids[0] not in row.first:
        return _FIRST
    if unwanted := sorted(row.never & set(ids)):
        return f"{unwanted[0]} must not be among them"
    if row.key is not None and found.key != row.key:
        return f"the round is {found.key}, not {row.key}"
    if row.note is not None and row.note not in (found.note or ""):
        return f"nothing is said of “{row.note}”"
    return None


def _ndcg(gains: list[float], row: Row) -> float:
    ideal = [2.0] * len(row.first) + [1.0] * len(row.then - row.first)
    best = _dcg(ideal[:GAIN_AT])
    return _dcg(gains[:GAIN_AT]) / best if best else 0.0


def _dcg(gains: list[float]) -> float:
    return sum(gain / log2(place + 2) for place, gain in enumerate(gains))


class _Reader:
    """Reads the tree of a table file, collecting every fault."""

    def __init__(self, name: str, bank: Bank, rows: list[Row], problems: list[Problem]) -> None:
        self._name, self._bank, self._rows, self._problems = name, bank, rows, problems

    def read(self, root: Node) -> None:
        if not isinstance(root, Mapping):
            self._refuse(root, "a table is a mapping of kinds to rows", "begin with a line such as “typos:”")
            return
        for kind, rows in root.entries.items():
            if not isinstance(rows, Sequence):
                self._refuse(rows, f"“{kind}” holds no rows", "write each as “- {query: rusia, first: topic:russia}”")
                continue
            for row in rows.items:
                self._row(kind, row)

    def _row(self, kind: str, node: Node) -> None:
        if not isinstance(node, Mapping):
            self._refuse(node, "a row is a mapping", "write it as “- {query: rusia, first: topic:russia}”")
            return
        said = node.entries
        for unknown in sorted(said.keys() - KEYS):
            self._refuse(said[unknown], f"“{unknown}” is no part of a row", f"use one of {', '.join(sorted(KEYS))}")
        texts = {key: found_node.value for key, found_node in said.items() if isinstance(found_node, Text)}
        nothing = texts.get("nothing", "no") == "yes"
        first = self._quotes(said.get("first"))
        if "query" not in texts or bool(first) is nothing:
            self._refuse(node, "a row needs a query, and either first or nothing: yes", "add what is missing")
            return
        place = f"{self._name}:{node.line}"
        then, never = self._quotes(said.get("then")), self._quotes(said.get("never"))
        self._rows.append(
            Row(place, kind, texts["query"], first, then, never, nothing, texts.get("key"), texts.get("note"))
        )

    def _quotes(self, node: Node | None) -> frozenset[str]:
        parts = node.items if isinstance(node, Sequence) else [] if node is None else [node]
        named: set[str] = set()
        for part in parts:
            if isinstance(part, Text):
                named |= self._named(part)
        return frozenset(named)

    def _named(self, node: Text) -> set[str]:
        """The quotes that one part names: an id, or kinds joined by &."""
        found = set(self._bank.by_id)
        for part in map(str.strip, node.value.split("&")):
            named = self._of_kind(*part.partition(":"))
            if not named:
                self._refuse(
                    node, f"“{part}” names no quote of the bank", "write an id, topic:ID, source:ID or year:YYYY"
                )
            found &= named
        return found

    def _of_kind(self, kind: str, colon: str, name: str) -> set[str]:
        """The ids of the quotes of a topic, a source or a year; without a colon `kind` is an id."""
        if not colon:
            return {kind} & set(self._bank.by_id)
        if kind == "topic":
            return {quote.id for quote in self._bank.by_topic.get(name, ())}
        if kind == "source":
            return {quote.id for quote in self._bank.by_source.get(name, ())}
        return {quote.id for quote in self._bank.quotes if kind == "year" and str(quote.year) == name}

    def _refuse(self, node: Node, message: str, hint: str) -> None:
        self._problems.append(Problem(self._name, node.line, node.column, "error", "search-table", message, hint))


__all__ = ["Met", "Metrics", "Row", "judge", "measure", "read_table"]
