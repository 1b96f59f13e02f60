"""Every exception of our own, drawn as a tree. Sentences for people are made where they are shown.

QuothError
├── SettingsError      a setting or the config file is wrong; holds the problems
├── BankError          no bank can be served; holds the problems
├── LogUnavailable     the use log cannot be read or written just now
│   └── LogUncertain   it may have been written all the same, or be yet
├── NotInServer        something was to be kept of a server that the bot is not in
├── Undelivered        something did not get to Discord, or nobody knows whether it did; also an OSError
├── TooBusy            there is too much to do to answer this in time
└── CallError          a command was called wrongly; the sentence says how to mend the call
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from .problem import Problem


class QuothError(Exception):
    """Something Quoth itself refuses, with a sentence a person can act on."""


class SettingsError(QuothError):
    """A setting is wrong. `problems` says where and how to mend it."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(str(problem) for problem in self.problems))


class BankError(QuothError):
    """No bank can be served. `problems` says why, each with its place."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(str(problem) for problem in self.problems))


class LogUnavailable(QuothError):  # noqa: N818  a state of the world, not a mistake of ours
    """The log cannot be read or written just now; answers go on without it."""


class LogUncertain(LogUnavailable):
    """Whether the log keeps something is not known: it has not said so in time, or failed when it was written."""


class NotInServer(QuothError):  # noqa: N818  the same
    """Something was to be kept of a server that the bot is not in, or is not in any more: nothing was."""


class Undelivered(QuothError, OSError):  # noqa: N818  what became of an answer
    """Something did not get to Discord. An OSError, so that discord.py takes it for a broken line.

    `why` is the word the log keeps (`timeout`, `reset`, `429` …); `perhaps` says that it may have arrived all the
    same; `retry_after` is the number of seconds Discord asks to be left alone for, 0 where it asked for nothing;
    `foreign` says that something on the way refused it, and not Discord.
    """

    def __init__(self, why: str, *, perhaps: bool = False, retry_after: float = 0.0, foreign: bool = False) -> None:
        super().__init__(f"not delivered to Discord ({why})")
        self.why = why
        self.perhaps = perhaps
        self.retry_after = retry_after
        self.foreign = foreign


class TooBusy(QuothError):  # noqa: N818  the same
    """There is too much to do to answer this in time."""


class CallError(QuothError):
    """A command was called wrongly."""
