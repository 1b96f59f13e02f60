"""A message without its markup: what a person reads of it."""

from __future__ import annotations

import re

_INVISIBLE = dict.fromkeys(
    [0xAD, 0xFEFF, *range(0x200B, 0x2010), *range(0x202A, 0x202F), *range(0x2060, 0x2070), *range(0xFE00, 0xFE10)]
)
_FENCE = re.compile(r"```\w*\n?|```")
_MARKUP = re.compile(r"<(?:@[!&]?|#|a?:\w{1,40}:|t:|/[^>\n]{1,80}:)[^<>\s]{0,40}>|https?://\S+", re.IGNORECASE)
_LINK = re.compile(r"\[([^\[\]\n]{1,300})\]\(<?https?://[^()\n]{0,500}\)")
_QUOTE_SIGN = re.compile(r"^[^\S\n]{0,3}>(?:>>)?[^\S\n]?", re.MULTILINE)
_MAY_BE_MARKED = frozenset("#*•-_|~\\")
_LINE_MARKS = re.compile(r"^[^\S\n]*(?:-#|#{1,6}|[*•-])[^\S\n]+(?=\S)", re.MULTILINE)
_EMPHASIS = re.compile(
    r"(?<!\w)\*{1,3}|\*{1,3}(?!\w)|\|\||~~|(?<!\w)_{1,2}(?=\w)|(?<=[\w.,!?])_{1,2}(?!\w)|\\(?=[\W_])"
)


def without_markup(text: str) -> str:
    """A message without links, mentions, invisible characters, quote signs and the marks of Markdown."""
    return without_markdown(without_quote_signs(without_links(text)))


def without_links(text: str) -> str:
    """Without links, mentions, emoji of a server and characters that nobody sees; a link's own words stay."""
    text = text if text.isascii() else text.translate(_INVISIBLE)
    text = text.replace("\r\n", "\n")
    if "<" in text or "http" in text.lower():
        text = _MARKUP.sub(" ", _LINK.sub(r"\1", text))
    return text


def without_quote_signs(text: str) -> str:
    """Without the signs that begin quoted lines."""
    return _QUOTE_SIGN.sub("", text)


def without_markdown(text: str) -> str:
    """Without the marks of Markdown, which are no part of the words."""
    if "`" in text:
        text = _FENCE.sub(" ", text)
    if not _MAY_BE_MARKED.isdisjoint(text):
        text = _EMPHASIS.sub("", _LINE_MARKS.sub("", text))
    return text
