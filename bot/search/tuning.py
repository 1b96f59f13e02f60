"""Every threshold of the search in one place: its unit, what it decides, where it is measured.

`(n)` behind a meaning says what shows when it is moved by .6 or by 1.6: 1 rows of tests/data/searches.yaml, the lines
of tests/data/chat_lines.txt or a test of tests/search; 2 the known-item sets of benchmarks/search (hit@1, off-topic
answered) on 1,000, 10,000 and 100,000 quotes; 3 the times of benchmarks/search (p50, p99); 4 nothing: a bound on memory
or on hostile input, chosen and not measured; 5 none of these: it is chosen by reasoning.
"""

from __future__ import annotations

# What is read of a query.
MAX_INPUT_CHARS = 1000
"""Characters; what is longer is no query (1, 4)."""
MAX_QUERY_CHARS = 200
"""Characters of a query that are read, after folding (1, 3: a long query costs by its length)."""
SPELLED_LETTERS = 4
"""So many single letters are no words (1)."""

# How much of a query an answer must cover.
ANSWER_BAR = 0.6
"""Share of a query's weight, by rarity, that a quote must cover to be an answer (1, 2)."""
ANSWER_BAR_TWO_TERMS = 0.66
"""The same where two words carry the query: one of them alone is no answer (1, 2)."""
MINOR_TERM = 0.2
"""Words up to this share of the heaviest word's weight do not count as carrying the query (1)."""
MOST_OF_QUERY = 0.8
"""Where a quote covers this share, quotes that cover less answer nothing (1, 2)."""
SURE_COVERAGE = 0.8
"""Share below which a word that exists may have been meant to be another (1, 2)."""
SUSPECT_ALL_UP_TO = 3
"""Words of a query up to which all may be misspelt; of more, those that the best answer lacks (2)."""
EQUAL_COVERAGE = 0.02
"""Quotes whose coverage differs by less answer equally well (1, 2)."""
NEAR_TOPIC = 0.05
"""Share by which a topic's name may be less near than the nearest word and still be meant (2)."""

# Filters.
TESTED = 500
"""Quotes that are tested one by one, before what all filters leave is put together (3: in a bank of 100,000)."""

# The index.
BM25_K1 = 1.2
"""k1 of BM25: how soon a repeated word stops counting (1, 2; the usual value)."""
BM25_B = 0.6
"""b of BM25: how much a long quote is held back, 0 to 1 (1, 2)."""
FIELD_WEIGHTS = (0.5, 0.7, 1.0, 1.0, 1.0)
"""Share of a word's weight that a quote covers by holding it in its source, question, text, speaker, topics (1, 2)."""
TIE_BREAK = 0.03
"""The most that BM25F adds to a covered word, as a share: less than any real difference in coverage (1, 2)."""
NAME_BOOST = (0.0, 0.0, 0.0, 0.08, 0.05)
"""By field: share by which quotes by somebody, or of a topic, stand ahead of a mere mention of the name (1)."""
CORRECTED_NAME_BOOST = 0.1
"""The part of that boost where the name was only taken for another word (2: at ten times; at 0, what is completed)."""
IMPACT_STEPS = 50
"""Steps in which BM25F values are kept, a byte a quote (1, 2, 3: the fields times the steps must fit into a byte)."""
SPEAKER_IMPACT, BESIDE_TEXT_IMPACT = 0.9, 0.5
"""BM25F value, 0 to 1, of a word in a speaker's name; in a source's outlet or title, or in a question (1, 2)."""
TOPIC_PLACES, TOPIC_PLACE_STEP = 10, 0.1
"""Places of a topic in a quote that are told apart; how much less BM25F value each has than the one before (1, 2)."""
STOP_WORD_SHARE = 0.25
"""Share of all quotes in which a stop word is taken to stand where a word is weighed as a correction (5)."""
TOP_DOCS = 64
"""Quotes that are re-ranked, the best by coverage (1, 2, 3)."""
CACHED_SETS = 48
"""Sets of the quotes of frequent words that are kept (3, 4)."""
CACHED_TERMS = 4096
"""Postings, words and beginnings that are remembered, of each kind (3, 4)."""
INITIALS_FROM = 3
"""Words or letters from which on an outlet has a short name ("voa") (1)."""

# Spelling: neighbours in the vocabulary.
EXACT_UP_TO = 3
"""Letters up to which a word is taken as it is typed (1, 2)."""
TWO_EDITS_FROM = 9
"""Letters from which on a word may be two edits away (1, 2)."""
EDIT_COST = (0.0, 0.08, 0.2)
"""Share that no, one and two edits take from a match (1, 2)."""
FIRST_LETTER_COST = 0.012
"""Share that a wrong first letter takes on top (2)."""
LIKELIHOOD_WEIGHT = 0.008
"""Share that each step of likelihood (a factor of e) is worth between words equally near: less than an edit (1, 2)."""
USUAL_LIKELIHOOD, MAX_LIKELIHOOD = 4.0, 8.0
"""Logarithms: the likelihood that adds nothing, and the most above it that counts (1, 2)."""
ANY_LETTER = 3.2
"""Logarithm of 25: a wrong or an extra letter can be any of 25, one left out or two swapped only one (from theory)."""
DOUBLED_LETTER = 0.7
"""Logarithm of 2: of two like letters either may be left out, or doubled (from theory)."""
MAX_NEIGHBOURS, NEIGHBOUR_MARGIN = 5, 0.04
"""Neighbours that are told; the share behind the likeliest beyond which one would never be meant instead (1, 2, 3)."""


# Spelling: what a word of a query is taken for.
SHORT_WORD = 5
"""Letters up to which a word that stands alone is a slip only by the likeliest slips, or for a name (2)."""
LIKELY_SLIP_SHARE, FIVE_LETTERS_SHARE, FOUR_LETTERS_SHARE = 0.001, 0.005, 0.05
"""Shares of all quotes that hold the other word: for a likely slip of four letters, any slip of five, of four (2)."""
SLIP_FREQUENCY_BY_LENGTH = (0.0,) * 6 + (0.0144, 0.0096, 0.006, 0.0036)
"""How often the other must stand in the bank, by letters typed, times the root of the number of quotes: so a vocabulary
grows, and with it the words that are near by chance (2)."""
TWO_EDITS_ALONE_FROM = 11
"""Letters from which on a word that stands alone may be two edits from one that is no name (1)."""
REAL_WORD_COST = 0.05
"""Share that it costs to take a word that exists for another (1, 2)."""
STEM_SHARE = 0.97
"""Share of a match where a form stands nowhere and another of its stem does (1, 2)."""
LIKELY_SLIP_FACTOR = 8
"""So many times more seldom than all forms of the stem may a word one likely slip away stand and be meant (1: at 1)."""
PREFIX_SHARE, PREFIX_SHARE_ALONE = 0.93, 0.91
"""Share of a match where a word is taken for the beginning of one; where it stands alone (1, 2)."""
PREFIX_FROM, PREFIX_ALONE_FROM = 4, 7
"""Letters from which on a last word that stands alone may begin another; one that names nothing (1, 2)."""
MAX_COMPLETIONS, MAX_SHORT_COMPLETIONS = 8, 3
"""Words a beginning may be of; one of fewer than `COMPLETION_FROM` letters (1, 2, 3)."""
COMPLETION_FROM = 3
"""Letters a beginning has that may be of many words (1, 2, 3)."""
RUN_TOGETHER_SHARE = 0.95
"""Share of a match where two words were run together (1)."""
SPLIT_FROM, SPLIT_PART_FROM = 6, 3
"""Letters of a word that may be two run together, and of each of the two (1)."""
SPLIT_DOCS = 1000
"""Quotes of the rarer word in which two words run together are looked for (3)."""
EVERYDAY_SLIP_AMONG = 3
"""Words that carry something among which an everyday word may be a slip (1, 2)."""
NEARLY_AS_LIKELY = 0.04
"""Share by which a neighbour may be behind one that is a stop word and still be meant (2)."""

# What words weigh.
CHATTER_WEIGHT, LIGHT_WEIGHT = 0.03, 0.1
"""Part of its weight that chatter, and a word that carries little, keep while another word carries something (1, 2)."""
DOUBTFUL_WEIGHT = 0.3
"""Part that a misspelt word keeps that may also have been a stop word (2)."""
SHORT_UNKNOWN_WEIGHT = 0.7
"""Part that a word keeps that is too short for corrections and stands in no quote (1)."""

# Candidates and scores.
MAX_SCORED = 1500
"""Quotes that are scored for one query, about (1, 3; costs answers only in banks of tens of thousands)."""
MAX_SCORED_AT_ONCE = 64
"""Candidates that are scored at once; more are narrowed down first (3)."""
MANY_CANDIDATES = 400
"""Candidates beyond which those that hold every word may be enough (3)."""
LACKING = 0.08
"""Part of what there is to gain that may be lacking where all words are held (3)."""
LINE_COST = 4
"""Steps through a list of quotes that take as long as one look into a quote's line (3)."""
CACHED_SET_FROM = 500
"""Quotes of a word from which on their set is kept for the next query (3)."""
EXACT_FORM_EXPANSIONS, EXACT_FORM_DOCS = 2, 1500
"""For so many readings of a single word its very form is looked for, in so many quotes (1, 3)."""

# Re-ranking.
EXACT_FORM_BONUS = 0.04
"""Share that the very form of every word is worth beside other forms of it (1, 2)."""
WORD_ORDER_BONUS, WORD_ORDER_FROM = 0.3, 5
"""Share that the words in their order are worth, in a query of so many words: a sentence half remembered (1, 2)."""
PHRASE_FROM = 3
"""Words, or two that carry something, that are a phrase where they stand word for word (2)."""

# Whose words a query asks for, and what is offered where nothing is found.
MAX_NAME_WORDS = 4
"""Words of a name (1)."""
MAX_SUGGESTED = 5
"""Topics offered: a row of buttons."""
SUGGEST_LIKENESS = 72
"""Likeness, 0 to 100, of a topic's name to a word; also what a beginning counts (1)."""
SUGGEST_WORD_FROM, SUGGEST_WORDS, SUGGEST_DOCS = 3, 8, 20
"""Letters of a word that is looked up; words, and quotes of each word, that are looked at (4)."""

# Quotes for a whole message.
MAX_MESSAGE_CHARS, MAX_SENTENCES = 6000, 40
"""Characters and sentences of a message that are read (4)."""
NAMED_TOPIC_WEIGHT = 2.0
"""What a topic named in a sentence weighs beside a word that stands in a quote (5; scores move, not what is found)."""
OTHER_SENTENCES = 0.25
"""What the other sentences add to the one that fits best (5; without it, a test of ties is red)."""
MIN_SHARED_WORDS = 2
"""Words that a sentence without a topic must share with a quote (1)."""
TELLING_WORD_DOCS, MAX_TELLING_WORDS = 1500, 24
"""Quotes up to which a word says something about a message, and words of a sentence that are looked up (3)."""
MAX_NAMED_TOPICS = 3
"""Topics named as what a message is about."""

# Timelines.
MAX_TIMELINE_QUOTES = 5000
"""Quotes a timeline is made of at most (4)."""
JUDGED_QUOTES = 600
"""Quotes read for the best passage and for like statements, shared out among the years (3)."""
FULL_QUOTE_CHARS, MAX_PASSAGE_CHARS = 200, 320
"""Characters up to which a passage is the whole quote (of a longer one it is a sentence), and at which it is cut."""
MIN_PASSAGE_WORDS = 5
"""Words below which a passage says too little alone (1)."""
MAX_PARALLELS = 5
"""Pairs of like statements shown."""
MAX_RELATED, JUDGED_RELATED = 3, 100
"""Quotes of other years that are offered beside one as nearly the same, and those looked through for them (4)."""
NEARLY_SAME = 0.6
"""Share of the longer statement's words that did not change, from which on two are called nearly the same (1)."""
SAME_LIKENESS = 70.0
"""Likeness of words, 0 to 100, from which on two sentences are nearly the same."""
CLOSE_LIKENESS, CLOSE_RUN = 50.0, 4
"""So are those where one has a stretch as like as this to the other, and a run of so many words in common.

In the shipped bank, of 2,471 pairs of sentences of different years, one passes: "there is no contradiction between …"
of 2014 and of 2017 (59, a run of five). The next, "to protect all allies", has 47; "we need to …" has 75, but a run
of three.
"""
MIN_SENTENCE_WORDS = 4
"""Words a sentence must have to be compared."""
MAX_SHARING = 12
"""Statements compared for one run of three words: what more of them share is a way of speaking."""
MAX_COMPARED = 2000
"""Pairs compared closely, those with the most runs in common first (3)."""

MAX_SEEN = 25
"""Quotes a place saw last that come last where they answer something else too (5)."""
MAX_ROUNDS = 10_000
"""Rounds of picks kept in memory; the one used longest ago gives way, and is taken up again from the log (4)."""
