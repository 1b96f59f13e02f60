"""What a word in a quote is worth, as one number of a byte: its field, and how much it stands out there (BM25F).

A quote covers a share of a word's weight by the field that holds it; BM25F and the boost of names only break ties. Both
are worked out once, while the index is built: `SCORES[code]` is then all there is to look up. With fifty steps a field,
code 1 + 2 * 50 + 30 = 131 says: in the text, BM25F 30/50; it is worth 1.0 + .03 * 30/50 = 1.018.
"""

from __future__ import annotations

from functools import lru_cache

from ..tuning import CORRECTED_NAME_BOOST, FIELD_WEIGHTS, IMPACT_STEPS, NAME_BOOST, TIE_BREAK

SOURCE, QUESTION, TEXT, SPEAKER, TOPIC = range(5)
ABSENT = LENGTH_CODE = 0
"""In a quote: the word is absent. In a posting: a word in the text, whose code is that of each quote's length."""
FIELD_OF = (-1, *(field for field in range(5) for _ in range(IMPACT_STEPS)))
"""The field a code stands for."""


def impact_code(field: int, tie: float) -> int:
    """The code of a field with a BM25F value from 0 to 1."""
    return 1 + field * IMPACT_STEPS + min(IMPACT_STEPS - 1, int(tie * IMPACT_STEPS))


def _score(field: int, step: int, boost: float) -> float:
    tie = TIE_BREAK * step / IMPACT_STEPS
    if field == SPEAKER:  # the first step is for a name that only another form of the word is
        return FIELD_WEIGHTS[field] + (NAME_BOOST[field] * boost * step / IMPACT_STEPS) + tie
    return FIELD_WEIGHTS[field] + NAME_BOOST[field] * boost + tie


SCORES = (0.0, *(_score(field, step, 1.0) for field in range(5) for step in range(IMPACT_STEPS)))
"""What a code stands for where quotes are ranked: the share of its field, and a step of BM25F."""
_SCORES_WHEN_CORRECTED = (
    0.0,
    *(_score(field, step, CORRECTED_NAME_BOOST) for field in range(5) for step in range(IMPACT_STEPS)),
)
"""The same for a word that was only taken for another: who it was taken for is no reason to be ahead."""
MAX_TEXT_SCORE = 1 + TIE_BREAK
"""The most a word in a text is worth."""


@lru_cache(maxsize=256)
def scores_for_single_term(share: float) -> tuple[float, ...]:
    """What each code is worth to a word that stands alone, where only a share of it counts."""
    return tuple(share * score for score in (SCORES if share == 1.0 else _SCORES_WHEN_CORRECTED))
