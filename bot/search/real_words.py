"""Whether a word is an ordinary word or a well-known name: such a word was meant as typed, also where no quote holds it.

"Prussia" is no slip for Russia and "iran" none for Iraq. The words are kept as sorted 32-bit hashes; where they come
from and under which terms stands in real_words.notice.txt beside this file.
"""

from __future__ import annotations

import sys
from array import array
from bisect import bisect_left
from functools import cache
from pathlib import Path
from zlib import crc32

WORDS = Path(__file__).with_name("real_words.bin")
NAMES = Path(__file__).with_name("real_names.bin")
def is_real(word: str) -> bool:
    """Whether a folded word is an ordinary English word or a well-known name."""
    return _holds(WORDS, word) or _holds(NAMES, word)


def is_name(word: str) -> bool:
    """Whether a folded word is a well-known name: of a country, a people, a person."""
    return _holds(NAMES, word)


def _holds(file: Path, word: str) -> bool:
    hashes = _hashes(file)
    key = crc32(word.encode())
    place = bisect_left(hashes, key)
    return place < len(hashes) and hashes[place] == key


@cache
def _hashes(file: Path) -> array[int]:
    hashes = array("I")
    hashes.frombytes(file.read_bytes())
    if sys.byteorder == "big":
        hashes.byteswap()
    return hashes
