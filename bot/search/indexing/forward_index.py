"""Each quote as one line, a character for each of its words and for all else it can be found by.

Whether a quote holds a word is then one look into a short string, some forty nanoseconds in Python, a tenth of a search
in a list of quotes; and the lines cost little more than the text itself. With A, B, C for the forms of "we need both",
D for a topic and E for a speaker, the line of a quote is "ABCDE": it holds the phrase "need both", since "BC" is in it,
and is about the topic, since "D" is. A stem group of several forms ("need", "needs") has a character of its own behind
the text; one of a single form goes by that form's.
"""

from __future__ import annotations

from array import array
from collections import Counter
from operator import add
from typing import TYPE_CHECKING

from ..tuning import BESIDE_TEXT_IMPACT, TOPIC_PLACE_STEP, TOPIC_PLACES
from .impact_codes import LENGTH_CODE, QUESTION, TOPIC, impact_code
from .postings import DocumentLines, FieldPosting
from .vocabulary import FIRST_CHAR

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from .metadata import Metadata
    from .vocabulary import Vocabulary

_ASKED = impact_code(QUESTION, BESIDE_TEXT_IMPACT)
_BY_PLACE = tuple(impact_code(TOPIC, 1.0 - TOPIC_PLACE_STEP * place) for place in range(TOPIC_PLACES))


class ForwardIndex:
    """The lines of a bank, and the parts of a posting they hold."""

    def __init__(
        self,
        vocabulary: Vocabulary,
        owners: Sequence[Metadata],
        topics: Mapping[str, Sequence[array[int]]],
        chars: array[int] | None = None,
    ) -> None:
        free = FIRST_CHAR + len(vocabulary.forms)
        self._vocabulary = vocabulary
        self._own = free
        free += len(vocabulary.groups)
        self._asked = {group: chr(free + at) for at, group in enumerate(vocabulary.asked)}
        free += len(vocabulary.asked)
        for field in owners:
            free = field.number(free)
        self.topics: dict[str, tuple[FieldPosting, ...]] = {}
        """The parts of each topic's posting."""
        for topic, places in topics.items():
            placed = [FieldPosting(chr(free + at), _BY_PLACE[at], (docs,)) for at, docs in enumerate(places) if docs]
            self.topics[topic] = tuple(placed)
            free += len(places)
        self.chars = _characters(vocabulary, self._own) if chars is None else chars
        """The character of each stem group."""
        lines = vocabulary.lines
        if len(lines) != len(vocabulary.ends) or len(self.chars) != len(vocabulary.groups):
            raise ValueError("the lines do not fit together")
        if chars is None:
            lines = list(map(add, lines, self._besides(owners)))
        self.documents = DocumentLines(lines, vocabulary.codes, {})

    def _besides(self, owners: Sequence[Metadata]) -> list[str]:
        vocabulary = self._vocabulary
        besides = [""] * len(vocabulary.ends)

        def put(char: str, docs: Iterable[int]) -> None:
            for doc in docs:
                besides[doc] += char

        for group, char in enumerate(self.chars):
            if char >= self._own:
                put(chr(char), vocabulary.docs[vocabulary.starts[group] : vocabulary.starts[group + 1]])
        for group, docs in vocabulary.asked.items():
            put(self._asked[group], docs)
        for owned in owners:
            for owner, line in owned.lines().items():
                put(line, owned.docs[owner])
        for parts in self.topics.values():
            for chars, _, (docs,) in parts:
                put(chars, docs)
        return besides

    def text(self, group: int) -> tuple[FieldPosting, ...]:
        """The parts of a stem group: in texts, and in questions."""
        vocabulary = self._vocabulary
        docs = vocabulary.docs[vocabulary.starts[group] : vocabulary.starts[group + 1]]
        said = FieldPosting(chr(self.chars[group]), LENGTH_CODE, (docs,))
        if group not in self._asked:
            return (said,)
        asked = FieldPosting(self._asked[group], _ASKED, (vocabulary.asked[group],))
        return (said, asked) if docs else (asked,)


def _characters(vocabulary: Vocabulary, own: int) -> array[int]:
    """A character for each stem group: that of its form, or one of its own where it has several."""
    chars = array("I", range(own, own + len(vocabulary.groups)))
    several = Counter(vocabulary.group)
    for form, group in enumerate(vocabulary.group):
        if group >= 0 and several[group] == 1:
            chars[group] = FIRST_CHAR + form
    return chars
