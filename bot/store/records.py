"""What is remembered: plain values, no SQL. No user id and no message text can be put into a Use."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

EntryPoint = Literal["slash", "mention", "keyword", "button", "menu", "daily"]
NOWHERE = 0
"""The channel of what was asked in a server that the bot is not in: none, for it could never be forgotten with it."""
Outcome = str
"""What became of an answer: begun (not sent yet), answered, failed:<why>, expired (too late when it came), unknown."""


@dataclass(frozen=True, slots=True)
class Use:
    """One answer given, or one query that found nothing (not `found`: a miss).

    `asked` is Discord's id of the interaction or message that asked, logged at most once; it names no person.
    `query` is folded and cut, and empty where it was asked in private; for keyword replies it is the trigger, never
    the message. `key` names the round the quote was picked from. `duration` is in milliseconds. `shared` says that
    three different members asked these words, so that others may be shown them.
    """

    asked: int
    time: datetime
    guild: int | None
    channel: int
    entry_point: EntryPoint
    query: str
    key: str
    found: bool
    quote: str | None
    edition: str
    duration: float
    outcome: Outcome = "begun"
    shared: bool = False


@dataclass(frozen=True, slots=True)
class Counted:
    """A thing and how often it was used."""

    name: str
    count: int


@dataclass(frozen=True, slots=True)
class Report:
    """Counts over the last `days` days: `uses` are answers given, `misses` queries answered with nothing found.

    `ways` and `by_day` count both; `keys` and `missed` name words only where three different members asked them.
    `waiting` are not yet written, or their end is not; `lost` were counted and are gone. `failed` (for these
    `reasons`), `expired` and `unknown` reached nobody, or nobody knows.

    `by_day` names days as 2017-05-25 in UTC, oldest first; a day without uses is left out.
    """

    days: int
    uses: int
    misses: int
    keys: tuple[Counted, ...]
    quotes: tuple[Counted, ...]
    missed: tuple[Counted, ...]
    ways: tuple[Counted, ...]
    waiting: int
    lost: int
    by_day: tuple[Counted, ...] = ()
    failed: int = 0
    expired: int = 0
    unknown: int = 0
    reasons: tuple[Counted, ...] = ()

    @property
    def answered(self) -> int:
        """Requests whose answer was sent, be it that nothing was found."""
        return self.uses + self.misses

    @property
    def given(self) -> int:
        """Every request that was taken, whatever became of it."""
        return self.answered + self.failed + self.expired + self.unknown + self.waiting + self.lost


@dataclass(frozen=True, slots=True)
class KeywordChannel:
    """A channel a moderator opted in to keyword replies."""

    guild: int
    channel: int


@dataclass(frozen=True, slots=True)
class Mute:
    """A trigger that is silent in a channel until then."""

    guild: int | None
    channel: int
    trigger: str
    until: datetime


@dataclass(frozen=True, slots=True)
class Complaint:
    """What a person reported about a quote. Holds no name."""

    time: datetime
    guild: int | None
    quote: str
    edition: str
    text: str


@dataclass(frozen=True, slots=True)
class ChangeMade:
    """What a moderator changed, with who (`by`) and when."""

    time: datetime
    guild: int
    by: int
    what: str


@dataclass(frozen=True, slots=True)
class Departure:
    """When a server was left, and a clock: what is of a time between then and now came later, and stays.

    What is of a time to come was written while the clock was wrong, and goes. It is now when something is deleted:
    till then more may come.
    """

    at: datetime
    clock: Callable[[], datetime]

    @property
    def now(self) -> datetime:
        """The time of this moment."""
        return self.clock()

    def covers(self, time: datetime) -> bool:
        """Whether what is of that time goes."""
        return not self.at < time <= self.now


@dataclass(frozen=True, slots=True)
class Guild:
    """A server."""

    id: int


@dataclass(frozen=True, slots=True)
class Channel:
    """A channel outside of any server: a direct message, a group."""

    id: int


Place = Guild | Channel
"""What a report is about. There is none that stands for everything: whoever asks without a server gets that channel."""


def place_of(guild: int | None, channel: int | None) -> Place:
    """The server something was asked in, else the channel."""
    return Channel(channel or 0) if guild is None else Guild(guild)
