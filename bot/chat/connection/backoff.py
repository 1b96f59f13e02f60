"""How long to wait before something that failed is tried again."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import random

SPREAD = 1.2
"""A pause is up to so many times its plain length, so that many bots do not come back at one moment."""


@dataclass(frozen=True, slots=True)
class Growing:
    """Pauses that double from `first` to `most` seconds."""

    first: float
    most: float

    def after(self, failures: int, rng: random.Random, took: float = 0.0) -> float:
        """Seconds to wait after so many failures in a row, the last of which took some already; none after none."""
        if failures < 1:
            return 0.0
        plain = min(self.most / SPREAD, self.first * 2.0 ** min(failures - 1, 30))
        return max(0.0, plain * rng.uniform(1, SPREAD) - took)


@dataclass(frozen=True, slots=True)
class Pauses:
    """Every pause of the connection to Discord, in seconds.

    Each is counted from the beginning of the attempt before, which may be one that Discord never answers: so the bot is
    back within a minute of the repair of an outage (the network, the gateway, what requests go to), whenever in an
    attempt that comes. Not where Discord heard IDENTIFY and gave no session that lived (op 9, no READY, a connection
    that broke young): after minutes of that the next is up to five minutes away. A bot that sends more than a day
    grants (1,000) loses its token: a shard with these pauses sends 320.
    """

    start: Growing = Growing(2, 50)
    """between two attempts to log in"""
    line: Growing = Growing(1, 30)
    """between two attempts to connect a shard"""
    connect: float = 20
    """for one attempt to log in or connect"""
    identify: Growing = Growing(5, 300)
    """between two sessions begun anew; to resume one waits for `line` alone"""
    telling: Growing = Growing(60, 3600)
    """between two attempts to tell Discord the commands"""
