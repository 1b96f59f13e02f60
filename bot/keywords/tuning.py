"""The thresholds of keyword replies, with their units; tried by tests/keywords."""

MAX_MESSAGE_CHARS = 4000
"""Characters of a message that are read: as many as Discord lets a person write."""
HEARD_WORDS = 30
"""Words before and after a call that are looked at for whether it asks; a bound on hostile input."""
MAX_REMEMBERED = 10_000
"""Cool-downs, and as many mutes, that are remembered; a bound on memory."""
