"""Make bot/search/real_words.bin from Debian's wamerican-small word list and the names in its wamerican list.

    python benchmarks/search/real_words.py SMALL LARGE     (two files as in /usr/share/dict)

Words of four letters and more, folded; of the large list only the names (capitalised words).
"""

from __future__ import annotations

import sys
from array import array
from pathlib import Path
from zlib import crc32

sys.path.insert(0, str(Path(__file__).parents[2]))

from bot.search.real_words import FILE  # noqa: E402
from bot.text import words  # noqa: E402

SHORTEST = 4


def read(path: str, *, names: bool) -> set[str]:
    """The folded words of a list without possessives; only the capitalised ones where names are asked for."""
    lines = Path(path).read_text("utf-8").split()
    kept = (line for line in lines if not line.endswith("'s") and (line[0].isupper() or not names))
    return {word for line in kept for word in words(line) if len(word) >= SHORTEST}


def main() -> None:
    small, large = sys.argv[1:]
    real = read(small, names=False) | read(large, names=True)
    hashes = array("I", sorted({crc32(word.encode()) for word in real}))
    if sys.byteorder == "big":
        hashes.byteswap()
    FILE.write_bytes(hashes.tobytes())
    print(f"{FILE.name}: {len(hashes):,} words")


if __name__ == "__main__":
    main()
