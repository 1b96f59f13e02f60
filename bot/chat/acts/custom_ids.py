"""What a button, a list or a form does: a record for each act, written into a custom id and read from it here alone.

The id says all that is needed, so that it works after a restart; what it says is not trusted. Every id ever sent goes
on working: tests/data/custom_ids.yaml holds one of each form.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, Any, ClassVar, Literal, TypeGuard

from ...search.query import Query
from ..limits import CUSTOM_ID, SELECT_VALUE
from .saved_query import from_text, to_text

if TYPE_CHECKING:
    from collections.abc import Mapping

_ID = r"[\w.-]{1,64}"
_TEXT = r"[^\x00-\x1f\x7f\ud800-\udfff]"
_PATTERNS = {
    **dict.fromkeys(("quote", "before", "topic", "source", "style"), _ID),
    "message": "[0-9]{1,20}",
    "query": f"{_TEXT}*",
    "trigger": f"{_TEXT}{{1,90}}",
    "page": "[0-9]{1,5}",
    "listed": "topics|sources",
    "asked": "[op]",
}
"""What each field looks like in an id."""
_OURS = re.compile(r"(?P<kind>[qcf]):(?P<name>[a-z]+)(?::(?P<rest>.*))?", re.DOTALL)
_FORM = "f"


@dataclass(frozen=True, slots=True)
class Act:
    """Something to do. The fields stand in the custom id in their order, after the act's kind and name."""

    kind: ClassVar[str] = "q"
    name: ClassVar[str]

    def to_custom_id(self) -> str:
        """The id of an item that does this; of a list, what is chosen from it is not in it."""
        values = [getattr(self, name) for name in _IN_ID[type(self)]]
        written = [value if isinstance(value, str) else _written(value) for value in values if value is not None]
        return ":".join((self.kind, self.name, *written))

    @classmethod
    def chosen(cls) -> str | None:
        """The field that is chosen from a list, the last; None for what is no list."""
        return fields(cls)[-1].name if cls.kind == "c" else None


@dataclass(frozen=True, slots=True)
class Another(Act):
    """Another quote on the same query, in the same message."""

    name = "more"
    quote: str
    query: Query


@dataclass(frozen=True, slots=True)
class QuoteOnTopic(Act):
    """A quote on a topic that was offered, as a new answer. `asked` in the open or privately; None: an older id."""

    name = "topic"
    topic: str
    asked: Literal["o", "p"] | None = None


@dataclass(frozen=True, slots=True)
class OpenTopic(Act):
    """A topic chosen from the list, opened in the same message."""

    kind, name = "c", "fromtopic"
    topic: str = ""


@dataclass(frozen=True, slots=True)
class OpenSource(Act):
    """A source chosen from the list, opened in the same message."""

    kind, name = "c", "fromsource"
    source: str = ""


@dataclass(frozen=True, slots=True)
class ShowContext(Act):
    """The question asked and the words around a quote, privately."""

    name = "context"
    quote: str


@dataclass(frozen=True, slots=True)
class Cite(Act):
    """The citation of a quote, privately, with a list of styles."""

    name = "cite"
    quote: str


@dataclass(frozen=True, slots=True)
class CiteInStyle(Act):
    """The same citation in the style that was chosen."""

    kind, name = "c", "style"
    quote: str
    style: str = ""


@dataclass(frozen=True, slots=True)
class Copy(Act):
    """A quote as plain text, privately."""

    name = "copy"
    quote: str


@dataclass(frozen=True, slots=True)
class More(Act):
    """What else can be done with a quote, for whoever pressed. `before` is what its message showed before it."""

    name = "menu"
    quote: str
    before: str | None = None


@dataclass(frozen=True, slots=True)
class Back(Act):
    """What a message showed before, in it again."""

    name = "back"
    message: int


@dataclass(frozen=True, slots=True)
class Discuss(Act):
    """A thread on a quote, under the message that shows it."""

    name = "discuss"
    quote: str
    message: int


@dataclass(frozen=True, slots=True)
class Remove(Act):
    """A message of ours, deleted for everybody."""

    name = "remove"
    message: int


@dataclass(frozen=True, slots=True)
class ShowToChannel(Act):
    """What one person alone sees, as a message for everybody: as it stands there."""

    name = "show"


@dataclass(frozen=True, slots=True)
class ShowTimelineToChannel(Act):
    """The same of a timeline, which is made anew, for its picture."""

    name = "showyears"
    page: int
    query: Query


@dataclass(frozen=True, slots=True)
class ShowPackToChannel(Act):
    """The same of a reading pack, which is made anew, for its file."""

    name = "showpack"
    style: str
    query: Query


@dataclass(frozen=True, slots=True)
class WriteReport(Act):
    """A form to say what is wrong with a quote."""

    name = "problem"
    quote: str


@dataclass(frozen=True, slots=True)
class SendReport(Act):
    """That form, sent in."""

    kind, name = _FORM, "problem"
    quote: str


@dataclass(frozen=True, slots=True)
class MuteTrigger(Act):
    """Keep a trigger quiet in this channel for a while."""

    name = "hush"
    trigger: str


@dataclass(frozen=True, slots=True)
class TurnList(Act):
    """A page of the topics or of the sources, in the same message."""

    name = "page"
    listed: Literal["topics", "sources"]
    page: int = 0


@dataclass(frozen=True, slots=True)
class TurnHits(Act):
    """A page of what a search found, in the same message."""

    name = "find"
    page: int
    query: Query


@dataclass(frozen=True, slots=True)
class ShowQuote(Act):
    """One quote chosen from a list, as a message of its own for whoever chose."""

    kind, name = "c", "card"
    quote: str = ""


@dataclass(frozen=True, slots=True)
class GiveQuote(Act):
    """A quote on a query, as a new private answer."""

    name = "give"
    query: Query


@dataclass(frozen=True, slots=True)
class ShowTimeline(Act):
    """The timeline of a query, as a new private answer."""

    name = "timeline"
    query: Query


@dataclass(frozen=True, slots=True)
class TurnTimeline(Act):
    """A page of a timeline, in the same message."""

    name = "years"
    page: int
    query: Query


@dataclass(frozen=True, slots=True)
class GivePack(Act):
    """Everything that answers a query as a file, privately."""

    name = "pack"
    query: Query


@dataclass(frozen=True, slots=True)
class PackInStyle(Act):
    """The same file in the style that was chosen."""

    kind, name = "c", "packas"
    query: Query
    style: str = ""


_ALL: tuple[type[Act], ...] = tuple(
    made for made in list(globals().values()) if isinstance(made, type) and issubclass(made, Act) and made is not Act
)
ACTS = {act.name: act for act in _ALL if act.kind != _FORM}
"""Every act of a button or a list, by its name in an id. What is a list was a button's id at first: either is read."""
FORMS = {act.name: act for act in _ALL if act.kind == _FORM}
"""Every act of a form."""
PAGE_NUMBER = "q:at"
"""The id of what cannot be pressed: the number of a page."""


def parse(data: Mapping[str, Any], *, form: bool = False) -> Act | None:
    """The act that a press, a choice or a form names, as Discord sends it; None when it is none of ours.

    What it is, Discord says: a button's id in a form, or a form's id on a button, names nothing.
    """
    custom_id, values = data.get("custom_id"), data.get("values") or []
    if not (_is_text(custom_id, CUSTOM_ID) and isinstance(values, list)):
        return None
    ours, chosen = _OURS.fullmatch(custom_id), values[:1]
    if ours is None or (ours["kind"] == _FORM) is not form or not all(_is_text(part, SELECT_VALUE) for part in chosen):
        return None
    act = (FORMS if form else ACTS).get(ours["name"])
    return None if act is None else _filled(act, ":".join(part for part in (ours["rest"] or "", *chosen) if part))


def name_in(custom_id: str) -> str:
    """The name that an act would have by its id, whatever else is in it; empty where there is none."""
    return custom_id.split(":")[1] if ":" in custom_id else ""


def _filled(act: type[Act], rest: str) -> Act | None:
    """The act with what follows its name in an id; None where that does not look like it."""
    found = _PATTERN_OF[act].fullmatch(rest)
    return None if found is None else act(**{name: _read(name, text) for name, text in found.groupdict().items()})


def _is_text(value: Any, most: int) -> TypeGuard[str]:
    return isinstance(value, str) and len(value) <= most


def _pattern(act: type[Act]) -> re.Pattern[str]:
    """What follows an act's name in an id; a field that may be left out is the last."""
    parts = [f"(?P<{part.name}>{_PATTERNS[part.name]})" for part in fields(act)]
    if fields(act) and fields(act)[-1].default is None:
        return re.compile(f"{':'.join(parts[:-1])}(?::{parts[-1]})?")
    return re.compile(":".join(parts))


_IN_ID = {act: tuple(part.name for part in fields(act) if part.name != act.chosen()) for act in _ALL}
"""The fields that stand in an id: looked up once, for each answer has four ids (benchmarks/answers/rate.py)."""
_PATTERN_OF = {act: _pattern(act) for act in _ALL}


def _written(value: Query | int) -> str:
    return to_text(value) if isinstance(value, Query) else str(value)


def _read(name: str, text: str | None) -> Any:
    if text is None:
        return None
    return from_text(text) if name == "query" else int(text) if name in ("page", "message") else text
