"""Who is named in an article, and whom a clause like "the minister added" means."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from bot.bank.drafting.words import DAYS, PRONOUNS, PROSE, SAYING, TITLES
from bot.text import fold, words

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.bank.quote import Speaker

_TOKEN = re.compile(r"[^\W\d_][\w'’.-]*[\w]|[^\W\d_]|[^\w\s]")
_NAME_LINKS = frozenset({"de", "da", "di", "van", "von", "der", "den", "al", "bin", "la", "le", "del", "dos"})
_NEAR = 12


@dataclass(frozen=True, slots=True)
class Saying:
    """A clause with a verb of saying: the words that name who speaks, and the verb, folded."""

    subject: str
    verb: str


@dataclass(slots=True)
class People:
    """The people of one article. `current` is whoever spoke last."""

    known: Sequence[Speaker] = ()
    current: str | None = None
    _full: dict[str, str] = field(default_factory=dict)
    _titles: dict[str, set[str]] = field(default_factory=dict)
    _mentions: Counter[str] = field(default_factory=Counter)

    def meet(self, text: str) -> None:
        """Learn the names of a text: full names first, so that a surname alone finds its person."""
        for run, before in _capitalised(text):
            name = _stripped(run)
            if name:
                self._mentions[fold(name[-1])] += 1
            titles = {fold(word) for word in [*before, *run] if fold(word) in TITLES}
            if len(name) >= 2:
                full = self._full.setdefault(fold(name[-1]), " ".join(name))
                self._titles.setdefault(full, set()).update(titles)
            elif len(name) == 1 and titles and fold(name[0]) in self._full:
                self._titles[self._full[fold(name[0])]].update(titles)

    def named(self, phrase: str) -> str | None:
        """The person a phrase names, as fully as the article or the bank knows the name; the nearest to its end."""
        for speaker in self.known:
            if any(_holds(phrase, name) for name in (speaker.name, speaker.family, *speaker.aliases)):
                return speaker.name
        for run, _ in reversed(_capitalised(phrase)):
            name = _stripped(run)
            if not name:
                continue
            if fold(name[-1]) in self._full:
                return self._full[fold(name[-1])]
            if len(name) >= 2:
                return " ".join(name)
        return None

    def meant(self, subject: str) -> str | None:
        """The person a subject means: by name, by office ("the minister"), or whoever spoke last ("he")."""
        name = self.named(subject)
        if name is not None:
            return name
        said = set(words(subject))
        if said & PRONOUNS:
            return self.current
        office = said & TITLES
        fits = [(len(office & titles), person) for person, titles in self._titles.items() if office & titles]
        best = max((count for count, _ in fits), default=0)
        holders = [person for count, person in fits if count == best]
        if self.current in holders:
            return self.current
        if holders:
            return holders[0]
        return self.current if office else None

    def ranked(self) -> list[str]:
        """The full names met so far, the most often named first; those the bank knows before all others."""
        known = {speaker.name for speaker in self.known}
        names = dict.fromkeys(self.named(full) or full for full in self._full.values())
        return sorted(names, key=lambda name: (name not in known, -self._mentions[fold(name.split()[-1])]))


def saying(clause: str) -> Saying | None:
    """The verb of saying in a clause and what stands as its subject: before it, or behind it ("said the minister")."""
    tokens = [(match.group(), match.start(), match.end()) for match in _TOKEN.finditer(clause)]
    for at, (token, start, end) in enumerate(tokens):
        if fold(token) not in SAYING or token[:1].isupper():
            continue
        before = clause[:start].strip(" ,–—-")
        subject = " ".join(before.split()[-_NEAR:])
        if at == 0 or not _names_somebody(subject):
            subject = " ".join(clause[end:].split()[:_NEAR])
        return Saying(subject, fold(token))
    return None


def _names_somebody(phrase: str) -> bool:
    said = set(words(phrase))
    return bool(said & (PRONOUNS | TITLES)) or any(_stripped(run) for run, _ in _capitalised(phrase)) or len(said) >= 2


def _holds(phrase: str, name: str) -> bool:
    wanted, there = words(name), words(phrase)
    return bool(wanted) and any(there[at : at + len(wanted)] == wanted for at in range(len(there) - len(wanted) + 1))


def _stripped(run: Sequence[str]) -> list[str]:
    """A run of capitalised words without titles at its ends and what is capitalised only where a sentence begins."""
    name = list(run)
    while name and (fold(name[0]) in TITLES | PROSE | PRONOUNS or (len(name) > 1 and fold(name[0]) in DAYS)):
        del name[0]
    while name and fold(name[-1]) in TITLES | PRONOUNS:
        del name[-1]
    return name


def _capitalised(text: str) -> list[tuple[list[str], list[str]]]:
    """Runs of capitalised words, each with up to four words that stand before it."""
    found: list[tuple[list[str], list[str]]] = []
    run: list[str] = []
    before: list[str] = []
    seen: list[str] = []
    for match in _TOKEN.finditer(text):
        token = match.group()
        possessive = token.endswith(("'s", "’s"))
        word = token[:-2] if possessive else token
        if word[:1].isupper() or (run and fold(word) in _NAME_LINKS):
            if not run:
                before = seen[-4:]
            if not possessive:
                run.append(word)
                seen.append(word)
                continue
        if run:
            found.append((run, before))
            run = []
        seen.append(word)
    if run:
        found.append((run, before))
    return found
