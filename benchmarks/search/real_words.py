"""Make bot/search/parsing/real_words.bin from Debian's word lists wamerican-small, wamerican and wamerican-large.

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

from bot.search.parsing.real_words import WORDS, code_of
from bot.text import words

SHORTEST = 4
LONG = 7
PLACES = frozenset(
    """
    afghanistan africa african albania albanian algeria algerian america american andorra angola arab arabia arabian
    argentina argentine armenia armenian asia asian australia australian austria austrian azerbaijan bahrain bangladesh
    belarus belgian belgium berlin bolivia bosnia bosnian brazil brazilian britain british bulgaria bulgarian burma
    cambodia cameroon canada canadian chad chechen chechnya chile china chinese colombia congo croat croatia cuba cuban
    cyprus czech damascus danish dane denmark dutch egypt egyptian england english eritrea estonia estonian ethiopia
    europe
    european finland finnish france french gaza georgia georgian german germany ghana greece greek guatemala haiti
    hungarian hungary iceland india indian indonesia iran iranian iraq iraqi ireland irish israel israeli italian italy
    jamaica japan japanese jerusalem jordan kabul kazakhstan kenya korea korean kosovo kurd kurdish kuwait kyiv laos
    latvia
    latvian lebanon liberia libya libyan lithuania london luxembourg macedonia malaysia mali malta mexican mexico
    moldova
    mongolia montenegro morocco moscow myanmar namibia nepal niger nigeria nigerian norway norwegian oman pakistan
    palestine palestinian panama paraguay paris persia persian peru philippines plato poland polish portugal portuguese
    prussia prussian qatar romania romanian rome russia russian rwanda saudi scotland scottish senegal serb serbia
    serbian
    singapore slovak slovakia slovenia somalia soviet spain spanish sudan sweden swede swedish swiss switzerland syria
    syrian taiwan tanzania thailand tibet togo tunisia turk turkey turkish uganda ukraine ukrainian uruguay uzbekistan
    venezuela vietnam wales welsh yemen yugoslavia zambia zimbabwe
    """.split()  # noqa: SIM905
)
"""Countries and peoples: one is never a slip for another, whatever stands beside it."""


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
