"""The query sets of the benchmark, drawn with a seed from a corpus whose answers are known.

Every query is a pair: the words, and the ids any of which is a right answer (none for an off-topic query). Even queries
of a set are for tuning, odd ones are reported; off-topic subjects are in one half only, so that no word of those
that are reported was there to tune by.
"""

from __future__ import annotations

import random
import sys
from bisect import bisect_left
from collections import defaultdict
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import Stemmer

sys.path.insert(0, str(Path(__file__).parents[2]))

from foreign import HALVES, Foreign, read_subjects

from bot.text import words

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

EVERYDAY = Path(__file__).parents[1] / "corpora/unpacked/wamerican-small/usr/share/dict/american-english-small"
LETTERS = "abcdefghijklmnopqrstuvwxyz"
SIZE = 600
"""Queries in a set; every other one is for tuning, the rest are reported."""
OFF = "off-topic"
FRAMES = ("{}", "{}", "quote about {}", "what did he say about {}", "{} opinions")
STOP = frozenset(
    """
    i me my myself we our ours ourselves you your yours yourself yourselves he him his himself she her hers
    herself it its itself they them their theirs themselves what which who whom this that these those am is are
    was were be been being have has had having do does did doing would should could ought im youre hes shes its
    were theyre ive youve weve theyve id youd hed shed wed theyd ill youll hell shell well theyll isnt arent
    wasnt werent hasnt havent hadnt doesnt dont didnt wont wouldnt shant shouldnt cant cannot couldnt mustnt
    lets thats whos whats heres theres whens wheres whys hows a an the and but if or because as until while of
    at by for with about against between into through during before after above below to from up down in out on
    off over under again further then once here there when where why how all any both each few more most other
    some such no nor not only own same so than too very shall unto upon hath thee thou thine will yeah
    """.split()  # noqa: SIM905
)
"""Snowball's English stop words, without apostrophes, and those of the King James Bible."""
STEM = Stemmer.Stemmer("english").stemWord
SHORTEST = 5
"""Letters of the words drawn: of a shorter one with a typo nobody can tell which word it was."""


class Asked(NamedTuple):
    """A query and its right answers. `forms` are those that hold another form of the word that was misspelt."""

    words: str
    right: frozenset[str]
    forms: frozenset[str] = frozenset()


def typo(word: str, rng: random.Random) -> str:
    """One letter left out, put in, replaced or swapped with the next: each as likely, anywhere; no everyday word."""
    while True:
        kind, at = rng.randrange(4), rng.randrange(len(word))
        letter = rng.choice(LETTERS)
        if kind == 0:
            made = word[:at] + word[at + 1 :]
        elif kind == 1:
            made = word[:at] + letter + word[at:]
        elif kind == 2:
            made = word[:at] + letter + word[at + 1 :]
        else:
            at = min(at, len(word) - 2)
            made = word[:at] + word[at + 1] + word[at] + word[at + 2 :]
        if made != word and made not in everyday():
            return made


@cache
def everyday() -> frozenset[str]:
    """The words of Debian's small word list: a typo that makes one of them nobody can see."""
    return frozenset(EVERYDAY.read_text("utf-8").lower().split())


class Corpus:
    """What the sets are drawn from: the words of each quote, and the quotes of each word."""

    def __init__(self, rows: list[dict]) -> None:
        self.rows = rows
        self.words = {row["id"]: words(row["text"]) for row in rows}
        self.holding: dict[str, set[str]] = defaultdict(set)
        for row in rows:
            for word in {*self.words[row["id"]], *words(row["speaker"]), *words(row["source"]), *row["topics"]}:
                self.holding[word].add(row["id"])
        self.by = defaultdict(set)
        for row in rows:
            for name in words(row["speaker"]):
                self.by[name].add(row["id"])
        self.about = defaultdict(set)
        for row in rows:
            for topic in row["topics"]:
                self.about[topic].add(row["id"])
        self.forms = defaultdict(set)
        for word in self.holding:
            self.forms[STEM(word)].add(word)
        self._by_letters = sorted(self.holding)

    def beginning(self, begun: str) -> list[str]:
        """The words that begin so."""
        first = bisect_left(self._by_letters, begun)
        return self._by_letters[first : bisect_left(self._by_letters, begun + "\U0010ffff", first)]

    def telling(self, quote: str, shortest: int = SHORTEST) -> list[str]:
        """The words of a quote that say something, in order, each once."""
        said = dict.fromkeys(self.words[quote])
        return [
            word for word in said if len(word) >= shortest and word not in STOP and word.isalpha() and word.isascii()
        ]

    def with_all(self, asked: Iterable[str]) -> frozenset[str]:
        """The quotes that hold every one of these words."""
        return frozenset(set.intersection(*(self.holding[word] for word in asked)))


def clean(corpus: Corpus, rng: random.Random) -> Asked | None:
    """Three to five words of one quote, as they stand; right is any quote that holds them all."""
    quote = rng.choice(corpus.rows)["id"]
    telling = corpus.telling(quote)
    if len(telling) < 3:
        return None
    asked = rng.sample(telling, min(len(telling), rng.randint(3, 5)))
    return Asked(" ".join(asked), corpus.with_all(asked))


def misspelt(corpus: Corpus, rng: random.Random) -> Asked | None:
    """The same with one typo in every word."""
    drawn = clean(corpus, rng)
    return drawn and Asked(" ".join(typo(word, rng) for word in drawn.words.split()), drawn.right)


def one_word(corpus: Corpus, rng: random.Random) -> Asked | None:
    """One word of six letters or more with one typo that makes no other word of the corpus; right is any quote that
    holds the word. Those that hold another word of its Snowball stem are told apart."""
    telling = corpus.telling(rng.choice(corpus.rows)["id"], 6)
    if not telling:
        return None
    word = rng.choice(telling)
    made = typo(word, rng)
    if made in corpus.holding:
        return None
    forms = {quote for form in corpus.forms[STEM(word)] for quote in corpus.holding[form]}
    return Asked(made, frozenset(corpus.holding[word]), frozenset(forms - corpus.holding[word]))


def speaker_topic(corpus: Corpus, rng: random.Random) -> Asked | None:
    """A speaker's last name and a topic, one typo in each; right is any quote by such a speaker on the topic."""
    row = rng.choice(corpus.rows)
    if not row["topics"] or not row["speaker"]:
        return None
    last = words(row["speaker"])[-1:]
    topic = rng.choice(row["topics"])
    if (
        not last
        or len(last[0]) < SHORTEST
        or len(topic) < SHORTEST
        or not last[0].isalpha()
        or not last[0].isascii()
        or last[0] in STOP
    ):
        return None
    right = corpus.by[last[0]] & corpus.about[topic]
    return Asked(f"{typo(last[0], rng)} {typo(topic, rng)}", frozenset(right))


def prefix(corpus: Corpus, rng: random.Random) -> Asked | None:
    """Two or three words of a quote, the last one begun only: half its letters, at least three."""
    telling = corpus.telling(rng.choice(corpus.rows)["id"])
    if len(telling) < 3:
        return None
    *whole, last = rng.sample(telling, rng.randint(2, 3))
    begun = last[: max(3, (len(last) + 1) // 2)]
    right = set.intersection(*(corpus.holding[word] for word in whole)) & {
        quote for word in corpus.beginning(begun) for quote in corpus.holding[word]
    }
    return Asked(" ".join((*whole, begun)), frozenset(right))


def misremembered(corpus: Corpus, rng: random.Random) -> Asked | None:
    """A stretch of a quote of six to ten words with one telling word replaced by another of the corpus and one word
    left out."""
    quote = rng.choice(corpus.rows)["id"]
    said = corpus.words[quote]
    if len(said) < 10:
        return None
    length = rng.randint(6, 10)
    first = rng.randrange(len(said) - length + 1)
    stretch = said[first : first + length]
    telling = [at for at, word in enumerate(stretch) if len(word) >= SHORTEST and word not in STOP]
    if len(telling) < 4:
        return None
    stretch[rng.choice(telling)] = rng.choice(corpus.telling(rng.choice(corpus.rows)["id"]) or ["nothing"])
    del stretch[rng.randrange(length)]
    return Asked(" ".join(stretch), frozenset({quote}))


def off_topic(subjects: list[list[str]], rng: random.Random) -> Iterator[Asked]:
    """The foreign words of a subject, or one of them; at times as a question. Every subject as often as the others."""
    while True:
        for subject in rng.sample(subjects, len(subjects)):
            said = [rng.choice(subject)] if rng.random() < 0.4 else subject
            yield Asked(rng.choice(FRAMES).replace("{}", " ".join(said)), frozenset())


SETS: dict[str, Callable[[Corpus, random.Random], Asked | None]] = {
    "clean known item": clean,
    "one typo in every word": misspelt,
    "one misspelt word": one_word,
    "speaker + topic, typos": speaker_topic,
    "prefix": prefix,
    "misremembered": misremembered,
}


def draw(rows: list[dict], seed: int = 7) -> dict[str, list[Asked]]:
    """Every set, the same each time for the same rows and seed."""
    corpus = Corpus(rows)
    drawn = {}
    for name, make in SETS.items():
        rng = random.Random(f"{seed} {name} {len(rows)}")
        asked: list[Asked] = []
        while len(asked) < SIZE:
            one = make(corpus, rng)
            if one is not None:
                asked.append(one)
        drawn[name] = asked
    rng = random.Random(f"{seed} {OFF} {len(rows)}")
    subjects = Foreign(rows).subjects(read_subjects())
    halves = [off_topic(subjects[half], rng) for half in HALVES]
    drawn[OFF] = [next(halves[number % 2]) for number in range(SIZE)]
    return drawn
