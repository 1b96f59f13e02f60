"""What a person asks for when they mention the bot: a command, perhaps misspelt, and the words that go with it."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Literal

from rapidfuzz.distance import OSA

from ...text import within, words, words_in_place

if TYPE_CHECKING:
    from collections.abc import Container, Sequence

Command = Literal["quote", "search", "timeline", "cite", "verify", "topics", "sources", "stats", "about", "help"]


@dataclass(frozen=True, slots=True)
class MentionRequest:
    """What was asked. `words` are as the person wrote them, without the asking; empty asks for any quote."""

    command: Command
    words: str = ""


_SPELT: dict[str, Command] = {
    "quote": "quote",
    "quotes": "quote",
    "search": "search",
    "timeline": "timeline",
    "timelines": "timeline",
    "cite": "cite",
    "verify": "verify",
    "topic": "topics",
    "topics": "topics",
    "source": "sources",
    "sources": "sources",
    "stats": "stats",
    "statistics": "stats",
    "about": "about",
    "help": "help",
}
# Words of their own that are one slip away from a command.
_LOOKALIKES = frozenset(
    words(
        "quite quota quotas quoted starch tonic tonics topical tropic tropics sourced abort abut stat state states"
        " status stars start starts stays seats stabs staff held hell helm hemp heap helps"
        " cute city cited site kite cote verily"
    )
)
_TAKING_WORDS = frozenset({"quote", "search", "timeline", "cite", "verify"})
_SHORTEST_MISSPELT = 4
# The search cuts a query at half of this; more of a message is never looked at.
_MOST = 400
_MENTION = "<@!?{}>"
_QUOTED_LINE = re.compile(r"^[^\S\n]*>(?=\s|>>).*$", re.MULTILINE)
_MARKUP = re.compile(r"<(?:@[!&]?|#|a?:\w+:|/[^:<>\n]+:)\d+>|<https?://[^<>\s]+>")
_BY_ID = re.compile(r"(?:topic|quote):[\w-]+", re.IGNORECASE)

# These read folded words joined by single spaces, "quote" standing for whatever way of spelling it was tried.
_POLITE = r"(?:(?:hey|hi|hiya|hello|yo|ok|okay|so|well|please|pls|plz|kindly|quoth|bot) )*"
_DETERMINERS = r"(?:(?:a|an|any|some|the|one|another|your|my|good|best|nice|random|more|other) )*"
_NOUN = r"(?:quote|quotations?|citations?|passages?|sayings?|something|smth|sth|anything|stuff|words) "
_VERB = r"(?:give|show|tell|find|get|send|post|bring|share|fetch|read|list|pull up|look up|look for)"
_ASK = (
    rf"{_POLITE}(?:"
    rf"(?:(?:can|could|would|will) (?:you|u|i|we) )?{_POLITE}"
    rf"(?:{_VERB} (?:me |us )(?:have |see |hear )?{_POLITE}(?:{_DETERMINERS}{_NOUN})?"
    rf"|(?:gimme |lemme see |lets (?:see|hear|have) )(?:{_DETERMINERS}{_NOUN})?"
    rf"|(?:{_VERB} |have |get )?{_DETERMINERS}{_NOUN})"
    rf"|(?:i|we|id) (?:want |need |would |like |to |see |hear |have )+{_DETERMINERS}{_NOUN}"
    rf"|(?:do|have|did) you (?:have |got |know |know of )*{_DETERMINERS}(?:{_NOUN})?"
    rf"|(?:is|are) there {_DETERMINERS}{_NOUN}"
    rf"|got {_DETERMINERS}(?:{_NOUN})?"
    rf"|(?:what|how) (?=about )"
    rf")?"
)


@cache
def _ask() -> re.Pattern[str]:
    """The ways of asking, compiled when somebody first asks: that takes as long as reading the whole bank."""
    return re.compile(_ASK)


_CONNECTING = re.compile(r"(?:(?:about|on|by|from|of|for|regarding|concerning|re|with|mentioning) )")
_DETERMINED = re.compile(_DETERMINERS)
_WHAT_TO_CITE = re.compile(rf"(?:{_DETERMINERS}{_NOUN})?{_CONNECTING.pattern}?")
_NOTHING_ASKED = re.compile(
    r"(?:(?:many )?(?:thanks?|thx|ty|cheers|tysm)(?: (?:you|u|a lot|so much|very much|mate|man|all|again|bot|quoth))*"
    r"|(?:good|nice|bad|lol|lmao|haha|cool|great|best)(?: (?:one|bot|job|work|quoth))*) $"
)
_TRAILING = re.compile(r"(?: (?:please|pls|plz|thanks|thx|thank you|for me|mate|lol|quoth|bot))+ $")
_ANY = re.compile(
    r"(?:another(?: one)?|one more|random|any|anything|something|whatever|surprise me|one|more|again|a|the) $"
)
_LISTED = re.compile(
    r"(?:(?:what|which|list|all|show|see|tell|the|your|are|is|of) )*(topics?|sources?|stats) "
    r"(?:(?:are|is) there |(?:do )?you (?:have|know|use) |have you(?: got)? |can i (?:ask|pick)(?: about)? )?$"
)
_SENTENCES: tuple[tuple[re.Pattern[str], Command], ...] = (
    (
        re.compile(
            r"(?:(?:hi|hiya|hello|hey|heya|yo|howdy|sup|greetings|good (?:morning|evening|afternoon|day)|hallo|hei|hola"
            r"|bonjour|salut|merhaba) )+(?:(?:there|all|everyone|again|you|quoth|bot) )*$"
        ),
        "about",
    ),
    (
        re.compile(
            r"(?:check|verify) (?:this|that|it)(?: quote)? $"
            r"|(?:is|was) (?:this|that|it)(?: quote)? (?:real|true|fake|legit) $"
            r"|did (?:he|she|they) (?:really |actually )?say (?:this|that|it) $"
        ),
        "verify",
    ),
    (re.compile(r"(?:who|what) (?:are you|is this|is this bot|r u) $|whats this $"), "about"),
    (re.compile(r"about (?:you|yourself|this bot|quoth|this|the bot) $"), "about"),
    (re.compile(r"what can you do $|commands $"), "help"),
    (re.compile(r"how (?:do|does|can) (?:you|this|it|i)(?: bot)? (?:work|use this|use you|use it) $"), "help"),
    (re.compile(r"help (?:me|us|quote|search|with (?:quote|this|commands)|commands) $"), "help"),
)


def read_mention(text: str, bot_id: int, known: Container[str] = frozenset()) -> MentionRequest | None:
    """What a message that mentions the bot asks of it.

    None when it does not mention the bot outside quoted lines, or only thanks it. `known` are folded words that have
    a meaning of their own (the bank's vocabulary) and are never taken for a misspelt command.
    """
    own = _QUOTED_LINE.sub(" ", text)
    rest, times = re.subn(_MENTION.format(int(bot_id)), " ", own)
    if not times:
        return None
    rest = within(" ".join(_MARKUP.sub(" ", rest).split()), _MOST)
    if by_id := _BY_ID.search(rest):
        return MentionRequest("quote", by_id.group())
    return _read(rest, known)


def _read(rest: str, known: Container[str]) -> MentionRequest | None:
    places = list(words_in_place(rest))
    if not places:
        return MentionRequest("quote", rest if _says_something(rest) else "")
    tokens = ["quote" if _command(word, known) == "quote" else word for word, _, _ in places]
    if _NOTHING_ASKED.match(_joined(tokens)):
        return None
    tokens = tokens[: len(tokens) - _trailing(tokens)]
    lead_in = min(_count(_ask().match(_joined(tokens))), len(tokens))
    if command := _sentence(_joined(tokens)) or _sentence(_joined(tokens[lead_in:])):
        return MentionRequest(command)
    command, first = _leading_command(tokens, lead_in, known)
    if command == "verify" and first:
        return MentionRequest(command, rest[places[first - 1][2] :].strip(" :,"))  # the marks of a quotation count
    first, last = _own_words(command, tokens, first)
    if first >= last or (command == "quote" and _ANY.match(_joined(tokens[first:last]))):
        return MentionRequest(command)
    return MentionRequest(command, rest[places[first][1] : places[last - 1][2]])


def _own_words(command: Command, tokens: Sequence[str], first: int) -> tuple[int, int]:
    """Where the words that go with a command begin and end, of those from `first` on."""
    last = len(tokens)
    if command == "quote" and first:
        first += _count(_CONNECTING.match(_joined(tokens[first:])))
    if command == "search" and tokens[first : first + 1] == ["for"]:
        first += 1
    if command in ("timeline", "cite"):
        first += _count(_WHAT_TO_CITE.match(_joined(tokens[first:])))
    if last - first > 1 and tokens[last - 1] == "quote":
        last -= 1
        first += _count(_DETERMINED.match(_joined(tokens[first : last - 1])))
    return first, last


def _sentence(asked: str) -> Command | None:
    """The command a whole sentence asks for: "who are you", "which topics do you have"."""
    if listed := _LISTED.match(asked):
        return _SPELT[listed[1]]
    return next((command for pattern, command in _SENTENCES if pattern.match(asked)), None)


def _leading_command(tokens: Sequence[str], first: int, known: Container[str]) -> tuple[Command, int]:
    """The command the words from `first` on begin with, and where its own words begin.

    Words after a command that takes none are what the person wants a quote about.
    """
    start = first + _count(_DETERMINED.match(_joined(tokens[first:])))
    named = _command(tokens[start], known) if start < len(tokens) else None
    if named is None:
        return "quote", first
    alone = start + 1 == len(tokens)
    if alone or named in _TAKING_WORDS:
        return named, start + 1
    if named == "help" or (named == "stats" and tokens[start] not in _SPELT):
        return "quote", first
    return "quote", start + 1


def _command(word: str, known: Container[str]) -> Command | None:
    """The command a word spells, at most one slip away; the first letter must be right or swapped with the next."""
    if word in _SPELT:
        return _SPELT[word]
    if len(word) < _SHORTEST_MISSPELT or word in _LOOKALIKES or word in known:
        return None
    for spelt, command in _SPELT.items():
        begins = word[0] == spelt[0] or word[:2] == spelt[1::-1]
        if begins and OSA.distance(word, spelt, score_cutoff=1) <= 1:
            return command
    return None


def _trailing(tokens: Sequence[str]) -> int:
    """How many words at the end are courtesy."""
    found = _TRAILING.search(" " + _joined(tokens))
    return _count(found) - 1 if found else 0


def _joined(tokens: Sequence[str]) -> str:
    return "".join(f"{token} " for token in tokens)


def _count(found: re.Match[str] | None) -> int:
    return found.group().count(" ") if found else 0


def _says_something(text: str) -> bool:
    return any(unicodedata.category(letter)[0] not in "PZC" for letter in text)
