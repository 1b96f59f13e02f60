"""What is told of the log's trouble: in the bot's output, to whoever asked to be told, in a file for other programs."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from datetime import timedelta
from typing import TYPE_CHECKING

from ...errors import CallError
from ...text import shown
from ..disk import status_file
from ..disk.folder_lock import follow

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime
    from pathlib import Path

    Tell = Callable[[str | None], None]

_log = logging.getLogger(__name__)
REPEAT_AFTER = timedelta(hours=1)
"""Within that time nobody is called again for the same that was mended: it stands in the bot's output each time."""


class OperatorNotices:
    """`problem` says in a sentence why the log cannot be written; `notices` what was mended; `restored` what it is."""

    def __init__(self, path: Path, now: Callable[[], datetime]) -> None:
        self.problem: str | None = None
        self.notices: list[str] = []
        self._called: dict[str, datetime] = {}
        self.restored: str | None = None
        self.counts: Callable[[], tuple[int, int]] = lambda: (0, 0)
        self.spare: Callable[[], str | None] = lambda: None
        self._path = path
        self._now = now
        self._since: str | None = None
        self._tell: Tell | None = None
        self._writing: asyncio.Task[None] | None = None
        self._stale = False
        self._said: status_file.Status | None = None

    @property
    def tell(self) -> Tell | None:
        """Called from the event loop with the sentence when trouble begins, and with None when it is over. What was
        mended at once is both. Who comes late is told what is the matter, and what was mended, on coming.
        """
        return self._tell

    @tell.setter
    def tell(self, tell: Tell | None) -> None:
        self._tell = tell
        for notice in self.notices:
            self._call(notice, None)
        if self.problem is not None:
            self._call(self.problem)

    def trouble(self, problem: str) -> None:
        """The log cannot be written just now."""
        problem = shown(problem)
        began, changed = self.problem is None, problem != self.problem
        self.problem = problem
        if changed:
            _log.warning("%s", problem)
        if began:
            self._since = f"{self._now():%Y-%m-%d %H:%M} UTC"
            self._call(problem)
        self.publish()

    def recovered(self) -> None:
        """The log can be written."""
        if self.problem is not None:
            self.problem = self._since = None
            _log.warning("the log %s can be written again", self._path)
            self._call(None)
            self.publish()

    def say(self, notice: str) -> None:
        """Something was mended, or is to be known."""
        notice, now = shown(notice), self._now()
        _log.warning("%s", notice)
        if notice in self._called and now - self._called[notice] < REPEAT_AFTER:
            return
        self._called[notice] = now
        self.notices.append(notice)
        self._call(notice, *([None] if self.problem is None else []))
        self.publish()

    def publish(self) -> None:
        """Write the status anew, beside whatever is done."""
        self._stale = True
        if self._writing is None or self._writing.done():
            self._writing = asyncio.get_running_loop().create_task(self._publish())

    def refresh(self) -> None:
        """Write the status anew if what it says of trouble is no longer so."""
        said, now = self._said, self._status()
        if said is None or said.spare != now.spare or (now.problem and said != now):
            self.publish()

    async def close(self) -> None:
        """Write the last status."""
        self.publish()
        if self._writing is not None:
            await self._writing

    async def _publish(self) -> None:
        while self._stale:
            self._stale = False
            self._said = said = self._status()
            with contextlib.suppress(OSError, CallError):  # the folder is in the trouble that is to be told
                follow(self._path.parent)  # or another bot's by now
                await asyncio.to_thread(status_file.write_status, self._path, said)

    def _status(self) -> status_file.Status:
        waiting, lost = self.counts()
        notice = self.notices[-1] if self.notices else None
        return status_file.Status(self.problem, self._since, waiting, lost, notice, self.restored, self.spare())

    def _call(self, *sentences: str | None) -> None:
        if self._tell is None:
            return
        for sentence in sentences:
            try:
                self._tell(sentence)
            except Exception:  # noqa: BLE001  whoever is told, the log goes on
                _log.exception("the log's trouble could not be told")
