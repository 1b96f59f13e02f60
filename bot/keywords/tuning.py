"""The thresholds of keyword replies, with their units.

`(n)` behind a meaning says what shows when it is moved by .6 or by 1.6: 1 a test of tests/keywords; 4 nothing but that:
a bound on memory or on hostile input, chosen and not measured.
"""

MAX_MESSAGE_CHARS = 4000
"""Characters of a message that are read: as many as Discord lets a person write (1)."""
HEARD_WORDS = 30
"""Words before and after a call that are looked at for whether it asks (1, 4)."""
MAX_REMEMBERED = 10_000
"""Cool-downs, and as many mutes, that are remembered (1, 4)."""
