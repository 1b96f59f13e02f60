"""Words that turn a sentence round when they are lost or changed: negations and numbers."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

NEGATIONS = frozenset(
    """
    not never no none nobody nothing nowhere neither nor without cannot cant dont doesnt didnt isnt arent wasnt werent
    wont wouldnt couldnt shouldnt hasnt havent hadnt mustnt mightnt neednt shant aint hardly barely
    """.split()  # noqa: SIM905  a table of words reads better as words
)
_COUNTED = """
    zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen
    eighteen nineteen twenty
    """.split()  # noqa: SIM905
_TENS = ["thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"]
_VALUES = {
    **{word: str(value) for value, word in enumerate(_COUNTED)},
    **{word: str(value) for value, word in zip(range(30, 100, 10), _TENS, strict=True)},
    "hundred": "100",
    "thousand": "1000",
    "dozen": "12",
}
_MORE = frozenset(
    """
    hundreds thousands million millions billion billions trillion trillions dozens half third quarter twice thrice
    """.split()  # noqa: SIM905
)


def negations(spoken: Iterable[str]) -> int:
    """How many of these words negate."""
    return sum(word in NEGATIONS for word in spoken)


def numbers(spoken: Sequence[str]) -> list[str]:
    """The numbers among these words, in order: forty is 40. "One" beside other words is none: one of them."""
    found = [
        _VALUES.get(word, word) for word in spoken if word in _VALUES or word in _MORE or any(map(str.isdigit, word))
    ]
    return [] if found == ["1"] and "one" in spoken and len(spoken) > 1 else found
