"""Whether a word is an ordinary word or a well-known name: such a word was meant as typed, also where no quote holds
it.

"Prussia" is no slip for Russia and "iran" none for Iraq. The words are kept as sorted 32-bit hashes; where they come
from and under which terms stands in real_words.notice.txt beside this file.
"""

from __future__ import annotations

import sys
from array import array
from bisect import bisect_left
from pathlib import Path
from zlib import crc32

WORDS = Path(__file__).with_name("real_words.bin")
NAMES = Path(__file__).with_name("real_names.bin")
COMMON = Path(__file__).with_name("real_common.bin")
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


class _Hashes:
    """A list of words as their hashes, read when it is first asked for."""

    def __init__(self, name: str) -> None:
        self._path = Path(__file__).with_name(name)
        self._held: array[int] | None = None

    def __contains__(self, key: int) -> bool:
        held = self._held
        if held is None:
            held = array("I")
            held.frombytes(self._path.read_bytes())
            if sys.byteorder == "big":
                held.byteswap()
            self._held = held
        place = bisect_left(held, key)
        return place < len(held) and held[place] == key


_WORDS, _NAMES, _COMMON = _Hashes(WORDS.name), _Hashes(NAMES.name), _Hashes(COMMON.name)


def is_real(word: str) -> bool:
    """Whether a folded word is an ordinary English word or a well-known name."""
    key = crc32(word.encode())
    return word in PLACES or key in _WORDS or key in _NAMES


def is_common(word: str) -> bool:
    """Whether everybody knows a word or name: it is meant as typed, whatever stands beside it."""
    return word in PLACES or crc32(word.encode()) in _COMMON
