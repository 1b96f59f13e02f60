"""The numbers of a session's events: Discord may send one twice, such as after a resume."""

from __future__ import annotations

from array import array

REMEMBERED = 10_000
"""Numbers remembered at a time, of 8 bytes each."""
_BEYOND = 1 << 63


class SequenceNumbers:
    """Which numbers were taken lately. Only the same is the same: one that is far off tells nothing of the others."""

    def __init__(self, room: int = REMEMBERED) -> None:
        self._taken = array("q", [-1]) * room

    def __contains__(self, number: int) -> bool:
        return self._taken[number % len(self._taken)] == number

    def take(self, number: int) -> None:
        """This one was taken; it stands where one was that is as many smaller as are remembered."""
        if abs(number) < _BEYOND:
            self._taken[number % len(self._taken)] = number
