"""Folding: what does not count when words are compared (case, accents, typographic marks, apostrophes, hyphens).

And what of a text is not shown to anybody: a token, wherever somebody wrote it by mistake.
"""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

APOSTROPHES = "'’‘‛`´ʼʹ＇"
_LETTERS = str.maketrans(
    {
        **dict.fromkeys(APOSTROPHES),
        "ı": "i",
        "ø": "o",
        "æ": "ae",
        "œ": "oe",
        "ł": "l",
        "đ": "d",
        "ð": "d",
        "þ": "th",
    }
)
# What prose in English is most often not ASCII for: without these the quick way of `fold` is open to it.
_MARKS = str.maketrans({"’": None, "‘": None, **dict.fromkeys("“”„«»–—…\u00a0", " ")})
_WORD = re.compile(r"[^\W_]+")
_PART = 256
"""Characters that are normalised at once: a run of accents takes time by the square of its length."""
# A token of Discord's: three parts. The last alone, which is what is secret, is told from names by its length, its
# mixture of letters and digits, and by being no row of words and numbers.
_TOKEN = re.compile(r"(?<![\w-])[\w-]{18,}\.[\w-]{4,}\.[\w-]{18,}", re.ASCII)
_ESCAPE = re.compile(r"\\(?=[._-])")
_END_OF_A_TOKEN = re.compile(r"(?<![\w-])(?=[\w-]*[A-Z])(?=[\w-]*[a-z])(?=[\w-]*[0-9])[\w-]{27,}", re.ASCII)
# What may stand between the hyphens of a name. Of 200,000 random ends of tokens 3 of 27 characters are nothing but
# that, and none of 38. Each piece is read in one way and never again (`*+`): else the time would grow by powers.
_WORDS_AND_NUMBERS = re.compile(
    r"""(?: [A-Z]?[a-z]{2,}(?![a-z]) | [A-Z](?=[A-Z][a-z]{2}) | [0-9]{2,}(?![0-9])(?:T(?![a-z]))? )*+  # From2014to2020
    | [A-Z]?[1-9][0-9]* (?: [a-z]{1,2} | [A-Z][0-9]? )? | [0-9]*  # 21st, 2010s, B52, 5G, 2026Q3
    | [A-Za-z][a-z]*[0-9]*[a-z]?  # a, Vol3, v2a
    | (?: Mc | [a-z] )[A-Z][a-z]+  # McCain, iPhone
    | [A-Z]+(?: s | [0-9]+ )?  # NATO, MPs, UTF8
    | [0-9]+T[0-9]*Z? | [0-9]+Z  # 27T120000Z""",
    re.VERBOSE,
)
# Printable by Unicode's book, and yet nothing is seen of them: joiners, fillers, a blank of Braille, selectors.
_UNSEEN = re.compile(
    "[\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u2800\u3164\ufe00-\ufe0f\uffa0\U000e0100-\U000e01ef]"
)
REDACTED = "(what looks like a token)"
NO_NAME = "must be a name in the file system, and this looks like a token itself, or like the end of one"
# A word as it stands in a text: letters and digits, with marks and apostrophes inside.
_WORD_IN_PLACE = re.compile(rf"[^\W_](?:[{APOSTROPHES}]?[^\W_]|[\u0300-\u036f\u00ad])*")


def fold(text: str) -> str:
    """Text as it is compared. Idempotent; may be shorter or longer than what came in."""
    if text.isascii():
        return text.lower().replace("'", "").replace("`", "")  # `translate` is many times slower
    plain = "".join(_unfolded(text)).casefold().translate(_LETTERS)
    bare = "".join(
        mark
        for part in _parts(plain)
        for mark in unicodedata.normalize("NFKD", part)
        if not unicodedata.combining(mark)
    )
    return bare.replace("\u00ad", "").translate(_LETTERS)


def words(text: str) -> list[str]:
    """The folded words of a text, in order. "Dual-track" is two words; "That's" is "thats"."""
    return _WORD.findall(fold(text if text.isascii() else text.translate(_MARKS)))


def words_in_place(text: str) -> Iterator[tuple[str, int, int]]:
    """Each folded word with the start and end of where it stands in the text as it came in."""
    for match in _WORD_IN_PLACE.finditer(text):
        for word in words(match.group()):
            yield word, match.start(), match.end()


def within(text: str, most: int) -> str:
    """As much of a text as has at most so many characters, also when it is unfolded: one of Unicode's may be eighteen.

    For text from people, before anything that takes time by its length. What is cut may come back unfolded.
    """
    text = text[:most]
    if text.isascii():
        return text
    unfolded = ""
    for part in _unfolded(text):
        unfolded += part
        if len(unfolded) > most:
            return unfolded[:most]
    return text


def is_longer(text: str, most: int) -> bool:
    """Whether a text has more than so many characters, also when it is unfolded."""
    return within(text, most) != text


def _unfolded(text: str) -> Iterator[str]:
    return (unicodedata.normalize("NFKC", part) for part in _parts(text))


def _parts(text: str) -> Iterator[str]:
    return (text[at : at + _PART] for at in range(0, len(text), _PART))


def shorten(text: str, limit: int) -> str:
    """Text of at most `limit` characters, cut between words, with an ellipsis where something was cut."""
    if len(text) <= limit:
        return text
    cut = text[: limit - 1]
    head, space, _ = cut.rpartition(" ")
    return (head if space and len(head) > limit // 2 else cut).rstrip(" ,;:.–—-") + "…"


def quoted(words: str, limit: int = 40) -> str:
    """Somebody's words as a message repeats them: without tokens, and cut only then, for a piece looks like none."""
    return shorten(without_tokens(words), limit)


def looks_like_a_token(text: str) -> bool:
    """Whether a token of Discord's, or the end of one, stands in a text: what `without_tokens` leaves out."""
    text = _bare(text)
    return _TOKEN.search(text) is not None or any(map(_is_secret, _END_OF_A_TOKEN.finditer(text)))


def without_tokens(text: str) -> str:
    """A text as anybody may read it: what looks like a token of Discord's, or like the end of one, is not in it.

    A mark that is not seen hides none, nor does one that escapes another, as in a chat.
    """
    if not looks_like_a_token(text):
        return text
    bare = _TOKEN.sub(REDACTED, _bare(text))
    return _END_OF_A_TOKEN.sub(lambda end: REDACTED if _is_secret(end) else end[0], bare)


def _bare(text: str) -> str:
    seen = text if _is_all_seen(text) else "".join(filter(_is_seen, text))
    return _ESCAPE.sub("", seen) if "\\" in seen else seen


def _is_secret(end: re.Match[str]) -> bool:
    return not all(map(_WORDS_AND_NUMBERS.fullmatch, re.split("[-_]", end[0])))


def _is_seen(mark: str) -> bool:
    return mark.isspace() or (mark.isprintable() and not _UNSEEN.match(mark))


def _is_all_seen(text: str) -> bool:
    return text.isprintable() and (text.isascii() or not _UNSEEN.search(text))


def shown(words: str) -> str:
    """Words from a file, fit for a message: whatever cannot be printed or seen is escaped."""
    if _is_all_seen(words):
        return words
    return "".join(mark if mark.isprintable() and not _UNSEEN.match(mark) else ascii(mark)[1:-1] for mark in words)
