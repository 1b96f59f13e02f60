"""Claims with their right verdicts, drawn with a seed from a corpus of quotes and from quotes that are not in it."""

from __future__ import annotations

import random
import re
import sys
from pathlib import Path
from typing import NamedTuple

sys.path.insert(0, str(Path(__file__).parents[2]))

from rapidfuzz import process
from rapidfuzz.distance import LCSseq

from bot.text import words

NOT = {"not", "never", "no", "nothing", "none", "nor", "neither", "without", "cannot"}
CUT = re.compile(r"\.\s?\.|…")
ALIKE = 0.5
"""A quote that shares this much of its words in order with one of the corpus is no unknown one."""
VERBS = "(do|does|did|is|are|was|were|will|would|can|could|should|has|have|had|may|must)"


class Claim(NamedTuple):
    """What somebody pastes, the verdict that is right, and how it was made."""

    text: str
    speaker: str | None
    verdict: str
    made: str


def held_by(corpus: str, claimed: str) -> bool:
    """Whether the words of a claim stand in some quote of the corpus, looked up in all of it."""
    return f" {' '.join(words(claimed))} " in corpus


def joined(rows: list[dict]) -> str:
    """All quotes as one text of folded words, kept apart, for `held_by`."""
    return "\n".join(f" {' '.join(words(row['text']))} " for row in rows)


def verbatim(text: str, rng: random.Random) -> tuple[str, str]:  # noqa: PLR0911  one way of writing, one return
    tokens = text.split()
    way = rng.choice(("as it is", "marked", "excerpt", "typography", "capitals", "chatter", "ellipsis"))
    if way == "marked":
        first, last = rng.choice(("“”", "„“", "«»", '""', "»«"))
        inner = re.sub("[“”„«»\"‘’']", "", text)
        return f"{first}{inner}{last}", way
    if way == "excerpt" and len(tokens) >= 9:
        size = rng.randint(6, len(tokens) - 2)
        start = rng.randint(0, len(tokens) - size)
        return " ".join(tokens[start : start + size]), way
    if way == "typography":
        return text.replace("'", "’").replace("--", "–").replace("-", "‑").replace('"', "”"), way
    if way == "capitals":
        return text.upper() if rng.random() < 0.5 else text.lower(), way
    if way == "chatter":
        inner = re.sub("[“”„«»\"‘’']", "", text)
        return rng.choice((f'Did they really say "{inner}"?', f"I read “{inner}” somewhere 🤔")), way
    if way == "ellipsis" and len(tokens) >= 14:
        cut = rng.randint(5, len(tokens) - 7)
        after = cut + rng.randint(1, len(tokens) - cut - 5)
        if not any(word in NOT or word.endswith("nt") for word in words(" ".join(tokens[cut:after]))):
            return (
                f"{' '.join(tokens[:cut])} {rng.choice(('…', '...', '[…]', '[...]'))} {' '.join(tokens[after:])}",
                way,
            )
    return text, "as it is"


def altered(text: str, rng: random.Random, vocabulary: list[str]) -> tuple[str, str] | None:
    tokens = text.split()
    at = rng.randrange(1, len(tokens) - 1)
    way = rng.choice(("changed", "dropped", "added", "swapped", "number", "negation"))
    if way == "number":
        places = [place for place, token in enumerate(tokens) if re.fullmatch(r"\d+[.,]?", token)]
        if not places:
            return None
        at = rng.choice(places)
        digits = re.match(r"\d+", tokens[at]).group()
        tokens[at] = tokens[at].replace(digits, str(int(digits) + rng.randint(1, 9)))
    elif way == "negation":
        places = [place for place, token in enumerate(tokens) if words(token) in (["not"], ["never"])]
        if places:
            del tokens[rng.choice(places)]
        else:
            places = [place for place, token in enumerate(tokens) if re.fullmatch(VERBS, token)]
            if not places:
                return None
            tokens.insert(rng.choice(places) + 1, "not")
    elif way == "changed":
        tokens[at] = rng.choice(vocabulary)
    elif way == "dropped":
        del tokens[at]
    elif way == "added":
        tokens.insert(at, rng.choice(vocabulary))
    else:
        tokens[at], tokens[at + 1] = tokens[at + 1], tokens[at]
    return " ".join(tokens), way


def spliced(one: str, other: str, rng: random.Random) -> tuple[str, str]:
    first, second = one.split(), other.split()
    way = rng.choice(("whole and whole", "head and tail", "head and whole"))
    if way != "whole and whole":
        first = first[: rng.randint(max(5, len(first) // 2), len(first))]
    if way == "head and tail":
        second = second[-rng.randint(max(5, len(second) // 2), len(second)) :]
    return " ".join((*first, *second)), way


def draw(rows: list[dict], others: list[dict], in_articles: list[dict], each: int, seed: int) -> list[Claim]:
    """`each` claims for every verdict. `others` are not in the corpus; `in_articles` are not either, but in sources."""
    rng = random.Random(seed)
    corpus = joined(rows)
    lines = [words(row["text"]) for row in rows]
    vocabulary = sorted({word for row in rng.sample(rows, min(2000, len(rows))) for word in words(row["text"])})
    speakers = sorted({row["speaker"] for row in rows if len(words(row["speaker"])) > 1})
    plain = [row for row in rows if len(words(row["text"])) >= 8 and "[" not in row["text"]]
    whole = [row for row in plain if not CUT.search(row["text"])]  # its own ellipses would say that words are left out
    claims: list[Claim] = []

    def fill(verdict: str, make) -> None:
        made = 0
        for _ in range(each * 50):
            claim = make()
            if claim is not None:
                claims.append(Claim(claim[0], claim[2] if len(claim) > 2 else None, verdict, claim[1]))
                made += 1
                if made == each:
                    return

    def make_verbatim():
        row = rng.choice(plain)
        return (*verbatim(row["text"], rng), row["speaker"] or None if rng.random() < 0.3 else None)

    def make_altered():
        row = rng.choice(whole)
        made = altered(row["text"], rng, vocabulary)
        if made is None or "".join(words(made[0])) == "".join(words(row["text"])) or held_by(corpus, made[0]):
            return None
        return made

    def make_spliced():
        one, other = rng.choice(whole), rng.choice(whole)
        made = spliced(one["text"], other["text"], rng)
        return None if one is other or held_by(corpus, made[0]) else made

    def make_misattributed():
        row = rng.choice(plain)
        other = rng.choice(speakers)
        if (
            not row["speaker"]
            or {*words(row["speaker"])} & {*words(other)}
            or corpus.count(f" {' '.join(words(row['text']))} ") > 1
        ):
            return None
        if rng.random() < 0.5:
            return row["text"], "by option", other
        inner = re.sub("[“”„«»\"‘’']", "", row["text"])
        if not re.fullmatch(r"[A-Z][\w.]*( [A-Z][\w.]*)+", other):
            return None
        return f"“{inner}” — {other}", "in the text", None

    def make_unknown():
        row = rng.choice(others)
        spoken = words(row["text"])
        if re.search('[“”"]', row["text"]):  # what stands within marks may be a quote of its own
            return None
        near = process.extractOne(spoken, lines, scorer=LCSseq.similarity)
        return None if near[1] >= ALIKE * len(spoken) else (row["text"], "another quote")

    def make_in_source():
        row = rng.choice(in_articles)
        spoken = words(row["text"])
        if len(spoken) < 7 or CUT.search(row["text"]):
            return None
        near = process.extractOne(spoken, lines, scorer=LCSseq.similarity)
        return None if near[1] >= ALIKE * len(spoken) else (row["text"], "in an article")

    fill("verbatim", make_verbatim)
    fill("altered", make_altered)
    fill("spliced", make_spliced)
    fill("misattributed", make_misattributed)
    fill("in_source", make_in_source)
    fill("unknown", make_unknown)
    return claims
