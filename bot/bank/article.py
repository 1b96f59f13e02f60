"""Reading an article a person saved: plain text as it is, a web page without its markup."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from html import unescape
from html.parser import HTMLParser
from typing import TYPE_CHECKING

from ..errors import CallError
from ..strict_yaml.gate import REFUSED

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

MOST_BYTES = 8 * 1024 * 1024
_PAGE = re.compile(
    r"\ufeff?\s*(?:<\?xml[^>]*>\s*)?(?:<!--.*?-->\s*)*<(?:!doctype\s+html|html|head|body|article|main|section|div|p|h[1-6]|meta|title|blockquote)\b",
    re.IGNORECASE | re.DOTALL,
)
_UNSEEN = frozenset(
    ("script", "style", "template", "noscript", "svg", "nav", "footer", "aside", "button", "iframe", "select")
)
_BLOCKS = frozenset(
    (
        "address",
        "article",
        "blockquote",
        "br",
        "dd",
        "div",
        "dl",
        "dt",
        "figcaption",
        "figure",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "header",
        "hr",
        "li",
        "main",
        "ol",
        "p",
        "pre",
        "section",
        "table",
        "td",
        "th",
        "tr",
        "ul",
        "title",
    )
)
_VOID = frozenset(
    ("area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr")
)
_MARKDOWN = re.compile(r"^[ \t]*(?:#{1,6}(?=[ \t])|>(?=[ \t]))|\*\*|(?<!\w)__(?=\w)|(?<=\S)__(?!\w)", re.MULTILINE)
# Parts of a page that are no article, by their ids and classes.
_ASIDE = re.compile(
    r"[\s_-](?:comments?|disqus|replies|related|recommended|newsletter|cookies?|share|sharing|social|breadcrumbs?|promo"
    r"|advert\w*|sidebar|most-read|tags?)[\s_-]",
    re.IGNORECASE,
)
_FRAMES = frozenset(("html", "body", "article", "main"))
# Elements whose end tag is often left out: the next of the kind ends them.
_CLOSING_THEMSELVES = frozenset(("p", "li", "dt", "dd", "tr", "td", "th", "option"))
_METAS = {
    "og:title": "title",
    "og:site_name": "outlet",
    "og:url": "address",
    "author": "author",
    "article:published_time": "published",
    "date": "published",
}


@dataclass(frozen=True, slots=True)
class Article:
    """The text of a saved article. `offsets[i]` is where character i stands in the file; None: the text is the file.

    `facts` are what a web page says about itself: title, outlet, author, published, address, language.
    """

    text: str
    offsets: tuple[int, ...] | None = None
    facts: Mapping[str, str] = field(default_factory=dict)

    def in_file(self, start: int, end: int) -> tuple[int, int]:
        """Where a stretch of the text stands in the file, in characters."""
        if self.offsets is None or start >= end:
            return start, end
        return self.offsets[start], self.offsets[end - 1] + 1


def read_article(path: Path) -> Article:
    """Read a saved article. Raises CallError with a sentence when it is no text."""
    try:
        with path.open("rb") as file:
            raw = file.read(MOST_BYTES + 1)
    except OSError as error:
        raise CallError(f"cannot read {path}: {error.strerror or error}") from error
    if len(raw) > MOST_BYTES:
        raise CallError(f"{path} is larger than {MOST_BYTES // 1024 // 1024} MiB; save only the article's text")
    try:
        text = raw.decode("utf-8")
    except UnicodeDecodeError as error:
        raise CallError(f"{path} is not UTF-8 (byte {error.start + 1}); save it as UTF-8 text") from error
    if "\x00" in text:
        raise CallError(f"{path} is not a text file; save the article as text or as a web page")
    return from_page(text) if _PAGE.match(text) else Article(_without_markdown(_visible(text)))


def _visible(text: str) -> str:
    """The text with a space for each invisible character that no file of the bank may hold."""
    return REFUSED.sub(" ", text)


def _without_markdown(text: str) -> str:
    """The text with Markdown's marks blanked out, where it has any; every character keeps its place."""
    if not _MARKDOWN.search(text):
        return text
    return _MARKDOWN.sub(lambda mark: " " * len(mark.group()), text)


def from_page(page: str) -> Article:
    """The text of a web page, without markup, scripts and navigation, each character with its place in the page."""
    reader = _PageReader(page)
    reader.feed(page)
    reader.close()
    return Article(_visible("".join(reader.text)), tuple(reader.offsets), reader.facts)


class _PageReader(HTMLParser):
    """Collects what a reader of the page sees."""

    def __init__(self, page: str) -> None:
        super().__init__(convert_charrefs=False)
        self.text: list[str] = []
        self.offsets: list[int] = []
        self._lines = [0, *(match.end() for match in re.finditer("\n", page))]
        self._unseen: list[str] = []
        self._begun = False
        self.facts: dict[str, str] = {}

    def _here(self) -> int:
        line, column = self.getpos()
        return self._lines[line - 1] + column

    def _add(self, seen: str, at: int, step: int) -> None:
        if not self._unseen:
            self.text.extend(seen)
            self.offsets.extend(at + step * number for number in range(len(seen)))

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        self._learn(tag, given)
        self._leave(tag)
        if self._hides(tag, given):
            self._unseen.append(tag)
        elif tag in _BLOCKS:
            self._add("\n" if tag in {"br", "td", "th"} else "\n\n", self._here(), 0)
        elif tag == "q":
            self._add("“", self._here(), 0)

    def _leave(self, tag: str) -> None:
        """End what is not seen where the start of another element says that it is over."""
        if tag in _CLOSING_THEMSELVES and self._unseen and tag == self._unseen[-1]:
            self._unseen.pop()
        if tag in {"h1", "main"} or (tag == "article" and not self._begun):
            # No aside holds the headline: what looked like one is a frame around the page.
            self._unseen = [other for other in self._unseen if other in _UNSEEN]
            self._begun = True

    def _hides(self, tag: str, given: Mapping[str, str]) -> bool:
        """True for an element that is not seen: of its kind, by its name, or within one of the same kind."""
        if tag in _UNSEEN or (self._unseen and tag == self._unseen[-1]):
            return True
        return tag not in _VOID | _FRAMES and self._is_aside(given)

    @staticmethod
    def _is_aside(given: Mapping[str, str]) -> bool:
        return "hidden" in given or bool(_ASIDE.search(f" {given.get('id', '')} {given.get('class', '')} "))

    def _learn(self, tag: str, given: Mapping[str, str]) -> None:
        """Keep what the page says about itself, the first time it says so."""
        if tag == "html" and given.get("lang"):
            self.facts.setdefault("language", given["lang"])
        name = _METAS.get((given.get("property") or given.get("name") or "").lower())
        if tag == "meta" and name and given.get("content", "").strip():
            self.facts.setdefault(name, " ".join(_visible(given["content"]).split()))
        if tag == "link" and given.get("rel") == "canonical" and given.get("href", "").startswith("http"):
            self.facts["address"] = given["href"]

    def handle_endtag(self, tag: str) -> None:
        if tag in self._unseen:
            while self._unseen.pop() != tag:
                pass
        elif tag in _BLOCKS and tag not in _VOID:
            self._add("\n\n", self._here(), 0)
        elif tag == "q":
            self._add("”", self._here(), 0)

    def handle_data(self, data: str) -> None:
        # A line break in a page's source is a space to its reader.
        self._add(data.replace("\n", " ").replace("\r", " "), self._here(), 1)

    def handle_entityref(self, name: str) -> None:
        self._add(unescape(f"&{name};"), self._here(), 0)

    def handle_charref(self, name: str) -> None:
        self._add(unescape(f"&#{name};"), self._here(), 0)
