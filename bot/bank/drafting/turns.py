"""Interviews: whose turn it is, by label, by a label without its colon, or by question and answer alone."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, NamedTuple

from ...text import fold, words
from .statement import Statement
from .words import ANSWER_LABELS, NOTE_LABELS, OPENINGS, QUESTION_LABELS, SAYING_VERBS, TITLES

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from .layout import Paragraph
    from .people import People

_LABEL = re.compile(r"(?:[-–—•*]\s*)?(?P<label>[^\W_][^:：\n?!]{0,80}?)\s*[:：](?=\s|$)\s*")
_DASH = re.compile(r"[-–—]\s*(?=\S)")
_ASKED = re.compile(r"\?[\"'“”’»)\]]*$")
_MOST_LABEL_WORDS = 9
_LEAST_ANSWER = 5
_LONGEST_ACRONYM = 4
_LEAST_GOING_ON = 3
_ABOUT_IT = {"interview", "interviewed", "interviewt", "conversation", "transcript", "edited", "gesprach", "translated"}


@dataclass(frozen=True, slots=True)
class Turn:
    """A paragraph of an interview: its label, None where it has none, and what stands behind that."""

    label: str | None
    start: int
    end: int
    text: str
    colon: bool = True


@dataclass(frozen=True, slots=True)
class Voice:
    """One of those who take turns. `names` are the pieces of its labels, folded."""

    names: frozenset[str]
    asks: bool
    labels: tuple[str, ...]
    questions: int


class Interview(NamedTuple):
    """The answers, the labels of those who ask, and how many paragraphs stand before the first turn."""

    answers: list[Statement]
    interviewer_labels: tuple[str, ...]
    intro: int


def interview(body: Sequence[Paragraph], people: People) -> Interview | None:
    """The interview an article is, or None where it is none."""
    turns = [_turn(part) for part in body]
    voices = _voices(turns)
    if not any(voice.asks for voice in voices) and len(voices) < 2:
        return _unlabelled(body, people)
    turns = [_relabelled(turn, part, voices) for turn, part in zip(turns, body, strict=True)]
    interviewer_labels = tuple(label for voice in voices if voice.asks for label in voice.labels)
    intro = next(at for at, turn in enumerate(turns) if turn.label is not None)
    return Interview(list(_answers(turns, voices, people)), interviewer_labels, intro)


def _turn(part: Paragraph) -> Turn:
    match = _LABEL.match(part.text)
    if match is None or not _is_label(match["label"]):
        return Turn(None, part.start, part.end, part.text)
    return Turn(match["label"], part.start + match.end(), part.end, part.text[match.end() :])


def _is_label(label: str) -> bool:
    said = words(label)
    return 0 < len(said) <= _MOST_LABEL_WORDS and not set(said) & SAYING_VERBS and ". " not in label.replace("Mr. ", "")


def pieces(label: str) -> frozenset[str]:
    """What a label is recognised by: its parts between commas, and a name's last word."""
    parts = [part for part in re.split(r"[,(/)]", label) if part.strip()]
    folded = {" ".join(words(part)) for part in parts}
    return frozenset(folded | ({words(parts[0])[-1]} if parts and words(parts[0]) else set())) - {""}


def _voices(turns: Sequence[Turn]) -> list[Voice]:
    """Those whose labels come at least twice (or say Q and A), with who asks."""
    grouped = _grouped(turns)
    voices = [_voice(names, mine) for names, mine in grouped]
    labels = {turn.label for turn in turns if turn.label}
    often = [
        voice
        for voice, (names, mine) in zip(voices, grouped, strict=True)
        if len(mine) >= 2 or names & (QUESTION_LABELS | ANSWER_LABELS) or (len(labels) <= 3 and _is_name(mine[0].label))
    ]
    return _with_asker(often) if sum(len(mine) for _, mine in grouped) >= 2 else []


def _grouped(turns: Sequence[Turn]) -> list[tuple[set[str], list[Turn]]]:
    """The labelled turns by whose they are: labels that share a piece are one person's."""
    by_label: dict[str, list[Turn]] = {}
    for turn in turns:
        if turn.label is not None and not _is_note(turn.label):
            by_label.setdefault(turn.label, []).append(turn)
    grouped: list[tuple[set[str], list[Turn]]] = []
    for label, mine in by_label.items():
        merged: tuple[set[str], list[Turn]] = (set(pieces(label)), [])
        apart = []
        for group in grouped:
            if group[0] & pieces(label):
                merged = (merged[0] | group[0], merged[1] + group[1])
            else:
                apart.append(group)
        grouped = [*apart, (merged[0], merged[1] + mine)]
    return grouped


def _with_asker(voices: list[Voice]) -> list[Voice]:
    """Where nobody asks in most of their turns, the host is whoever asks at all while the others hardly do."""
    ranked = sorted(voices, key=lambda voice: voice.questions, reverse=True)
    if len(ranked) < 2 or any(voice.asks for voice in voices) or ranked[0].questions < 2 * ranked[1].questions + 1:
        return voices
    return [replace(voice, asks=voice is ranked[0]) for voice in voices]


def _voice(names: set[str], turns: Sequence[Turn]) -> Voice:
    asked = sum(1 for turn in turns if _ASKED.search(turn.text) or "?" in turn.text[-200:])
    asks = bool(names & QUESTION_LABELS) or (not names & ANSWER_LABELS and asked * 2 >= len(turns))
    labels = tuple(sorted({turn.label for turn in turns if turn.label}, key=len, reverse=True))
    return Voice(frozenset(names), asks, labels, asked)


def _is_note(label: str) -> bool:
    said = set(words(label))
    return bool(said & NOTE_LABELS) and not said & TITLES


def _is_name(label: str | None) -> bool:
    said = (label or "").split(",")[0].split()
    return len(said) >= 2 and all(word[:1].isupper() for word in said)


def _relabelled(turn: Turn, part: Paragraph, voices: Sequence[Voice]) -> Turn:
    """The turn with its label, where one stands that lost its colon; without one that is nobody's."""
    if turn.label is not None:
        mine = pieces(turn.label)
        if _is_note(turn.label) or any(voice.names & mine for voice in voices):
            return turn
        turn = Turn(None, part.start, part.end, part.text)
    for voice in voices:
        for label in voice.labels:
            if turn.text.startswith(label) and (begun := _behind_label(turn.text, label)):
                return _cut(turn, label if turn.text.startswith(f"{label}, ") else voice.labels[0], begun)
    return turn


def _behind_label(text: str, label: str) -> int:
    """Where an answer begins behind a label that no colon ends, 0 where none does."""
    behind = text[len(label) :]
    rest = behind.lstrip()
    if behind[:1].isspace() and rest[:1].isupper():
        return len(text) - len(rest)
    return _opening(text, len(label)) if behind.startswith(", ") else 0


def _cut(turn: Turn, label: str, at: int) -> Turn:
    return Turn(label, turn.start + at, turn.end, turn.text[at:], colon=False)


def _opening(text: str, start: int) -> int:
    """Where an answer begins behind a name and an office that no colon ends: at the first word answers begin with."""
    for match in re.finditer(r"[^\W\d_][\w'’]*", text[start : start + 80]):
        word = match.group()
        if word[0].isupper():
            if set(words(word)) & OPENINGS or "’" in word or "'" in word:
                return start + match.start()
        elif fold(word) not in {"of", "and", "the", "for"}:
            return 0
    return 0


def _answers(turns: Sequence[Turn], voices: Sequence[Voice], people: People) -> Iterator[Statement]:
    speaks: Voice | None = None
    question: str | None = None
    answerless = all(voice.asks for voice in voices)
    guest = _guest(people, voices)
    for turn in turns:
        if turn.label is not None:
            speaks = _whose(turn.label, voices)
        if speaks is None:
            continue
        speaker = _speaker(speaks, people) or guest
        if turn.label is None:
            may_answer = (answerless and question) if speaks.asks else True
            if may_answer and _is_speech(turn, speaker):
                yield _unlabelled_answer(turn, speaks, guest if speaks.asks else speaker, question)
        elif speaks.asks:
            question = turn.text
        elif turn.text:
            yield _answer(turn, speaker, question)


def _unlabelled_answer(turn: Turn, last: Voice, speaker: str | None, question: str | None) -> Statement:
    """A paragraph without a label, as what is said by whoever answers. `last` is whose label was the last one."""
    sure, why = 0.75, "a paragraph without a label that goes on behind an answer"
    if last.asks:
        sure, why = 0.65, "a paragraph without a label behind a question"
    return Statement(((turn.start, turn.end),), speaker, sure, why, question)


def _answer(turn: Turn, speaker: str | None, question: str | None) -> Statement:
    if len(words(turn.text)) < _LEAST_ANSWER:
        return Statement(((turn.start, turn.end),), speaker, 0.5, "an answer too short to stand alone", question)
    sure, why = (0.95, "an answer under the speaker's label") if turn.colon else (0.75, "a label without its colon")
    return Statement(((turn.start, turn.end),), speaker, sure if speaker else 0.6, why, question)


def _whose(label: str, voices: Sequence[Voice]) -> Voice | None:
    mine = pieces(label)
    return next((voice for voice in voices if voice.names & mine), None)


def _speaker(voice: Voice, people: People) -> str | None:
    if voice.names & (ANSWER_LABELS | QUESTION_LABELS):
        return None
    named = next((name for label in voice.labels if (name := people.named(label))), None)
    name = named or voice.labels[0].split(",")[0].strip()
    return name.title() if name.isupper() and len(name) > _LONGEST_ACRONYM else name


def _guest(people: People, voices: Sequence[Voice]) -> str | None:
    """Whom an interview without names on its answers is with: the one its head names, who does not ask."""
    asker_names = frozenset[str]().union(*(voice.names for voice in voices if voice.asks))
    return next((name for name in people.ranked() if not pieces(name) & asker_names), None)


def _is_speech(turn: Turn, speaker: str | None) -> bool:
    """True for an unlabelled paragraph that may be what somebody goes on to say: no question, no line of the page, no
    narration about the speaker."""
    ends = re.search(r"[.!…][\"'“”’»)\]]*$", turn.text) is not None
    said = words(turn.text)
    narrative = _ABOUT_IT | ({words(speaker)[-1]} if speaker else set())
    return ends and len(said) >= _LEAST_GOING_ON and not narrative & set(said)


def _unlabelled(body: Sequence[Paragraph], people: People) -> Interview | None:
    """Questions and answers without any label: every question is a paragraph of its own."""
    asked = [at for at, part in enumerate(body) if _ASKED.search(part.text)]
    if len(asked) < 3 or len(asked) * 4 < len(body):
        return None
    guest = next(iter(people.ranked()), None)
    found: list[Statement] = []
    question: str | None = None
    for part in body[asked[0] :]:
        lead = _DASH.match(part.text)
        shift = lead.end() if lead else 0
        turn = Turn(None, part.start + shift, part.end, part.text[shift:])
        if _ASKED.search(part.text):
            question = turn.text
        elif question and _is_speech(turn, guest):
            found.append(
                Statement(
                    ((turn.start, turn.end),), guest, 0.6, "an answer behind a question, without labels", question
                )
            )
    return Interview(found, (), asked[0]) if found else None
