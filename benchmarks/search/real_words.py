"""Make bot/search/real_words.bin, real_names.bin and real_common.bin from Debian's word lists wamerican-small,
wamerican and wamerican-large.

    python benchmarks/search/real_words.py SMALL MIDDLE LARGE     (files as in /usr/share/dict)

Words are folded: all of four letters and more of the small list, of the middle and the large one those of five and of
seven and more, which a typo makes less often; names are the capitalised words of the middle list, and those of six
and more of the large one.
"""

from __future__ import annotations

import sys
from array import array
from pathlib import Path
from zlib import crc32

sys.path.insert(0, str(Path(__file__).parents[2]))

from bot.search.real_words import COMMON, NAMES, WORDS
from bot.text import words

SHORTEST = 4
LONG = 7


def read(path: str, *, names: bool, shortest: int = SHORTEST) -> set[str]:
    """The folded words of a list without possessives: the capitalised ones, or the others."""
    lines = Path(path).read_text("utf-8").split()
    kept = (line for line in lines if not line.endswith("'s") and line[0].isupper() is names)
    return {word for line in kept for word in words(line) if len(word) >= shortest}


def write(file: Path, real: set[str]) -> None:
    """Write the hashes, sorted."""
    hashes = array("I", sorted({crc32(word.encode()) for word in real}))
    if sys.byteorder == "big":
        hashes.byteswap()
    file.write_bytes(hashes.tobytes())
    print(f"{file.name}: {len(hashes):,}")


def main() -> None:
    small, middle, large = sys.argv[1:]
    plain = read(small, names=False) | read(middle, names=False, shortest=LONG - 2)
    write(WORDS, plain | read(large, names=False, shortest=LONG))
    write(COMMON, read(small, names=False) | read(small, names=True))
    write(NAMES, read(middle, names=True) | read(large, names=True, shortest=LONG - 1))


if __name__ == "__main__":
    main()
