"""Who is named in an article, and whom a clause like "the minister added" means."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

from ...text import fold, words
from .words import (
    ANYBODY,
    DAYS,
    GERMAN_SAYING_VERBS,
    INDEFINITE_DETERMINERS,
    LIGHT,
    PRONOUNS,
    PROSE,
    SAYING_VERBS,
    TITLES,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ..quote import Speaker

_TOKEN = re.compile(r"[^\W\d_][\w'’.-]*[\w]|[^\W\d_]|[^\w\s]")
_NAME_LINKS = frozenset({"de", "da", "di", "van", "von", "al", "bin", "la", "le", "del", "dos"})
_POSSESSIVE = ("'s", "’s")
_NEAR = 12
# How far words may stand from a name they describe: where a comma parts them, and where none does.
_BESIDE = 8
_CLOSE = 3


@dataclass(frozen=True, slots=True)
class Saying:
    """A clause with a verb of saying: the words that name who speaks, and the verb, folded."""

    subject: str
    verb: str


@dataclass(slots=True)
class People:
    """The people of one article. `current` is whoever spoke last; `german` where all nouns have a capital."""

    known: Sequence[Speaker] = ()
    german: bool = False
    current: str | None = None
    _full: dict[str, str] = field(default_factory=dict)
    _described: dict[str, set[str]] = field(default_factory=dict)
    _mentions: Counter[str] = field(default_factory=Counter)

    def meet(self, text: str) -> None:
        """Learn the names of a text, and by what words it describes those who bear them."""
        for mention in _capitalised(text):
            name = _stripped(mention.run)[-2:] if self.german else _stripped(mention.run)
            if not name:
                continue
            surname = fold(name[-1])
            self._mentions[surname] += 1
            if len(name) >= 2:
                self._full.setdefault(surname, " ".join(name))
            if surname in self._full:
                described = {fold(word) for word in (*mention.before, *mention.run[: -len(name)], *mention.behind)}
                self._described.setdefault(self._full[surname], set()).update(described - LIGHT - PROSE)

    def named(self, phrase: str) -> str | None:
        """The person a phrase names, as fully as the article or the bank knows the name; the nearest to its end."""
        for mention in reversed(_capitalised(phrase)):
            name = [] if mention.owns else _stripped(mention.run)
            if not name:
                continue
            full = self._full.get(fold(name[0]), name[0]) if len(name) == 1 else " ".join(name)
            known = self._known(full)
            if known or " " in full:
                return known or full
        return None

    def _known(self, name: str) -> str | None:
        """How the bank writes a name, where it knows it."""
        said = words(name)
        for speaker in self.known:
            if any(words(other) == said for other in (speaker.name, speaker.family, *speaker.aliases)):
                return speaker.name
        return None

    def meant(self, subject: str) -> str | None:
        """The person a subject means: by name, by what the article calls them, or whoever spoke last ("he")."""
        name = self.named(subject)
        if name is not None:
            return name
        tokens = words(subject)
        said = set(tokens)
        if PRONOUNS & {*tokens[:1], *tokens[-2:]}:
            return self.current
        if INDEFINITE_DETERMINERS & set(tokens[:2]):  # "a spokesman", "but one diplomat": from here on "he" may be they
            self.current = None
            return None
        called = said - LIGHT - PROSE
        fits = {person: len(called & described) for person, described in self._described.items()}
        best = max(fits.values(), default=0)
        if best == 0:
            return self.current if called & ANYBODY else None
        holders = [person for person, count in fits.items() if count == best]
        return self.current if self.current in holders else holders[0]

    def ranked(self) -> list[str]:
        """The full names met so far, the most often named first; those the bank knows before all others."""
        known = {speaker.name for speaker in self.known}
        names = dict.fromkeys(self._known(full) or full for full in self._full.values())
        return sorted(names, key=lambda name: (name not in known, -self._mentions[fold(name.split()[-1])]))


def saying(clause: str) -> Saying | None:
    """The verb of saying in a clause and what stands as its subject: before it, or behind it ("said the minister")."""
    for match in _TOKEN.finditer(clause):
        verb = fold(match.group())
        if verb not in SAYING_VERBS or match.group()[0].isupper():
            continue
        before = clause[: match.start()].rstrip()
        behind = " ".join(clause[match.end() :].split()[:_NEAR])
        inverted = verb in GERMAN_SAYING_VERBS and before.endswith(",")
        subject = " ".join(before.strip(" ,–—-").split()[-_NEAR:])
        if inverted or not _names_somebody(subject):
            subject = behind
        return Saying(subject, verb)
    return None


def _names_somebody(phrase: str) -> bool:
    said = words(phrase)
    return (
        len(said) >= 2 or bool(set(said) & PRONOUNS) or any(_stripped(mention.run) for mention in _capitalised(phrase))
    )


def is_german(text: str) -> bool:
    """True for a language that writes all nouns with a capital."""
    counts = Counter(words(text))
    german = sum(counts[word] for word in ("der", "und", "ist", "nicht"))
    return german > sum(counts[word] for word in ("the", "and", "is"))


def _stripped(run: Sequence[str]) -> list[str]:
    """The name in a run of capitalised words: no titles before it or behind it, no word that only begins a sentence."""
    name = list(run)
    while len(name) > 2 and fold(name[-1]) in TITLES:
        del name[-1]
    for at in range(len(name) - 2, -1, -1):
        if fold(name[at]) in TITLES:
            del name[: at + 1]
            break
    while name and (fold(name[0]) in TITLES | PROSE | PRONOUNS or (len(name) > 1 and fold(name[0]) in DAYS)):
        del name[0]
    return name


class _Named(NamedTuple):
    """A run of capitalised words, and a few words before it and, where a comma parts them, behind it.

    `owns` where it ends with 's: then somebody or something of theirs is spoken of.
    """

    run: list[str]
    before: list[str]
    behind: list[str]
    owns: bool


def _capitalised(text: str) -> list[_Named]:
    tokens = [match.group() for match in _TOKEN.finditer(text)]
    found = []
    at = 0
    while at < len(tokens):
        end = _run_end(tokens, at)
        if end > at:
            run = [_bare(token) for token in tokens[at:end]]
            before = tokens[max(0, at - (_BESIDE if tokens[at - 1 : at] == [","] else _CLOSE)) : at]
            while any(mark in ".!?;:" for mark in before):
                del before[0]
            behind = tokens[end + 1 : end + 1 + _BESIDE] if tokens[end : end + 1] == [","] else []
            found.append(_Named(run, before, behind, tokens[end - 1].endswith(_POSSESSIVE)))
        at = max(end, at + 1)
    return found


def _run_end(tokens: Sequence[str], at: int) -> int:
    """Where the capitalised words that begin at a token end; the small words inside a name belong to it."""
    end = at
    while end < len(tokens):
        if tokens[end][:1].isupper():
            end += 1
            if tokens[end - 1].endswith(_POSSESSIVE):
                break
        elif end > at and tokens[end] in _NAME_LINKS and any(word[:1].isupper() for word in tokens[end + 1 : end + 3]):
            end += 1
        else:
            break
    while end > at and not tokens[end - 1][0].isupper():
        end -= 1
    return end


def _bare(token: str) -> str:
    return token[:-2] if token.endswith(_POSSESSIVE) else token
