"""What may stand in the bank's files: each group of keys, what its values are, and how long they may be.

The reader checks by these tables and `schema` writes quotes/schema.json from them, so the two cannot differ.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal, get_args

from .quote import Basis, Kind

if TYPE_CHECKING:
    from collections.abc import Mapping

MAX_ID = 40
MAX_TEXT = 1000
MAX_QUESTION = 700
MAX_CONTEXT = 300
MAX_NOTE = 300
MAX_TITLE = 300
MAX_NAME = 100
MAX_ADDRESS = 512  # of a Discord link button
MIN_TOPICS = 3
MAX_TOPICS = 6
MAX_SEGMENTS = 12
MAX_ALIASES = 200
MAX_ROLES = 50
MAX_TRIGGER = 90  # of a button's id, which names it
MAX_CALL = 40  # the same, with a topic's name

BASES: tuple[str, ...] = get_args(Basis)
KINDS: tuple[str, ...] = get_args(Kind)

ValueKind = Literal["text", "id", "date", "span", "choice", "address", "language", "group", "list", "named groups"]


@dataclass(frozen=True, slots=True)
class Key:
    """One key: what it is for, what its value is, and the most of it (characters of a text, parts of a list)."""

    about: str
    kind: ValueKind = "text"
    required: bool = False
    most: int = MAX_NAME
    choices: tuple[str, ...] = ()
    group: Shape | None = None
    part: Key | None = None


@dataclass(frozen=True, slots=True)
class Shape:
    """A group of keys. `name` is how a sentence speaks of it; `example` shows one; `required` keys must be there."""

    name: str
    example: str
    keys: Mapping[str, Key]
    required: tuple[str, ...] = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "required", tuple(name for name, key in self.keys.items() if key.required))


def _basis() -> Key:
    return Key("how this is known", "choice", required=True, choices=BASES)


def _names(about: str, most: int = MAX_NAME) -> Key:
    return Key(about, "list", most=MAX_ALIASES, part=Key("a word or a phrase", most=most))


WHEN = Shape(
    "a date",
    "{date: 2017-05-25, basis: printed}",
    {
        "date": Key("2017, 2017-06, 2017-06-12, or some day from … to …: 2014-10-01/2014-10-03", "span", required=True),
        "basis": _basis(),
    },
)
PLACE = Shape(
    "a place",
    "{name: Brussels, basis: inferred}",
    {"name": Key("the place", required=True), "basis": _basis()},
)
ADDRESS = Shape(
    "an address",
    "{url: https://example.org/article, basis: looked up}",
    {"url": Key("a web address", "address", required=True, most=MAX_ADDRESS), "basis": _basis()},
)
REPRINT = Shape(
    "a reprint",
    "{by: AVIM, date: 2017-05-26, basis: printed}",
    {
        "by": Key("who published it again", required=True),
        "date": Key("when it was published again", "span"),
        "basis": Key("how the date is known; printed unless said", "choice", choices=BASES),
        "address": Key("where the reprint stands", "group", group=ADDRESS),
    },
)
SOURCE = Shape(
    "a source",
    "{outlet: Euronews, kind: interview}",
    {
        "outlet": Key("who published it", required=True),
        "outlet_basis": Key("how the outlet is known; printed unless said", "choice", choices=BASES),
        "outlet_note": Key("a note shown with the outlet, where one is due", most=MAX_NOTE),
        "title": Key("the headline, in sentence case; left out where none is printed", most=MAX_TITLE),
        "kind": Key("what kind of occasion it was", "choice", required=True, choices=KINDS),
        "event": Key("what it was said at", most=MAX_TITLE),
        "interviewer": Key("who asked"),
        "author": Key("who wrote it"),
        "said": Key("when it was said", "group", group=WHEN),
        "published": Key("when it was published", "group", group=WHEN),
        "place": Key("where it was said", "group", group=PLACE),
        "address": Key("where it can be read", "group", group=ADDRESS),
        "reprint": Key("where it was published again", "group", group=REPRINT),
        "language": Key("the language's short name; en unless said", "language", most=15),
        "speaker": Key("who says all of it, unless a quote says otherwise", "id", most=MAX_ID),
        "note": Key("what a reader of the citation must know", most=MAX_NOTE),
    },
)
QUOTE = Shape(
    "a quote",
    "- id: we-need-both-2017",
    {
        "id": Key("never reused; a-z, 0-9 and hyphens", "id", required=True, most=MAX_ID),
        "text": Key("the words, as they stand in the article", most=MAX_TEXT),
        "segments": Key(
            "instead of text, where the article splits a quotation",
            "list",
            most=MAX_SEGMENTS,
            part=Key("one part of the quotation", most=MAX_TEXT),
        ),
        "topics": Key(
            "3 to 6 ids of topics.yaml",
            "list",
            required=True,
            most=MAX_TOPICS,
            part=Key("the id of a topic", "id", most=MAX_ID),
        ),
        "question": Key("the interviewer's question, word for word", most=MAX_QUESTION),
        "before": Key("a few words that stand before", most=MAX_CONTEXT),
        "after": Key("a few words that stand after", most=MAX_CONTEXT),
        "speaker": Key("who says it, where it is not the source's speaker", "id", most=MAX_ID),
        "said": Key("when it was said, where it is not the source's date", "group", group=WHEN),
        "note": Key("[sic], or what an editor inserted", most=MAX_NOTE),
    },
)
SOURCE_FILE = Shape(
    "a source's file",
    "source: … and quotes: …",
    {
        "source": Key("the article", "group", required=True, group=SOURCE),
        "quotes": Key("what was said in it", "list", required=True, most=50_000, part=Key("", "group", group=QUOTE)),
    },
)
TOPIC = Shape(
    "a topic",
    "{name: Russia, aliases: [moscow, kremlin]}",
    {
        "name": Key("as shown to people", required=True, most=50),
        "aliases": _names("other words for it: whole words or phrases"),
        "triggers": _names("phrases that call for a quote in a channel; few and apt", MAX_TRIGGER),
    },
)
TOPICS_FILE = Shape(
    "the topics' file",
    "topics: …",
    {
        "topics": Key("each topic by its id", "named groups", required=True, most=MAX_ID, group=TOPIC),
        "calls": _names("what calls for a quote in a channel with a topic's name after it, or where “…” is", MAX_CALL),
    },
)
ROLE = Shape(
    "a role",
    "{title: Secretary General of NATO, since: 2014-10-01}",
    {
        "title": Key("the office", required=True),
        "since": Key("when it began, where known", "date"),
        "until": Key("when it ended, where known", "date"),
    },
)
SPEAKER = Shape(
    "a speaker",
    "{name: Jens Stoltenberg, given: Jens, family: Stoltenberg}",
    {
        "name": Key("as shown to people", required=True),
        "given": Key("given names, for citations"),
        "family": Key("the family name, for citations"),
        "aliases": _names("other ways to write the name"),
        "roles": Key("the offices held", "list", most=MAX_ROLES, part=Key("", "group", group=ROLE)),
    },
)
SPEAKERS_FILE = Shape(
    "the speakers' file",
    "speakers: …",
    {"speakers": Key("each speaker by its id", "named groups", required=True, most=MAX_ID, group=SPEAKER)},
)
