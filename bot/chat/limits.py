"""Every limit Discord sets for what we send, by name, and the one place where text is made safe to show.

The numbers come from Discord's developer documentation (the page is named above each group) and, where it states
them, from Discord's OpenAPI description of its API v10. Counts are characters unless the name says otherwise.
"""

from __future__ import annotations

import re
import unicodedata

# Resources › Message
CONTENT = 2000
FILES = 10
FILE_BYTES = 10 * 1024 * 1024
ALT_TEXT = 1024

# Resources › Message › Embed limits; the total is over all embeds of a message
EMBEDS = 10
EMBED_TOTAL = 6000
EMBED_TITLE = 256
EMBED_DESCRIPTION = 4096
EMBED_FIELDS = 25
EMBED_FIELD_NAME = 256
EMBED_FIELD_VALUE = 1024
EMBED_FOOTER = 2048
EMBED_AUTHOR = 256
EMBED_URL = 2048

# Components › Component reference; nested components count, texts are summed over a whole message
COMPONENTS = 40
TEXTS_TOTAL = 4000
ROWS = 5
BUTTONS_IN_ROW = 5
SECTION_TEXTS = 3
GALLERY_ITEMS = 10
CUSTOM_ID = 100
BUTTON_LABEL = 80
BUTTON_URL = 512
SELECT_OPTIONS = 25
SELECT_LABEL = 100
SELECT_VALUE = 100
SELECT_DESCRIPTION = 100
SELECT_PLACEHOLDER = 150

# Components › Label, Text Input; Interactions › Receiving and Responding › Modal
MODAL_TITLE = 45
MODAL_ROWS = 5
FIELD_LABEL = 45
FIELD_DESCRIPTION = 100
FIELD_PLACEHOLDER = 100
FIELD_VALUE = 4000

# Interactions › Application Commands
COMMANDS = 100
CONTEXT_MENUS = 5  # of each kind; Discord itself may allow more, discord.py 2.7 does not
COMMAND_NAME = 32
COMMAND_DESCRIPTION = 100
COMMAND_OPTIONS = 25
COMMAND_TOTAL = 8000
OPTION_NAME = 32
OPTION_DESCRIPTION = 100
CHOICES = 25
CHOICE_NAME = 100
CHOICE_VALUE = 100

# Interactions › Receiving and Responding
FIRST_ANSWER_SECONDS = 3
TOKEN_SECONDS = 15 * 60

# Resources › Audit Log; Resources › Channel
AUDIT_REASON = 512
THREAD_NAME = 100

# Resources › Message › Message flags
FLAG_NO_PREVIEW = 1 << 2
FLAG_PRIVATE = 1 << 6
FLAG_COMPONENTS_V2 = 1 << 15

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
