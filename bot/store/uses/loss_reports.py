"""Uses that were lost are counted in the log's file too, each once, though a commit may fail that was made."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from ...errors import LogUnavailable
from ..sqlite.column_values import ticks
from . import batches

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from ..database.transactions import Database
    from .ledger import Ledger


class LossReports:
    """Writes the ledger's losses into the log. One writer at a time."""

    def __init__(self, database: Database, ledger: Ledger, now: Callable[[], datetime]) -> None:
        self._database = database
        self._ledger = ledger
        self._now = now
        self._uncertain = 0
        """Losses reported in a commit of which it was not seen whether it was made."""

    async def report(self) -> None:
        """Count in the log what was lost since the last report. Raises LogUnavailable."""
        count = self._ledger.unreported_losses
        try:
            async with self._database.writing() as connection:
                await connection.execute("INSERT INTO losses (time, count) VALUES (?, ?)", (ticks(self._now()), count))
                await batches.write_overflow(connection, self._ledger.emergency, count)
        except (LogUnavailable, asyncio.CancelledError):
            self._uncertain = count if self._database.uncertain else 0
            raise
        self._reported(count)

    async def resolve(self) -> None:
        """See whether the commit of a report was made, where that was not seen. Raises LogUnavailable."""
        if not self._uncertain:
            return
        async with self._database.writing() as connection:
            known = await batches.read_overflow(connection, self._ledger.emergency)
        if known == self._uncertain:
            self._reported(known)
        self._uncertain = 0

    def _reported(self, count: int) -> None:
        self._ledger.reported_losses += count
        self._ledger.emergency.acknowledged(count)
