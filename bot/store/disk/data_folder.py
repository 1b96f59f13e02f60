"""What in the data folder is the bot's, by name."""

from __future__ import annotations

from . import files

IDENTIFIES = "identify.json"
"""Where the sessions begun with Discord are counted, beside the log."""
OURS = ("quoth.db*", "lock", "last_good", "cache", "spool", f"{IDENTIFIES}*")
"""What in the data folder is the bot's, beside the log that was named."""
_PARTIAL_COPIES = (f".{files.CONNECTION_COPY}", f".{files.CONNECTION_COPY}.new", f".{files.RESCUE_COPY}.new")
COMPANIONS = ("-wal", "-shm", "-journal", ".guard", ".guard.new", ".emergency", ".status", ".owed", *_PARTIAL_COPIES)
"""What follows the log's name in those of its companions. SQLite gives its own no more rights than the log has."""
