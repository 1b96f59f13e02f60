"""Who asked for what lately. It belongs to the process: a client that connects anew knows what one before it knew."""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass, field

from .raw_requests import RawRequest  # noqa: TC001  a dataclass's fields name it
from .token_buckets import Pace

REMEMBERED = 10_000
"""Ids kept to drop what Discord delivers twice."""


@dataclass(frozen=True, slots=True)
class RecentRequests:
    """What was let in, each with its deadline, and how much each member and server asked. In memory only."""

    let_in: OrderedDict[int, tuple[float, RawRequest]] = field(default_factory=OrderedDict)
    member: Pace = field(default_factory=lambda: Pace(20, 10.0))
    member_heavy: Pace = field(default_factory=lambda: Pace(3, 30.0))
    typing: Pace = field(default_factory=lambda: Pace(50, 10.0))
    talking: Pace = field(default_factory=lambda: Pace(10, 10.0))
    server: Pace = field(default_factory=lambda: Pace(2000, 10.0))

    def remember(self, request: RawRequest, deadline: float) -> None:
        """Something came in."""
        self.let_in[request.id] = (deadline, request)
        if len(self.let_in) > REMEMBERED:
            self.let_in.popitem(last=False)
