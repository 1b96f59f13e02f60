"""Whether a word is an ordinary word or a well-known name: such a word was meant as typed, also where no quote holds
it.

"Prussia" is no slip for Russia and "iran" none for Iraq. The words are kept as sorted hashes; where they come from and
under which terms stands in real_words.notice.txt beside this file.
"""

from __future__ import annotations

import sys
from array import array
from bisect import bisect_left
from pathlib import Path
from zlib import crc32

WORDS = Path(__file__).with_name("real_words.bin")
_sorted_codes = array("I")


def is_real(word: str) -> bool:
    """Whether a folded word is an ordinary English word or a well-known name."""
    return _looked_up(word) is not None


def is_common(word: str) -> bool:
    """Whether everybody knows a word or name: it is meant as typed, whatever stands beside it."""
    return bool(_looked_up(word))


def code_of(word: str, *, common: bool) -> int:
    """What stands for a word in the file: its hash, whose last bit says whether the word is an everyday one."""
    return crc32(word.encode()) & ~1 | common


def _looked_up(word: str) -> int | None:
    """1 for an everyday word, 0 for another that is real, None for any other. The file is read when it is first asked
    for."""
    if not _sorted_codes:
        _sorted_codes.frombytes(WORDS.read_bytes())
        if sys.byteorder == "big":
            _sorted_codes.byteswap()
    key = crc32(word.encode()) & ~1
    place = bisect_left(_sorted_codes, key)
    code = _sorted_codes[place] if place < len(_sorted_codes) else 0
    return code & 1 if code & ~1 == key else None
