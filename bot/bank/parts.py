"""From a page's values to topics, speakers, sources and quotes. What a faulty value leaves out is left out here too."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from ..strict_yaml import Mapping, Sequence, Text
from ..text import words
from .nearest import did_you_mean
from .placed import Placed
from .quote import Fact, Quote, Reprint, Role, Source, Speaker, Topic, When
from .shapes import SOURCE_FILE, SPEAKERS_FILE, TOPICS_FILE
from .values import slug

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ..strict_yaml import Node
    from .page import Page

_NOBODY = Speaker("", "", "", "")
_CALL_WORDS = 2


@dataclass(slots=True)
class Vocabulary:
    """The topics and speakers that quotes may name. None: their file cannot be read, so every name may be right."""

    topics: dict[str, Topic] | None = None
    speakers: dict[str, Speaker] | None = None
    calls: tuple[str, ...] = ()
    others: dict[str, str] = field(default_factory=dict)
    """Folded other names of topics and speakers, each with the id it stands for."""


def read_topics(page: Page, root: Node, vocabulary: Vocabulary) -> None:
    """Fill in the topics, and note names that two of them claim."""
    groups = _groups(page, root, "topics")
    if groups is None:
        return
    vocabulary.calls = tuple(_calls(page, root))
    vocabulary.topics = {}
    for key, (values, _) in groups.items():
        names = {name: tuple(part for part in values.get(name) or () if part) for name in ("aliases", "triggers")}
        vocabulary.topics[key] = Topic(key, values.get("name", key), names["aliases"], names["triggers"])
        vocabulary.topics.setdefault(slug(key), vocabulary.topics[key])
    own = {_folded(name): topic.id for topic in vocabulary.topics.values() for name in (topic.id, topic.name)}
    for key, (_, node) in groups.items():
        for part in _names(node, "aliases"):
            _claim(page, part, key, own, vocabulary)
    triggers: dict[str, str] = {}
    for key, (_, node) in groups.items():
        for part in _names(node, "triggers"):
            other = triggers.setdefault(_folded(part.value), key)
            if other != key:
                message = f"“{part.value}” calls for the topic “{other}” already"
                page.note((part.line, part.column), "error", "trigger-twice", message, "delete one of the two")


def _calls(page: Page, root: Node) -> Iterator[str]:
    """The calls of at least two words (a mark for the topic counts as one); one word alone is in every message."""
    for part in _names(root, "calls"):
        marked = "…" in part.value or "..." in part.value
        if len(words(part.value)) + marked < _CALL_WORDS:
            message = f"“{part.value}” is too short to call for a quote"
            hint = "write two words or more, such as “quote about”; “…” stands for the topic"
            page.note((part.line, part.column), "error", "short-call", message, hint)
        yield part.value


def _claim(page: Page, part: Text, key: str, own: dict[str, str], vocabulary: Vocabulary) -> None:
    word = _folded(part.value)
    if not word:
        return
    other = own.get(word) or vocabulary.others.setdefault(word, key)
    if other != key:
        message = f"“{part.value}” belongs to the topic “{other}” already"
        hint = "another name belongs to one topic; delete one of the two"
        page.note((part.line, part.column), "error", "alias-twice", message, hint)


def read_speakers(page: Page, root: Node, vocabulary: Vocabulary) -> None:
    """Fill in the speakers."""
    groups = _groups(page, root, "speakers")
    if groups is None:
        return
    vocabulary.speakers = {}
    for key, (values, node) in groups.items():
        name = values.get("name", key)
        given, _, family = name.rpartition(" ")
        vocabulary.speakers[key] = Speaker(
            id=key,
            name=name,
            given=values.get("given", given),
            family=values.get("family", family),
            aliases=tuple(part for part in values.get("aliases") or () if part),
            roles=tuple(_roles(page, values.get("roles") or (), node)),
        )
        vocabulary.others.update({_folded(part.value): key for part in _names(node, "aliases")})


def _roles(page: Page, roles: Any, node: Node) -> Iterator[Role]:
    listed = node.entries.get("roles") if isinstance(node, Mapping) else None
    nodes = listed.items if isinstance(listed, Sequence) else []
    for values, part in zip(roles, nodes, strict=False):
        if not values or "title" not in values:
            continue
        since, until = values.get("since"), values.get("until")
        if since and until and until < since and isinstance(part, Mapping):
            message = "this role ends before it begins"
            page.note(part.places["until"], "error", "date-order", message, "check since and until")
        yield Role(values["title"], since, until)


def read_source(page: Page, root: Node, key: str, vocabulary: Vocabulary) -> tuple[Source, int, list[Placed]]:
    """The source of one file, how many quotes it has, and those that could be read."""
    source = Source(key, "", "article")
    values = page.root(root, SOURCE_FILE)
    if values is None or not isinstance(root, Mapping):
        return source, 0, []
    about, node = values.get("source"), root.entries.get("source")
    speaker: Speaker | None = _NOBODY
    if about is not None and isinstance(node, Mapping):
        source = _source(page, about, node, key)
        speaker = _speaker(page, about, node, vocabulary)
    listed = root.entries.get("quotes")
    nodes = listed.items if isinstance(listed, Sequence) else []
    if speaker is None:
        _says_who(page, nodes, node)
    placed = []
    for read, part in zip(values.get("quotes") or (), nodes, strict=False):
        if read is not None and isinstance(part, Mapping):
            quote = _quote(page, read, part, source, speaker, vocabulary)
            if quote:
                placed.append(Placed(quote, part))
    return source, len(nodes), placed


def _says_who(page: Page, quotes: list[Node], source: Node | None) -> None:
    """Note, once, that nobody is said to speak."""
    silent = [quote for quote in quotes if isinstance(quote, Mapping) and "speaker" not in quote.entries]
    if silent and source is not None:
        message = f"neither the source nor the quote in line {silent[0].line} says who speaks"
        hint = "add “speaker:” with an id of speakers.yaml"
        page.note((source.line, source.column), "error", "missing-key", message, hint)


def _source(page: Page, values: dict[str, Any], node: Mapping, key: str) -> Source:
    said, published = _when(values.get("said")), _when(values.get("published"))
    if said and published and published.last < said.first and said.first.day and published.last.day:
        message = "it was published before it was said"
        page.note(node.places["published"], "error", "date-order", message, "check both dates")
    plain = ("title", "outlet_note", "event", "interviewer", "author", "note")
    return Source(
        id=key,
        outlet=values.get("outlet", ""),
        kind=values.get("kind", "article"),
        outlet_basis=values.get("outlet_basis", "printed"),
        said=said,
        published=published,
        place=_fact(values.get("place"), "name"),
        address=_fact(values.get("address"), "url"),
        reprint=_reprint(values.get("reprint")),
        language=values.get("language", "en"),
        **{name: values.get(name) for name in plain},
    )


def _when(values: dict[str, Any] | None) -> When | None:
    if not values or "date" not in values:
        return None
    first, last = values["date"]
    return When(first, last, values.get("basis", "inferred"))


def _fact(values: dict[str, Any] | None, name: str) -> Fact | None:
    if not values or name not in values:
        return None
    return Fact(values[name], values.get("basis", "inferred"))


def _reprint(values: dict[str, Any] | None) -> Reprint | None:
    if not values:
        return None
    published = _when({"basis": "printed", **values})
    return Reprint(values.get("by", ""), published, _fact(values.get("address"), "url"))


def _speaker(page: Page, values: dict[str, Any], node: Mapping, vocabulary: Vocabulary) -> Speaker | None:
    key = values.get("speaker")
    if key is None:
        return _NOBODY if "speaker" in node.entries else None
    if vocabulary.speakers is None:
        return _NOBODY
    if key not in vocabulary.speakers:
        place, near = node.entries["speaker"], _near(key, vocabulary, vocabulary.speakers)
        hint = near or "add the speaker to speakers.yaml"
        page.note((place.line, place.column), "error", "unknown-speaker", f"there is no speaker “{key}”", hint)
        return _NOBODY
    return vocabulary.speakers[key]


def _quote(
    page: Page, values: dict[str, Any], node: Mapping, source: Source, speaker: Speaker | None, vocabulary: Vocabulary
) -> Quote | None:
    own = _speaker(page, values, node, vocabulary)
    segments = _segments(page, values, node)
    topics = _topics(page, values, node, vocabulary)
    if not segments:
        return None
    return Quote(
        id=values.get("id", ""),
        segments=segments,
        speaker=own or speaker or _NOBODY,
        source=source,
        topics=topics,
        question=values.get("question"),
        before=values.get("before"),
        after=values.get("after"),
        said_on=_when(values.get("said")),
        note=values.get("note"),
    )


def _segments(page: Page, values: dict[str, Any], node: Mapping) -> tuple[str, ...]:
    if "text" in node.entries and "segments" in node.entries:
        hint = "keep “text” for words that stand in one piece, “segments” where the article splits them"
        page.note(node.places["segments"], "error", "text-and-segments", "a quote has text or segments, not both", hint)
    elif "text" not in node.entries and "segments" not in node.entries:
        hint = "add “text:” with the words as they stand in the article"
        page.note((node.line, node.column), "error", "missing-key", "a quote needs “text”", hint)
    if "text" in values:
        return (values["text"],)
    return tuple(part for part in values.get("segments") or () if part)


def _topics(page: Page, values: dict[str, Any], node: Mapping, vocabulary: Vocabulary) -> tuple[Topic, ...]:
    listed = node.entries.get("topics")
    nodes = listed.items if isinstance(listed, Sequence) else []
    known = vocabulary.topics
    found: dict[str, Topic] = {}
    for key, part in zip(values.get("topics") or (), nodes, strict=False):
        if key is None:
            continue
        place = (part.line, part.column)
        if key in found:
            message = f"the topic “{key}” is named twice"
            page.note(place, "error", "duplicate-topic", message, "delete one of the two")
        elif known is None or key in known:
            found[key] = known[key] if known is not None else Topic(key, key)
        else:
            hint = _near(key, vocabulary, known) or "add the topic to topics.yaml"
            page.note(place, "error", "unknown-topic", f"there is no topic “{key}”", hint)
    return tuple(found.values())


def _near(key: str, vocabulary: Vocabulary, known: dict[str, Any]) -> str:
    meant = vocabulary.others.get(_folded(key))
    if meant in known:
        return f"write “{meant}”, which “{key}” is another name of"
    return did_you_mean(key, known)


def _groups(page: Page, root: Node, name: str) -> dict[str, tuple[dict[str, Any], Node]] | None:
    """Each group of a file by its id, with its node; faulty ones too, so that nothing is held against their users."""
    values = page.root(root, TOPICS_FILE if name == "topics" else SPEAKERS_FILE)
    groups = root.entries.get(name) if isinstance(root, Mapping) else None
    if values is None or not isinstance(groups, Mapping):
        return None
    read = values.get(name) or {}
    return {key: (read.get(key) or {}, node) for key, node in groups.entries.items()}


def _names(node: Node, key: str) -> list[Text]:
    listed = node.entries.get(key) if isinstance(node, Mapping) else None
    return [part for part in listed.items if isinstance(part, Text)] if isinstance(listed, Sequence) else []


def _folded(word: str) -> str:
    return " ".join(words(word))
