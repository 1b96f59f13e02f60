"""Whether a message asks for a quote on a topic, or only speaks of one."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ..search.analysis import LIGHT_WORDS, STOP_WORDS
from ..text import words
from .tuning import HEARD_WORDS

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from ..bank.quote import Topic

MARK = "…"
"""Stands in a call where the topic's name goes; without it the name goes last."""

# These read folded words joined by single spaces.
_ASKS = re.compile(
    r"\b(?:any|anyone|anybody|anything|please|pls|plz|need|needs|want|wants|wanna|looking for|searching for"
    r"|(?:is|are) there|id (?:like|love)|could use|does (?:\w+ ){1,3}have"
    r"|would (?:like|love|be (?:nice|great|good))|(?:do|does|did|have) (?:you|u|we)"
    r"|(?:can|could|would|will) (?:you|u|i|we|someone|somebody)|(?:someone|somebody) (?:got|has|have|give|post|send)"
    r"|(?:give|send|show|find|get|tell|read) (?:me|us)|gimme|lemme|lets (?:have|hear|see)|who (?:has|have|knows|can)"
    r"|wheres|where (?:can|do|could|is|are)|whats|what (?:did|does|do|has|have|had|is|are|was|were|would|even))\b"
)
_REFUSES = re.compile(
    r"\b(?:no|not(?! (?:find|have|get))|never|stop|enough|without|wont|nobody|needed|wanted|was looking|tired|sick|hate"
    r"|(?:dont|doesnt|didnt)(?! (?:find|have|get)))\b"
)
_BEGINS = re.compile(
    r"(?:(?:a|an|some|another|one|more|short|ok|okay|so|and|but|hey|hi|hello|yo|guys|um|hm|hmm|well|also) )*"
)
_ASKS_FOR_SEEN_QUOTE = re.compile(
    r"(?:(?:ok|okay|so|and|but|hey|hi|um|hm|hmm|wait) )*"
    r"(?:what(?:s| (?:is|was|are|were|did|does|has))|where(?:s| (?:is|was|can)))\b"
)
_SEEN = frozenset(words("that this those these the his her their my your our its"))
_ARTICLES = frozenset(words("the a an"))
_COURTESY = frozenset(words("please pls plz anyone anybody thanks thx ty for from again now too by in since after"))
_MAY_FOLLOW = (
    STOP_WORDS | LIGHT_WORDS | _COURTESY | frozenset(words("lately recently exactly officially publicly back guys"))
)


@dataclass(frozen=True, slots=True)
class Call:
    """A phrase that calls for a quote together with the name of a topic: folded words before and after the name."""

    text: str
    before: tuple[str, ...]
    after: tuple[str, ...]

    @classmethod
    def read(cls, text: str) -> Call | None:
        """A call as it stands in topics.yaml; None when there are no words in it."""
        before, _, after = text.replace("...", MARK).partition(MARK)
        call = cls(text, tuple(words(before)), tuple(words(after)))
        return call if call.before or call.after else None

    def on(self, topic: Topic) -> str:
        """The call with the topic's own name in it, as it is shown, logged and muted."""
        before, _, after = self.text.replace("...", MARK).partition(MARK)
        return " ".join(part for part in (before.strip(), topic.name, after.strip()) if part)

    def around(self, said: Sequence[str], start: int, end: int) -> tuple[int, int] | None:
        """Where the call stands whose name is at [start, end), an article before the name not counted; None if not."""
        last = end + len(self.after)
        if tuple(said[end:last]) != self.after:
            return None
        for stop in (start, start - 1) if start and said[start - 1] in _ARTICLES and self.before else (start,):
            first = stop - len(self.before)
            if first >= 0 and tuple(said[first:stop]) == self.before:
                return first, last
        return None


def asks(said: Sequence[str], start: int, end: int, names: Collection[str]) -> bool:
    """Whether a clause asks for a quote with the call at [start, end), rather than tells of one it has seen.

    `names` are first words of topics' names, which may follow. What is said around a call is read as English.
    """
    before, following = _joined(said[max(start - HEARD_WORDS, 0) : start]), said[end] if end < len(said) else None
    if _REFUSES.search(before):
        return False
    if start and said[start - 1] in _SEEN and not _ASKS_FOR_SEEN_QUOTE.match(before):
        return False
    if following is None or following in _COURTESY:
        alone = _BEGINS.fullmatch(before) is not None
    elif following in _MAY_FOLLOW or following in names or following.isdecimal():
        alone = False
    else:
        return False
    return alone or _ASKS.search(before + _joined(said[start : end + HEARD_WORDS])) is not None


def _joined(said: Sequence[str]) -> str:
    return "".join(f"{word} " for word in said)
