"""What differs between two banks: quotes added, changed (with the changed words) and removed."""

from __future__ import annotations

from dataclasses import dataclass, fields
from difflib import SequenceMatcher
from typing import TYPE_CHECKING, Literal

from .digest import differing
from .quote import Quote

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from .bank import Bank
    from .quote import Source, Speaker, Topic

Sign = Literal["=", "-", "+"]


@dataclass(frozen=True, slots=True)
class Change:
    """One quote that says something else than before, or is told of differently. `parts` names what differs."""

    before: Quote
    after: Quote
    parts: tuple[str, ...]

    def words(self) -> list[tuple[Sign, str]]:
        """The words that stayed (=), went (-) and came (+), in order."""
        return list(word_changes(self.before.text, self.after.text))


@dataclass(frozen=True, slots=True)
class Changes:
    """What differs between two banks. `around` names changed topics, speakers, sources ("topic russia") and calls."""

    added: tuple[Quote, ...] = ()
    changed: tuple[Change, ...] = ()
    removed: tuple[Quote, ...] = ()
    around: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.added or self.changed or self.removed or self.around)

    def __str__(self) -> str:
        """In a few words: "2 quotes added, 1 changed, 0 removed"."""
        count = len(self.added)
        said = (
            f"{count} quote{'' if count == 1 else 's'} added, {len(self.changed)} changed, {len(self.removed)} removed"
        )
        return f"{said}; changed besides: {', '.join(self.around)}" if self.around else said


def changes(before: Bank, after: Bank) -> Changes:
    """Compare two banks by the ids of their quotes; in the order of the newer one, what was removed in the older's."""
    if before.key == after.key:
        return Changes()
    old, new = before.by_id, after.by_id
    were, are = differing(before, after)
    return Changes(
        added=tuple(quote for quote in are if quote.id not in old),
        changed=tuple(
            Change(old[quote.id], quote, parts)
            for quote in are
            if quote.id in old and (parts := tuple(_differing(old[quote.id], quote)))
        ),
        removed=tuple(quote for quote in were if quote.id not in new),
        around=tuple(_around(before, after)),
    )


def word_changes(before: str, after: str) -> Iterator[tuple[Sign, str]]:
    """How one text becomes another, in stretches of words."""
    old, new = before.split(), after.split()
    for kind, start, end, first, last in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if kind == "equal":
            yield "=", " ".join(old[start:end])
            continue
        if start < end:
            yield "-", " ".join(old[start:end])
        if first < last:
            yield "+", " ".join(new[first:last])


def _differing(before: Quote, after: Quote) -> Iterator[str]:
    """The names of what a quote itself says differently; speaker, source and topics count by their ids."""
    for field in fields(Quote):
        name = "text" if field.name == "segments" else field.name
        if _own(getattr(before, field.name)) != _own(getattr(after, field.name)):
            yield name


def _own(value: object) -> object:
    if isinstance(value, tuple):
        return tuple(_own(part) for part in value)
    return getattr(value, "id", value)


def _around(before: Bank, after: Bank) -> Iterator[str]:
    """Topics, speakers and sources that came, went or are told of differently; and whether the calls changed."""
    for kind in ("topic", "speaker", "source"):
        old, new = _by_id(getattr(before, f"{kind}s")), _by_id(getattr(after, f"{kind}s"))
        yield from (f"{kind} {key}" for key in dict.fromkeys((*new, *old)) if old.get(key) != new.get(key))
    if before.calls != after.calls:
        yield "calls"


def _by_id(parts: Sequence[Topic | Speaker | Source]) -> Mapping[str, Topic | Speaker | Source]:
    return {part.id: part for part in parts}
