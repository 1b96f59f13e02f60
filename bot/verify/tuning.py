"""Every threshold of checking quotations in one place: its unit, what it decides, where it is measured.

`(n)` behind a meaning says what shows when it is moved by .6 or by 1.6: 1 rows of tests/data/verdicts.yaml or a test of
tests/verify; 2 the share of right verdicts of benchmarks/verify on 1,000 or 10,000 quotes; 3 the work done for its
claims, there or on 100,000 quotes (calls, quotes read, words hashed: 3 % or more, counted, not timed); 4 a bound on
memory, on time or on hostile input, chosen and not measured.
"""

from __future__ import annotations

# What is read of a pasted text.
MAX_PASTED_CHARS = 8000
"""Characters of a pasted text that are read (1, 4)."""
MAX_QUOTATIONS = 12
"""Quotations of one text that are checked (1, 4)."""
MAX_GAPS = 12
"""Ellipses of one quotation that are read (4)."""
PHRASE_WORDS = 3
"""Fewer marked words are only a phrase in the sentence around them, where that has as many words (1)."""
LEFT_SHARE = 0.4
"""Share of a text that must be left when what is said about the quotation is taken away (1)."""
MIN_SINGLE_MARKED_WORDS = 3
"""Words within single marks, which are apostrophes too, that are a quotation (1)."""
MAX_TAILS = 3
"""Lines or brackets behind a quotation that say who and when (1)."""
AROUND_CHARS = 200
"""Characters before and behind a quotation that are read for who said it (4)."""
SAME_NAME = 80.0
"""Likeness, 0 to 100, from which two spellings are one name (1)."""
MIN_NAME_LETTERS = 3
"""Letters up to which a part of a name must be the very same (1)."""

# Which quotes come into question.
LOOKUP_BUDGET = 500
"""Places looked up for one run of words; the two rarest words are looked up in any case (3)."""
RAREST_WORDS = 8
"""Words of a run that are looked up, the rarest first (1, 3)."""
READ_THROUGH = 48
"""Quotes that are read through for a run of words without a second word to narrow them down (4)."""
COMPARED, MAX_COMPARED = 100, 600
"""Quotes compared closely; and where they share equally many rare words, or on a second look (3)."""
COMMON_WORD = 1000
"""Quotes that hold a run's rarest word beyond which its words in a row say more than each alone (1)."""
MAX_SCANNED = 200
"""Quotes found by reading all texts for a run of stop words (1, 4)."""
SCAN_WORDS = 3
"""Words in a row that all texts are read for (1, 3)."""
NEAREST_SHARE = 0.15
"""Share of a claim's words, in their order, that the nearest quotes hold (1, 3)."""
NEAREST_MARGIN = 1
"""Words in order that a quote may share less than the best and still be among the nearest (1, 3)."""
WIDER = 8
"""So many times as many places are looked up on a second look (3)."""
SECOND_LOOK = 0.45
"""Likeness from which on a second look is worth the time (1, 3)."""

# Verdicts.
EXACT_BELOW = 5
"""Words; fewer need an exact match (1, 2)."""
ALTERED_LIKENESS = 0.6
"""Share of a claim's words, by what they carry, that a quote holds that was altered (1, 2)."""
SENTENCE_LIKENESS = 0.8
"""The likeness of a sentence of a long text that is not found as a whole (1)."""
LONG_TEXT = 60
"""Words from which on a text that is not found as a whole is read sentence by sentence (1)."""
SHORT_CLAIM = 8
"""Words up to which a claim differs in one from the quote that was altered; with up to two more, in two (1)."""
STOP_WORD_WEIGHT = 0.4
"""What a stop word weighs beside one that says something (1)."""
ALSO_QUOTED = 0.6
"""Share of the words around a quotation that its quote must hold too in order that they are part of it (1)."""
SPLICED_SHARE = 0.85
"""Share of a claim that real passages must cover for it to be spliced (1, 2)."""
SPLICED_WORDS = 4
"""Words a spliced claim must have that the nearest quote has not (1)."""
WORTH_SPLITTING = 2
"""Words a claim must have that the nearest quote has not, to be looked for in several (1, 3)."""
MIN_RUN, MIN_SENTENCE = 4, 2
"""Words of the shortest run that counts as a passage (1, 2), and of the shortest whole sentence that does (1)."""
LONG_END = 3
"""A run at an end of this part of the claim (a third) is long enough not to look further (1, 3)."""
MAX_SPLITS, SPLIT_QUOTES = 3, 4
"""Times that the rest of a claim is split again, and quotes that are looked at for it (1)."""
LEFT_OUT_WORDS, LEFT_OUT_AROUND = 6, 3
"""Words left out without a mark that make a splice of what is left, and words that stand on either side (1)."""
REACH = 4
"""Words before and behind the likeliest place that are compared too (1, 2)."""
ADRIFT = 3
"""Equal words between two omissions that may belong to either side (1)."""
MAX_REPLACED = 3
"""Words of a quote that an editor's brackets may stand for (1)."""

# What stands in the articles, by their fingerprints.
ALL_ARTICLES = 12
"""Articles up to which every claim is looked for in all of them; beyond, in the likeliest first (1)."""
MAX_CHANCE = 1e-3
"""The most that the chance of a mistake may be, over all sources asked (1; from theory)."""
LONG_RUN = 8
"""Words in a row that are told of a claim that is in no source (1)."""
HEAD_WORDS = 3
"""Words beyond a window that tell most articles apart (3)."""

# What is offered for words that stand in no source.
NEAREST_WORDS = 3
"""Words that carry something and that a quote must share to be offered as the nearest (1)."""
