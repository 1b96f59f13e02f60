"""Statements of different years that say nearly the same: which they are, and the words that changed between them."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import combinations
from typing import TYPE_CHECKING, Any

from rapidfuzz import fuzz

from ..bank.sentences import sentences
from ..text import words
from .analysis import STOP_WORDS
from .tuning import CLOSE_LIKENESS, CLOSE_RUN, MAX_COMPARED, MAX_SHARING, MIN_SENTENCE_WORDS, NEARLY_SAME, SAME_LIKENESS

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from ..bank.quote import Quote


@dataclass(frozen=True, slots=True)
class Stretch:
    """Some words of a statement, changed against the other one or not."""

    text: str
    changed: bool


@dataclass(frozen=True, slots=True)
class Parallel:
    """Two statements of different years that say nearly the same, the earlier first, each in stretches."""

    earlier: Quote
    later: Quote
    before: tuple[Stretch, ...]
    after: tuple[Stretch, ...]

    @property
    def heading(self) -> str:
        """What they are called: nearly the same only where most of the words of both are."""
        longer = max(sum(len(words(stretch.text)) for stretch in said) for said in (self.before, self.after))
        same = sum(len(words(stretch.text)) for stretch in self.before if not stretch.changed)
        name = "Nearly the same" if same >= NEARLY_SAME * longer else "Side by side"
        return f"{name}, {self.earlier.year} and {self.later.year}"


@dataclass(frozen=True, slots=True, eq=False)
class _Statement:
    quote: Quote
    text: str
    words: tuple[str, ...]


def parallels(quotes: Sequence[Quote]) -> tuple[Parallel, ...]:
    """The pairs among these quotes, closest first; each statement once as the earlier and once as the later one."""
    ranked = sorted(_pairs(quotes), key=lambda pair: (-pair[0], (pair[2].quote.year or 0) - (pair[1].quote.year or 0)))
    leads: set[int] = set()
    follows: set[int] = set()
    chosen = []
    for _, earlier, later in ranked:
        if id(earlier) not in leads and id(later) not in follows:
            leads.add(id(earlier))
            follows.add(id(later))
            chosen.append(_side_by_side(earlier, later))
    return tuple(chosen)


def like_statements(quote: Quote, others: Iterable[Quote], limit: int) -> list[Quote]:
    """Quotes of other years that say nearly the same as this one somewhere, closest first."""
    own = [(statement, _runs(statement)) for statement in _statements(quote)]
    found: list[tuple[float, int, Quote]] = []
    for place, other in enumerate(others):
        if other.year in (None, quote.year):
            continue
        like = max((_likest(theirs, own) for theirs in _statements(other)), default=0.0)
        if like:
            found.append((-like, place, other))
    return [other for _, _, other in sorted(found, key=lambda one: one[:2])[:limit]]


def _likest(theirs: _Statement, own: Sequence[tuple[_Statement, set[tuple[str, ...]]]]) -> float:
    runs = _runs(theirs)
    shared = [mine for mine, mine_runs in own if not runs.isdisjoint(mine_runs)]
    return max((likeness(mine.words, theirs.words) for mine in shared), default=0.0)


def likeness(one: Sequence[str], other: Sequence[str]) -> float:
    """How like two runs of folded words are, 0 to 100; 0 where they are not nearly the same."""
    if min(len(one), len(other)) < MIN_SENTENCE_WORDS:
        return 0.0
    full_ratio = fuzz.ratio(one, other)
    if full_ratio >= SAME_LIKENESS:
        return full_ratio
    partial_ratio = fuzz.partial_ratio(one, other)
    if partial_ratio < CLOSE_LIKENESS:
        return 0.0
    run = SequenceMatcher(None, one, other, autojunk=False).find_longest_match()
    shared = one[run.a : run.a + run.size]
    return partial_ratio if run.size >= CLOSE_RUN and any(word not in STOP_WORDS for word in shared) else 0.0


def _pairs(quotes: Sequence[Quote]) -> Iterator[tuple[float, _Statement, _Statement]]:
    shared: Counter[tuple[_Statement, _Statement]] = Counter()
    for shelf in _shelves([statement for quote in quotes for statement in _statements(quote)]):
        shared.update(pair for pair in combinations(shelf, 2) if pair[0].quote.year != pair[1].quote.year)
    closest = shared.most_common(MAX_COMPARED)
    _let_go(shared)
    for (one, other), _ in closest:
        if like := likeness(one.words, other.words):
            earlier, later = sorted((one, other), key=lambda statement: statement.quote.year or 0)
            yield like, earlier, later


def _shelves(statements: Sequence[_Statement]) -> Iterator[list[_Statement]]:
    """Statements that share a run of three words: all others are not worth comparing."""
    shelves: dict[tuple[str, ...], list[_Statement]] = defaultdict(list)
    for statement in statements:
        for run in _runs(statement):
            if len(shelves[run]) < MAX_SHARING:
                shelves[run].append(statement)
    yield from (shelf for shelf in shelves.values() if len(shelf) > 1)
    _let_go(shelves)


def _runs(statement: _Statement) -> set[tuple[str, ...]]:
    return {statement.words[at : at + 3] for at in range(len(statement.words) - 2)}


def _let_go(counted: dict[Any, Any]) -> None:
    """Empty what holds very much one by one: left to the interpreter, it would hold up all other threads meanwhile."""
    while counted:
        counted.popitem()


def _statements(quote: Quote) -> Iterator[_Statement]:
    if quote.year is None:
        return
    for segment in quote.segments:
        for start, end in sentences(segment):
            text = segment[start:end]
            yield _Statement(quote, text, tuple(words(text)))


def _side_by_side(earlier: _Statement, later: _Statement) -> Parallel:
    old, new = earlier.text.split(), later.text.split()
    matcher = SequenceMatcher(None, _keys(old), _keys(new), autojunk=False)
    before: list[Stretch] = []
    after: list[Stretch] = []
    for kind, start, end, first, last in matcher.get_opcodes():
        changed = kind != "equal"
        if start < end:
            before.append(Stretch(" ".join(old[start:end]), changed))
        if first < last:
            after.append(Stretch(" ".join(new[first:last]), changed))
    return Parallel(earlier.quote, later.quote, tuple(before), tuple(after))


def _keys(parts: Sequence[str]) -> list[tuple[str, ...]]:
    """What counts of each word when two texts are compared: not its case, marks or hyphens."""
    return [tuple(words(part)) for part in parts]
