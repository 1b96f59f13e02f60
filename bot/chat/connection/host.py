"""What the connection asks of the client that it holds."""

from __future__ import annotations

import logging
from collections import Counter
from typing import TYPE_CHECKING, Any

from discord.ext import commands

from ..log_limiter import LogLimiter
from .servers import Servers

if TYPE_CHECKING:
    from collections.abc import Mapping

    from .identify_budget import IdentifyBudget

log = logging.getLogger(__name__)


class Host(commands.AutoShardedBot):
    """A client that is held by `gateway.Lines`, and whose events are guarded.

    `dropped` counts what could not be parsed, by kind; `leaving`, it takes nothing new.
    """

    identifies: IdentifyBudget

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self.servers = Servers()
        self.log_limiter = LogLimiter()
        self.dropped: Counter[str] = Counter()
        self.leaving = False

    def takes(self, kind: str, data: Mapping[str, Any]) -> bool:
        """Whether an interaction or message is served at all."""
        raise NotImplementedError

    def token_refused(self) -> None:
        """Discord answered a request with 401: stop, for each further one counts against this machine's address."""
        raise NotImplementedError

    def drop(self, kind: str, error: BaseException) -> None:
        """Count an event or frame that made no sense. Its words are not told."""
        self.dropped[kind] += 1
        if self.log_limiter.allows(("dropped", kind)):
            log.warning(
                "dropped a malformed %s (%s), %d of this kind so far", kind, type(error).__name__, self.dropped[kind]
            )
