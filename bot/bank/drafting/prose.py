"""Reports: which quotations are somebody's speech, and who is meant by the words around them."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from ...text import shorten, words
from ..sentences import sentences
from .people import saying
from .quotations import Quotation, begins_quoted, quotations
from .statement import Doubt, Statement
from .words import ANYBODY, ASKING_VERBS, TITLES

if TYPE_CHECKING:
    from collections.abc import Sequence

    from .layout import Paragraph
    from .people import People, Saying

_LEAST_FRAGMENT = 5
_LEAST_ALONE = 5
_MOST_BETWEEN = 20
_WITHIN = 0.9
_CAPITALS = 0.7
_DIRECTLY = 4
_LEAST_DIRECT = 3
_LIST = re.compile(r"(?:\d{1,3}[.)]|[•◦▪●*])\s")
_BEGINNING = 6
_ENDED = re.compile(r"[.!?…,;–—-]$")
_TERMINAL_PUNCTUATION = re.compile(r"[.!?…]$")
_WORD = re.compile(r"[^\W_]")
_SENTENCE_END = re.compile(r"[.!?…][\"'“”’»)\]]*(?:\s|$)")
_ACCORDING = re.compile(
    r"\b(?:according to|so|laut|selon|según|ifølge|за словами|по словам)\s+(?P<who>[^,.;:]{2,60})", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class _Credit:
    """Who is said to have spoken, and how directly."""

    speaker: str | None
    sure: float
    why: str
    verb: str = ""
    direct: bool = False


def report(text: str, body: Sequence[Paragraph], people: People) -> tuple[list[Statement], list[Doubt]]:
    """The direct speech of an article that is no interview, in order, and what is odd about its marks."""
    found: list[Statement] = []
    doubts: list[Doubt] = []
    lead: _Credit | None = None
    going_on = 0  # how many statements at the end of `found` are one quotation that is not closed yet
    for number, part in enumerate(body):
        if _LIST.match(part.text) and quotations(part):
            doubts.append(Doubt(part.start, "quotations in a list (or in comments?) are left out"))
            continue
        follows = number + 1 < len(body) and begins_quoted(body[number + 1])
        spans = _closed(quotations(part), part, follows, doubts)
        here = _statements(text, part, spans, people, lead)
        if going_on and here:
            found[-going_on:] = [_ended_by(statement, here[0]) for statement in found[-going_on:]]
        found += here
        goes_on = bool(spans and here) and spans[-1].open
        going_on = going_on + 1 if goes_on and len(here) == 1 else int(goes_on)
        lead = _carried(text, part, spans, people, here)
    return found, doubts


def _ended_by(statement: Statement, end: Statement) -> Statement:
    """A paragraph of a quotation whose last paragraph says who spoke."""
    if end.speaker is None or end.confidence <= statement.confidence:
        return statement
    return replace(statement, speaker=end.speaker, confidence=_WITHIN, why="the end of the quotation says who spoke")


def _closed(spans: Sequence[Quotation], part: Paragraph, follows: bool, doubts: list[Doubt]) -> list[Quotation]:
    """Only quotations whose end is known: by a mark, or because the next paragraph opens anew, as is the custom."""
    closed = []
    for span in spans:
        if not span.open or (span.end == part.end and follows):
            closed.append(span)
        else:
            doubts.append(Doubt(span.start - 1, "a quotation opens here and is never closed"))
    return closed


def _statements(
    text: str, part: Paragraph, spans: Sequence[Quotation], people: People, lead: _Credit | None
) -> list[Statement]:
    found: list[Statement] = []
    at = 0
    while at < len(spans):
        _hear(text, spans[at - 1].end + 1 if at else part.start, spans[at].start - 1, people)
        last, credit = _together(text, part, spans, at, people)
        statement = _judged(text, part, spans[at : last + 1], credit, lead if at == 0 else None)
        if statement is not None:
            found.append(statement)
            people.current = statement.speaker or people.current
        at = last + 1
    return found


def _hear(text: str, start: int, end: int, people: People) -> None:
    """Take note of who spoke last, or was spoken of, in the words between quotations."""
    for first, last in sentences(text, start, end):
        said = saying(text[first:last])
        who = people.meant(said.subject) if said else _about(text[first:last], people)
        people.current = who or people.current


def _together(
    text: str, part: Paragraph, spans: Sequence[Quotation], at: int, people: People
) -> tuple[int, _Credit | None]:
    """The last of the quotations that are one statement with the one at `at`, and whose it is."""
    credit = _credit(text, part, spans, at, people)
    last = at
    while last + 1 < len(spans) and _split(text, spans[last], spans[last + 1]):
        people.current = (credit.speaker if credit else None) or people.current
        own = _behind(text, part, spans, last + 1, people)
        if own and own.speaker and credit and credit.speaker and own.speaker != credit.speaker:
            break
        last += 1
        if credit is None or credit.speaker is None:
            credit = own or credit
    return last, credit


def _split(text: str, first: Quotation, second: Quotation) -> bool:
    """True when only "… said" stands between two quotations."""
    between = text[first.end + 1 : second.start - 1]
    inner = between.strip().rstrip(".,:;–—-").strip()
    if first.single != second.single or not 0 < len(words(between)) <= _MOST_BETWEEN or _SENTENCE_END.search(inner):
        return False
    return saying(between) is not None and _is_ended(text, first)


def _is_ended(text: str, span: Quotation) -> bool:
    """True when a quotation ends as a sentence or a clause does, inside its marks or, as in German, behind them."""
    return _ENDED.search(text[span.start : span.end].rstrip()) is not None or text[span.end + 1 : span.end + 2] in set(
        ",.!?"
    )


def _credit(text: str, part: Paragraph, spans: Sequence[Quotation], at: int, people: People) -> _Credit | None:
    """Who the words right behind, or else before, a quotation say has spoken."""
    behind = _behind(text, part, spans, at, people)
    if behind is not None:
        return behind
    begin = spans[at - 1].end + 1 if at else part.start
    clause = _last_clause(text, begin, spans[at].start - 1)
    said = saying(clause)
    if said is not None and words(said.subject):
        return _given(said, people, "before")
    by = _ACCORDING.match(clause)
    return _Credit(people.meant(by["who"]), 0.8, "the words before it name the speaker") if by else None


def _behind(text: str, part: Paragraph, spans: Sequence[Quotation], at: int, people: People) -> _Credit | None:
    """Who the words right behind a quotation say has spoken. A sentence of its own there says nothing about it."""
    span = spans[at]
    clause = _first_clause(text[span.end + 1 : spans[at + 1].start - 1 if at + 1 < len(spans) else part.end])
    if not clause or (clause.lstrip()[:1].isupper() and _ends_a_sentence(text, span) and not _verb_soon(clause)):
        return None
    said = saying(clause)
    if said is not None and words(said.subject) and _verb_soon(clause):
        return _given(said, people, "behind", direct=_verb_soon(clause, _DIRECTLY))
    by = _ACCORDING.search(clause[:80])
    return _Credit(people.meant(by["who"]), 0.8, "the words behind it name the speaker") if by else None


def _ends_a_sentence(text: str, span: Quotation) -> bool:
    return _TERMINAL_PUNCTUATION.search(text[span.start : span.end].rstrip()) is not None


def _verb_soon(clause: str, most: int = 9) -> bool:
    return saying(" ".join(clause.split()[:most])) is not None


def _given(said: Saying, people: People, where: str, *, direct: bool = False) -> _Credit:
    who = people.meant(said.subject)
    if people.named(said.subject):
        return _Credit(who, 0.95, f"the words {where} it name the speaker", said.verb, direct)
    subject = shorten(" ".join(said.subject.split()).strip(",:;"), 40)
    why = f"“{subject}” {where} it is taken to be {who}" if who else f"“{subject}” {where} it is nobody named"
    person = bool(set(words(said.subject)) & (TITLES | ANYBODY))
    return _Credit(who, 0.85, why, said.verb, direct or person)


def _first_clause(behind: str) -> str:
    end = _SENTENCE_END.search(behind)
    return behind[: end.start()] if end else behind


def _last_clause(text: str, start: int, end: int) -> str:
    spans = sentences(text, start, end)
    return text[spans[-1][0] : end] if spans else ""


def _judged(
    text: str, part: Paragraph, spans: Sequence[Quotation], credit: _Credit | None, lead: _Credit | None
) -> Statement | None:
    """The statement these quotations make, or None for a term, a title, a headline or anybody's phrase."""
    segments = tuple((span.start, span.end) for span in spans)
    if credit is None or (credit.verb in ASKING_VERBS and credit.speaker is None):
        return _standing_alone(text, part, spans, lead)
    said = " ".join(text[start:end] for start, end in segments)
    complete = _is_ended(text, spans[-1])
    if _is_no_speech(said, credit) or (spans[0].single and not complete):
        return None
    return _stated(segments, said, credit, complete=complete)


def _stated(segments: tuple[tuple[int, int], ...], said: str, credit: _Credit, *, complete: bool) -> Statement | None:
    """The statement of somebody who is named or spoken of; None for a few words, or anybody's. `complete`: it ends."""
    count = len(words(said))
    sentence = (complete or (credit.direct and count >= _LEAST_DIRECT)) and not said.lstrip()[:1].islower()
    if not (sentence or count >= _LEAST_FRAGMENT) or not (credit.speaker or (sentence and credit.direct)):
        return None
    sure = credit.sure if credit.speaker else 0.4
    return Statement(segments, credit.speaker, sure if sentence else round(sure - 0.15, 2), _why(credit, sentence))


def _is_no_speech(said: str, credit: _Credit) -> bool:
    """True for a title, and for what somebody was asked."""
    return _is_title(said) or (credit.verb in ASKING_VERBS and said.rstrip().endswith("?"))


def _is_title(said: str) -> bool:
    """True for the name of a book or a film: nearly all of its long words have a capital."""
    long = [word for word in said.split() if len(word) > 3]
    capitals = sum(1 for word in long if word[:1].isupper())
    return len(long) >= 2 and capitals > _CAPITALS * len(long)


def _standing_alone(text: str, part: Paragraph, spans: Sequence[Quotation], lead: _Credit | None) -> Statement | None:
    """The statement of a paragraph that is nothing but a quotation: whoever was spoken of before has said it."""
    if _WORD.search(text, part.start, spans[0].start) or _WORD.search(text, spans[-1].end, part.end) or spans[0].single:
        return None
    count = sum(len(words(text[span.start : span.end])) for span in spans)
    if count < _LEAST_ALONE or not _ends_a_sentence(text, spans[-1]):
        return None
    segments = tuple((span.start, span.end) for span in spans)
    if lead is not None and lead.speaker:
        return Statement(segments, lead.speaker, lead.sure, lead.why)
    return Statement(segments, None, 0.3, "a paragraph between quotation marks; nobody is named")


def _why(credit: _Credit, sentence: bool) -> str:
    return credit.why if sentence else f"{credit.why}; it is part of a sentence"


def _carried(
    text: str, part: Paragraph, spans: Sequence[Quotation], people: People, here: Sequence[Statement]
) -> _Credit | None:
    """Whom a quotation that stands alone in the next paragraph belongs to: the last to have spoken in this one."""
    carried: _Credit | None = None
    narration = [text[start:end] for start, end in sentences(text, part.start, part.end)] if not spans else []
    about = next((who for sentence in reversed(narration) if (who := _about(sentence, people))), None)
    if about:
        people.current = about
        carried = _Credit(about, 0.6, "the paragraph before it is about the speaker")
    if here and here[-1].speaker:
        carried = _Credit(here[-1].speaker, 0.7, "it follows a statement of the same speaker")
    blanked = _without(text, part, spans)
    for start, end in sentences(text, part.start, part.end):
        clause = blanked[start - part.start : end - part.start]
        said = saying(clause)
        who = people.meant(said.subject) if said else None
        if who:
            people.current = who
            if clause == text[start:end]:
                carried = _Credit(who, 0.8, "the sentence before it names the speaker")
    return carried


def _about(sentence: str, people: People) -> str | None:
    """Whom a sentence is about: who begins it, or the clause behind a first one."""
    beginnings = (" ".join(clause.split()[:_BEGINNING]) for clause in sentence.split(",")[:2])
    return next((who for clause in beginnings if (who := people.named(clause))), None)


def _without(text: str, part: Paragraph, spans: Sequence[Quotation]) -> str:
    """A paragraph with its quotations blanked out; every other character keeps its place."""
    blanked, at = [], part.start
    for span in spans:
        blanked += [text[at : span.start], " " * (span.end - span.start)]
        at = span.end
    return "".join([*blanked, text[at : part.end]])
