"""Whether the log's two files are the ones that were opened, and whole in length: SQLite itself would not notice."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from ..disk import files

if TYPE_CHECKING:
    from pathlib import Path

    Change = Literal["deleted", "exchanged", "write-ahead", "shorter", "none"]


class FileWatch:
    """The files as they were seen last."""

    def __init__(self, path: Path) -> None:
        self._log, self._ahead = str(path), str(files.wal_path(path))
        self._seen: files.FileStat | None = None
        self._seen_ahead: files.FileStat | None = None
        self._least: int | None = None
        """Bytes that the log may come down to, once: it was written anew, and that is still to come from ahead."""

    @property
    def log(self) -> tuple[int, int] | None:
        """Which file the log is."""
        return self._seen and self._seen[:2]

    @property
    def size(self) -> int:
        """Bytes of the log when it was seen last."""
        return self._seen.size if self._seen else 0

    def look(self) -> tuple[files.FileStat | None, files.FileStat | None]:
        """The log and its write-ahead file as they are. Raises OSError."""
        return files.file_stat(self._log), files.file_stat(self._ahead)

    def begin(self, seen: tuple[files.FileStat | None, files.FileStat | None]) -> None:
        """These are the files, as they were when they were found whole."""
        self._seen, self._seen_ahead = seen
        self._least = None

    def opened(self, log: tuple[int, int]) -> None:
        """That file was opened, and its write-ahead file written to, just now: others that stand there are noticed."""
        there, ahead = self.look()
        self._seen = there if there and there[:2] == log else files.FileStat(*log, 0)
        self._seen_ahead = ahead or files.FileStat(0, 0, 0)
        self._least = None

    def wal_emptied(self, *, completely: bool) -> None:
        """We emptied the write-ahead file, wholly or not. Of the log itself this says nothing, but that it is as long
        as it will be. Raises OSError.
        """
        self._seen_ahead = files.file_stat(self._ahead)
        if completely and self._least is not None:
            log = files.file_stat(self._log)
            if log is not None and log[:2] == self.log and log.size >= self._least:
                self._seen = log
            self._least = None

    def rewritten(self, size: int) -> None:
        """We wrote the log anew, ahead: it will have so many bytes when nobody reads what it was. Until then it may be
        shorter than that, where much of what it holds stands ahead.
        """
        self._least = min(size, self.size)

    def same(self) -> bool:
        """Whether nothing is wrong with them: two looks at the file system, a few microseconds."""
        try:
            return self.change() == "none"
        except OSError:
            return False

    def change(self) -> Change:
        """What became of the files. Raises OSError where that cannot be seen."""
        (log, ahead), before, before_ahead = self.look(), self._seen, self._seen_ahead
        if log is None or before is None:
            return "deleted"
        if _is_another(log, before):
            return "exchanged"
        if _is_another(ahead, before_ahead):
            return "write-ahead"
        least = before.size if self._least is None else self._least
        if log.size < least or _is_shorter(ahead, before_ahead):
            return "shorter"
        if log.size < before.size:
            self._least = None
        self._seen, self._seen_ahead = log, ahead
        return "none"

    def wal_identity(self) -> tuple[int, int] | None:
        """Which file the write-ahead file was."""
        return self._seen_ahead and self._seen_ahead[:2]


def _is_another(now: files.FileStat | None, before: files.FileStat | None) -> bool:
    """Whether a file that was there is gone, or another stands in its place."""
    return before is not None and (now is None or now[:2] != before[:2])


def _is_shorter(now: files.FileStat | None, before: files.FileStat | None) -> bool:
    return now is not None and before is not None and now.size < before.size
