"""Make bot/search/asking/real_words.bin from Debian's word lists wamerican-small, wamerican and wamerican-large.

    python benchmarks/search/real_words.py SMALL MIDDLE LARGE     (files as in /usr/share/dict)

Words are folded: all of four letters and more of the small list, of the middle and the large one those of five and of
seven and more, which a typo makes less often; of names the capitalised words of the middle list, and those of six
and more of the large one. What stands in the small list, and every country, is marked as an everyday word.
"""

from __future__ import annotations

import sys
from array import array
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2]))

from bot.search.asking.real_words import PLACES, WORDS, code_of
from bot.text import words

SHORTEST = 4
LONG = 7


def read(path: str, *, names: bool, shortest: int = SHORTEST) -> set[str]:
    """The folded words of a list without possessives: the capitalised ones, or the others."""
    lines = Path(path).read_text("utf-8").split()
    kept = (line for line in lines if not line.endswith("'s") and line[0].isupper() is names)
    return {word for line in kept for word in words(line) if len(word) >= shortest}


def main() -> None:
    small, middle, large = sys.argv[1:]
    common = read(small, names=False) | read(small, names=True) | PLACES
    plain = read(middle, names=False, shortest=LONG - 2) | read(large, names=False, shortest=LONG)
    names = read(middle, names=True) | read(large, names=True, shortest=LONG - 1)
    everyday = {code_of(word, common=True) for word in common}
    others = {code_of(word, common=False) for word in plain | names}
    codes = array("I", sorted(everyday | {code for code in others if code | 1 not in everyday}))
    if sys.byteorder == "big":
        codes.byteswap()
    WORDS.write_bytes(codes.tobytes())
    print(f"{WORDS.name}: {len(codes):,}, {len(everyday):,} of them everyday words")


if __name__ == "__main__":
    main()
