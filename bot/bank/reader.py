"""From a folder of YAML to a bank, or to every fault in it with its place."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING

from ..problem import Problem
from ..strict_yaml import MAX_PROBLEMS, Mapping, Text, decode, no_collection, read_yaml
from .bank import Bank
from .fingerprint import Fingerprint, parse
from .folder import FINGERPRINTS, SOURCES, SPEAKERS, TOPICS, Folder
from .foreign import is_foreign, lacking
from .page import Page
from .parts import Vocabulary, read_source, read_speakers, read_topics
from .placed import standing
from .rules import BANK_RULES, QUOTE_RULES
from .shapes import MAX_ID, SOURCE_FILE, SPEAKERS_FILE, TOPICS_FILE
from .values import ID

if TYPE_CHECKING:
    from collections import abc
    from collections.abc import Callable, Iterable, Iterator
    from pathlib import Path

    from ..problem import Severity
    from ..strict_yaml import Node
    from .placed import Placed, Standing
    from .quote import Quote, Source


SHAPES = {TOPICS: TOPICS_FILE, SPEAKERS: SPEAKERS_FILE}
SHOWN = "docs/quote-format.md shows how to write it"
UNREADABLE = "this cannot be read, and nothing shows that the file belongs to a bank"


@dataclass(frozen=True, slots=True)
class Reading:
    """What reading a folder gave. `bank` is None where any problem is an error."""

    bank: Bank | None
    problems: tuple[Problem, ...]
    quotes: int
    sources: int


def read_bank(folder: Path, today: date | None = None, named: Path | None = None) -> Reading:
    """Read and check a bank's folder. Never raises for what is in it; every fault of every file is told.

    `today` is the last day that is not still to come (unless given: today, wherever it is latest on Earth). `named` is
    how the folder is called in what is told, where that is not its path.
    """
    with no_collection():
        return _Reader(Folder(folder, named), today or last_day()).read()


def last_day() -> date:
    """Today, wherever it is latest on Earth."""
    return (datetime.now(UTC) + timedelta(hours=14)).date()


class _Reader:
    def __init__(self, folder: Folder, today: date) -> None:
        self._folder = folder
        self._today = today
        self._problems: list[Problem] = []
        self._left_out: dict[str, list[Severity]] = {}
        self._vocabulary = Vocabulary()
        self._sources: list[Source] = []
        self._quotes: list[Quote] = []
        self._standings: list[Standing] = []
        self._fingerprints: dict[str, Fingerprint] = {}
        self._count = 0

    def read(self) -> Reading:
        self._words(TOPICS, read_topics)
        self._words(SPEAKERS, read_speakers)
        names = self._folder.sources()
        for name in names:
            self._source(name)
        for rule in BANK_RULES:
            self._problems += rule(self._standings)
        problems = tuple(_capped([*self._problems, *self._folder.problems], self._left_out))
        bank = None if any(problem.severity == "error" for problem in problems) else self._bank()
        return Reading(bank, problems, self._count, len(names))

    def _bank(self) -> Bank:
        return Bank(
            key=self._folder.key,
            sources=tuple(self._sources),
            speakers=tuple((self._vocabulary.speakers or {}).values()),
            topics=tuple((self._vocabulary.topics or {}).values()),
            quotes=tuple(self._quotes),
            fingerprints=self._fingerprints,
            calls=self._vocabulary.calls,
        )

    def _keep(self, page: Page) -> None:
        self._problems += page.problems
        if page.left_out:
            self._left_out[page.file] = page.left_out

    def _words(self, name: str, build: Callable[[Page, Node, Vocabulary], None]) -> None:
        page, root = self._page(name)
        if root is not None:
            build(page, root, self._vocabulary)
        self._keep(page)

    def _source(self, name: str) -> None:
        page, root = self._page(SOURCES, f"{name}.yaml")
        if not ID.fullmatch(name) or len(name) > MAX_ID:
            hint = f"rename it with a-z, 0-9 and hyphens, at most {MAX_ID} characters before .yaml"
            page.note(
                (0, 0), "error", "bad-file-name", "the file's name is the source's id, and this cannot be one", hint
            )
        elif root is not None:
            fingerprint = self._fingerprint(name, page)
            source, count, placed = read_source(page, root, name, self._vocabulary)
            self._sources.append(source)
            self._count += count
            self._check(page, placed, fingerprint)
        self._keep(page)

    def _check(self, page: Page, placed: Iterable[Placed], fingerprint: Fingerprint | None) -> None:
        for placed_quote in placed:
            for rule in QUOTE_RULES:
                rule(page, placed_quote, fingerprint)
            self._quotes.append(placed_quote.quote)
            self._standings.append(standing(placed_quote, page.file))

    def _fingerprint(self, name: str, page: Page) -> Fingerprint | None:
        file = self._folder.label(FINGERPRINTS, f"{name}.txt")
        if not self._folder.holds(FINGERPRINTS, f"{name}.txt"):
            message = f"the source has no fingerprint, so nothing proves its quotes ({file} is missing)"
            hint = "make it from the article with `quoth fingerprint`"
            page.note((1, 1), "error", "no-fingerprint", message, hint)
            return None
        data = self._folder.read(FINGERPRINTS, f"{name}.txt")
        if data is None:
            return None
        text = decode(data, file)
        read = parse(text if isinstance(text, str) else "", file)
        if isinstance(read, Problem):
            self._problems.append(read)
            return None
        self._fingerprints[name] = read
        return read

    def _page(self, *parts: str) -> tuple[Page, Node | None]:
        page = Page(self._folder.label(*parts), self._today)
        data = self._folder.read(*parts)
        if data is None:
            return page, None
        shape = SHAPES.get(parts[0], SOURCE_FILE)
        root, page.problems = read_yaml(data, page.file)
        if is_foreign(root, data, shape):
            page.problems = [replace(problem, message=UNREADABLE, hint=SHOWN) for problem in page.problems]
            if isinstance(root, Mapping):
                lacks = " or ".join(f"“{name}:”" for name in lacking(root, shape))
                hint = f"add it with what belongs below it, or put the file elsewhere; {SHOWN}"
                page.note((1, 1), "error", "foreign-file", f"this is no file of a bank: it has no {lacks}", hint)
                return page, None
        if _is_nothing(root) and not page.problems:
            hint = "docs/quote-format.md shows how to write it; or delete the file"
            page.note((1, 1), "error", "empty-file", "there is nothing in this file", hint)
            return page, None
        return page, root


def _is_nothing(root: Node | None) -> bool:
    return root is None or (isinstance(root, Text) and not root.value)


def _capped(problems: list[Problem], left_out: abc.Mapping[str, list[Severity]]) -> Iterator[Problem]:
    """At most so many problems a file, errors before warnings where not all are shown; in order of place."""
    by_file: dict[str, list[Problem]] = {}
    for problem in problems:
        by_file.setdefault(problem.file, []).append(problem)
    for file, found in sorted(by_file.items()):
        shown = sorted(found, key=lambda problem: problem.severity)[:MAX_PROBLEMS]
        yield from sorted(shown)
        severities = [*left_out.get(file, ()), *(problem.severity for problem in found)]
        if more := len(severities) - len(shown):
            message = f"{more:,} more problems in this file are not shown"
            yield Problem(file, 0, 0, min(severities), "more-problems", message, "mend the ones above first")
