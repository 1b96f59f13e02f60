"""The one place where text is made safe to show: nothing of it is invisible or broken, nothing in it comes alive."""

from __future__ import annotations

import re
import unicodedata

_MARKDOWN = re.compile(
    r"""
      (?P<start>^[^\S\n]*)                  # what means something only where a line begins:
      (?P<mark>\#(?=\#{0,5}(?:\s|\Z))         #   a heading
        |-(?=[\s#-]|\Z)|\+(?=\s|\Z)         #   a list, small print, a rule
        |>                                  #   a quotation
        |\d{1,10}(?=[.)](?:\s|\Z)))         #   a numbered list, which counts anew
    | [\\*_`|]                              # emphasis, code, spoilers; the backslash itself
    | ~(?=~)                                # struck out
    | (?<=\])\(                             # a link behind words
    | <(?=[@\#:/a-zA-Z])                    # mentions, emoji, timestamps, commands, addresses
    | @(?=everyone|here)
    | :(?=//|[\w+-]+:)                      # a bare address; an emoji by name
    | (?:(?<=discord)|(?<=discordapp))\.(?=gg|com|me|io)  # an invitation, which unfolds without an address
    """,
    re.MULTILINE | re.VERBOSE | re.IGNORECASE,
)


_BLANK = (
    "\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u2800\u3164\uffa0\U0001107f\U00016fe4\U0001d159\U000e0100-\U000e01ef"
)
"""Characters that Unicode counts among letters, marks and signs, and that show nothing."""
_JOINERS = "\u200c\u200d"
_PERHAPS = re.compile(f"[{_BLANK}\ufe00-\ufe0f]")
"""Of what is printable, any that may be unseen: most texts have none, and that is to be known quickly."""
_NOTHING = re.compile(f"[{_BLANK}]")
_VARIANT = re.compile("(?<![#*0-9\u00a9\u00ae\u203c-\u3299\U0001f000-\U0001faff])[\ufe00-\ufe0f]")
_JOINER = re.compile(
    f"(?<![\u0600-\u08ff\u0900-\u0dff\u2190-\u2bff\ufe0f\U0001f000-\U0001faff])[{_JOINERS}]",
)


def clean(text: str) -> str:
    """Text as people may be shown it, wherever it came from: nothing in it is invisible, and nothing of it is broken.

    Lines stay lines, and a tab is a space. A joiner or a variant of an emoji stays where it changes what is seen. What
    Unicode counts as control, format, surrogate, private or unassigned (as this Python knows it) is left out.
    """
    if text.isprintable() and (text.isascii() or not _PERHAPS.search(text)):
        return text
    text = "".join(filter(_shows, text.replace("\t", " ")))
    return _JOINER.sub("", _VARIANT.sub("", _NOTHING.sub("", text)))


def _shows(char: str) -> bool:
    return char.isprintable() or char == "\n" or char in _JOINERS or unicodedata.category(char) == "Zs"


def plain(text: str) -> str:
    """Clean text on one line, for the places that Discord shows as they are: labels, placeholders, choices."""
    return " ".join(clean(text).split())


def escape(text: str) -> str:
    """Text that Discord shows as it stands: no Markdown, mention, emoji, link or invitation in it comes alive.

    It is cleaned; otherwise only backslashes are added, and only where Discord reads a mark, so that quotations stay
    as they are for whoever copies the raw text. For places that render Markdown: content, text displays, embed
    descriptions, titles and fields. Labels, placeholders, choices, authors and footers are plain and would show the
    backslashes. May be up to twice as long. That nothing pings is `AllowedMentions.none()`'s part.
    """
    return _MARKDOWN.sub(_neutral, clean(text))


def _neutral(found: re.Match[str]) -> str:
    start, mark = found["start"], found["mark"]
    if mark is None:
        return "\\" + found[0]
    return f"{start}{mark}\\" if mark.isdecimal() else f"{start}\\{mark}"
