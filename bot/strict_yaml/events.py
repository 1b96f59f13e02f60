"""From the parser's events to nodes, in one pass and without recursion; what is refused never gets built."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import yaml

from ..problem import Problem
from ..text import quoted
from .gate import REFUSED, name_character
from .nodes import Mapping, Node, Sequence, Text
from .sentences import explain

if TYPE_CHECKING:
    from .nodes import Place

MAX_DEPTH = 16
MAX_PROBLEMS = 200
"""After so many faults in one file the rest is not read: it is no bank."""

_Loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_PLAIN = (None, "")
_CUT_OFF = re.compile(r" +(#[^\s#!:|-]\S*)")
_MERGE = Text("<<", 0, 0)
"""Stands for a key whose value is thrown away."""


class _Stop(Exception):  # noqa: N818  control flow of this module alone
    """Reading this file ends here; why is already noted."""


class Composer:
    """Builds the nodes of one file. `problems` holds what it refused."""

    def __init__(self, text: str, name: str) -> None:
        self._text = text
        self._name = name
        self._stack: list[Sequence | Mapping] = []
        self._keys: list[Text | None] = []
        self._root: Node | None = None
        self._aliased = False
        self._documents = 0
        self._escapes = "\\" in text
        self._comments = " #" in text
        self.problems: list[Problem] = []

    def compose(self) -> Node | None:
        """The root of the file; None where it is empty or cannot be known."""
        parser = _Loader(self._text)
        last = None
        try:
            while True:
                event = parser.get_event()
                kind = type(event)
                if kind is yaml.ScalarEvent:
                    self._scalar(event)
                    last = event
                elif kind is yaml.StreamEndEvent:
                    break
                else:
                    self._structure(kind, event)
        except yaml.MarkedYAMLError as fault:
            self.problems.append(explain(fault, self._text, self._name, last))
            return None
        except _Stop:
            return None
        finally:
            parser.dispose()
        return None if self._aliased else self._root

    def _structure(self, kind: type[yaml.Event], event: Any) -> None:
        if kind is yaml.MappingStartEvent:
            self._open(Mapping(event.start_mark.line + 1, event.start_mark.column + 1), event)
        elif kind is yaml.SequenceStartEvent:
            self._open(Sequence(event.start_mark.line + 1, event.start_mark.column + 1), event)
        elif kind is yaml.MappingEndEvent or kind is yaml.SequenceEndEvent:
            self._stack.pop()
            self._keys.pop()
        elif kind is yaml.AliasEvent:
            self._alias(event)
        elif kind is yaml.DocumentStartEvent:
            self._document(event)

    def _scalar(self, event: Any) -> None:
        mark = event.start_mark
        text = Text(event.value, mark.line + 1, mark.column + 1)
        if event.anchor is not None or event.tag is not None:
            self._decorated(event)
        if self._escapes and event.style == '"' and (refused := REFUSED.search(text.value)):
            code, message, hint = name_character(refused.group())
            self._refuse((text.line, text.column), code, f"an escape stands for what no file may hold: {message}", hint)
            text = text._replace(value=REFUSED.sub("", text.value))
        if self._comments and event.style in _PLAIN and (cut := _CUT_OFF.match(self._text, event.end_mark.index)):
            self._cut_off(event, cut)
        top = self._stack[-1] if self._stack else None
        if type(top) is Mapping and self._keys[-1] is None:
            if text.value == "<<" and event.style in _PLAIN:
                hint = "write the keys out where they are needed"
                self._refuse((text.line, text.column), "merge-key", "merge keys (<<) are not used here", hint)
                text = _MERGE
            self._keys[-1] = text
            return
        self._place(text)

    def _cut_off(self, event: Any, cut: re.Match[str]) -> None:
        """A warning: what was meant as words is read as a comment."""
        message = f"the words from “{_short(cut[1])}” on are taken for a comment and left out"
        hint = "put the whole value in quotation marks; if it is a comment, put a space after the #"
        line, column = event.end_mark.line + 1, event.end_mark.column + 1 + cut.start(1) - cut.start()
        self.problems.append(Problem(self._name, line, column, "warning", "comment-in-value", message, hint))

    def _place(self, node: Node) -> None:
        """Put a value where it belongs: in the list or under the key that is open."""
        if not self._stack:
            self._root = node
            return
        top = self._stack[-1]
        if type(top) is Sequence:
            top.items.append(node)
            return
        key = self._keys[-1]
        self._keys[-1] = None
        if key is None or type(top) is not Mapping or key is _MERGE:
            return
        if key.value in top.entries:
            first = top.places[key.value]
            message = f"the key “{_short(key.value)}” is written twice: it stands in line {first[0]} already"
            self._refuse((key.line, key.column), "duplicate-key", message, "delete or rename one of the two")
            return
        top.entries[key.value] = node
        top.marks.append(key.line if key.column == top.column else (key.line, key.column))

    def _open(self, node: Sequence | Mapping, event: Any) -> None:
        place = (node.line, node.column)
        if event.anchor is not None or event.tag is not None:
            self._decorated(event)
        if len(self._stack) >= MAX_DEPTH:
            hint = "a bank needs no more than four levels"
            self._refuse(place, "too-deep", f"lists and keys are nested more than {MAX_DEPTH} deep", hint)
            raise _Stop
        top = self._stack[-1] if self._stack else None
        if type(top) is Mapping and self._keys[-1] is None:
            hint = "write a word, a colon and a space"
            self._refuse(place, "odd-key", "a list or a group of keys stands where a key should be", hint)
            raise _Stop
        self._place(node)
        self._stack.append(node)
        self._keys.append(None)

    def _decorated(self, event: Any) -> None:
        place = (event.start_mark.line + 1, event.start_mark.column + 1)
        if event.anchor is not None:
            hint = "if the & belongs to the words, put the whole value in quotation marks"
            self._refuse(place, "anchor", "anchors (a value that starts with &) are not used here", hint)
        if event.tag is not None:
            hint = "every value is text; if the ! belongs to the words, put the whole value in quotation marks"
            self._refuse(place, "tag", "tags (a value that starts with !) are not used here", hint)

    def _alias(self, event: Any) -> None:
        place = (event.start_mark.line + 1, event.start_mark.column + 1)
        hint = "write the value out; if the * belongs to the words, put the whole value in quotation marks"
        self._refuse(place, "alias", "aliases (a value that starts with *) are not used here", hint)
        self._aliased = True
        if self._stack and type(self._stack[-1]) is Mapping and self._keys[-1] is None:
            self._keys[-1] = Text(event.anchor, *place)
        else:
            self._place(Text("", *place))

    def _document(self, event: Any) -> None:
        place = (event.start_mark.line + 1, event.start_mark.column + 1)
        if event.version is not None or event.tags:
            self._refuse(place, "directive", "directives (a line that starts with %) are not used here", "delete it")
        self._documents += 1
        if self._documents > 1:
            hint = "keep one document in a file: delete the line of three dashes, or split the file"
            self._refuse(place, "second-document", "a second document starts here", hint)
            raise _Stop

    def _refuse(self, place: Place, code: str, message: str, hint: str) -> None:
        self.problems.append(Problem(self._name, *place, "error", code, message, hint))
        if len(self.problems) >= MAX_PROBLEMS:
            raise _Stop


def _short(word: str) -> str:
    return quoted(word)
