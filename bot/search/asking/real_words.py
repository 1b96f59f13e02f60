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
"""Countries and peoples: one is never a slip for another, whatever stands beside it. They are in the file."""


_held = array("I")


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
    if not _held:
        _held.frombytes(WORDS.read_bytes())
        if sys.byteorder == "big":
            _held.byteswap()
    key = crc32(word.encode()) & ~1
    place = bisect_left(_held, key)
    code = _held[place] if place < len(_held) else 0
    return code & 1 if code & ~1 == key else None
