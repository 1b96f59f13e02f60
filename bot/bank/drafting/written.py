"""A draft as a YAML file: what it found, and in comments what a person has to look at."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from ..yaml_text import keyed, listed, scalar
from .draft import LEAST_TOPICS, slug_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from ..quote import Speaker
    from .draft import Draft, Proposal
    from .facts import Guess

SURE = 0.9
_HEAD = """\
# yaml-language-server: $schema=../schema.json
# DRAFT of {name}, made by `quoth draft`. Nobody has checked it yet.
# Look at every “unsure”, fill in what is empty, give each quote its topics and a good id; then move this file to
# sources/ and the fingerprint beside it to fingerprints/, and run `quoth check`.
"""
_DATED = ("said", "published")


def written(draft: Draft, name: str, speakers: Sequence[Speaker] = ()) -> str:
    """The text of the file. `name` is the article's file, as the head of the draft names it."""
    ids = {speaker.name: speaker.id for speaker in speakers}
    said_by = Counter(quote.speaker for quote in draft.quotes if quote.speaker)
    main = said_by.most_common(1)[0][0] if said_by else None
    lines = [_HEAD.replace("{name}", scalar(name)), *_source(draft, main, ids), "quotes:"]
    for quote in draft.quotes:
        lines += _quote(quote, main, ids)
    return "\n".join(lines).replace("\n\n", "\n") + "\n"


def _source(draft: Draft, main: str | None, ids: dict[str, str]) -> Iterator[str]:
    facts = draft.source.facts
    yield "source:"
    yield from _fact("outlet", facts.get("outlet"), "no outlet is printed")
    if (outlet := facts.get("outlet")) and outlet.basis != "printed":
        yield f"  outlet_basis: {outlet.basis}"
    for key in ("title", "kind", "interviewer", "author"):
        if key in facts:
            yield from _fact(key, facts[key])
    if not any(key in facts for key in _DATED):
        yield "  # unsure: no date is printed; add said: and published: as far as they are known"
    for note in draft.source.notes:
        yield f"  # unsure: {note}"
    if published := facts.get("published"):
        yield f"  published: {{date: {published.value}, basis: {published.basis}}}"
    if address := facts.get("address"):
        yield f"  address: {{url: {scalar(address.value, in_list=True)}, basis: {address.basis}}}"
    if "language" in facts:
        yield from _fact("language", facts["language"])
    yield from _speaker(main, ids, "  ")
    for doubt in draft.speech.doubts:
        yield f"  # unsure: {doubt.message} (character {doubt.start + 1} of the article)"


def _fact(key: str, guess: Guess | None, missing: str = "") -> Iterator[str]:
    unsure = guess.unsure if guess else missing
    if unsure:
        yield f"  # unsure: {unsure}"
    yield keyed(f"{key}:", guess.value if guess else "", "  ")


def _speaker(name: str | None, ids: dict[str, str], indent: str) -> Iterator[str]:
    if name is None:
        yield f"{indent}# unsure: nobody is named as the speaker"
        yield f"{indent}speaker:"
        return
    if name not in ids:
        yield f"{indent}# unsure: {scalar(name)} is not in speakers.yaml yet"
    yield f"{indent}speaker: {ids.get(name) or slug_of(name)}"


def _quote(quote: Proposal, main: str | None, ids: dict[str, str]) -> Iterator[str]:
    yield f"  - id: {quote.id}"
    if quote.confidence < SURE:
        yield f"    # unsure: {quote.why}"
    texts = list(_ended(quote.texts))
    if len(texts) == 1:
        yield keyed("text:", texts[0], "    ")
    else:
        yield "    segments:"
        for text in texts:
            yield keyed("-", text, "      ")
    if len(quote.topics) < LEAST_TOPICS:
        yield f"    # unsure: {LEAST_TOPICS} to 6 topics are wanted"
    yield listed("topics:", quote.topics, "    ") if quote.topics else "    topics:"
    for key, value in (("question", quote.question), ("before", quote.before), ("after", quote.after)):
        if value:
            yield keyed(f"{key}:", value, "    ")
    if quote.speaker != main or quote.speaker is None:
        yield from _speaker(quote.speaker, ids, "    ")


def _ended(texts: Sequence[str]) -> Iterator[str]:
    """The segments as the bank writes them: where `," he said` cut a full stop off, it is put back."""
    for number, text in enumerate(texts):
        last = number + 1 == len(texts) or texts[number + 1][:1].isupper()
        yield text + "." if last and text[-1:].isalnum() and text[:1].isupper() else text
