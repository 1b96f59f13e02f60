"""What the search knows of English: which words carry nothing, which forms are one word, how it is spelled elsewhere."""

from __future__ import annotations

import re
from functools import lru_cache

import Stemmer

FUNCTION = frozenset(
    """
    a about above across after again against ago ain all almost along already also although always am among amongst an
    and another any anybody anyone anything anyway anywhere are aren arent around as at away b be became because become
    becomes been before being below beside besides between both but by c came can cannot cant come comes could couldnt
    d did didn didnt do does doesn doesnt doing don done dont down during e each either else enough etc even ever every
    everybody everyone everything everywhere f few for from further g get gets getting given go goes going gone got h
    had hadnt has hasn hasnt have havent having he hed hell her here heres hers herself hes him himself his how however
    hows i id if ill im in indeed instead into is isn isnt it itd itll its itself ive j just k kind l least less let
    lets like ll m made make makes making many may maybe me might mine more most much must mustnt my myself n neither
    never next no nobody none nor not nothing now nowhere o of off often oh ok okay on once one ones only onto or other
    others otherwise ought our ours ourselves out over own p per perhaps please q quite r rather re really s same
    shall shan she shed shell shes should shouldnt since so some somebody somehow someone something sometimes somewhere
    soon still such t than that thatll thats the thee their theirs them themselves then there therefore theres these
    they theyd theyll theyre theyve thing things this those thou though through throughout thus thy till to together
    too toward towards u under unless until up upon us v very via w was wasn wasnt way ways we wed well went were weren
    werent weve what whatever whats when whenever where wheres wherever whether which while who whoever whom whos whose
    why will wish with within without won wont would wouldnt x y ye yeah yes yet you youd youll your youre yours
    yourself yourselves youve z
    """.split()  # noqa: SIM905  a table of words reads better as words
)
"""Words that carry almost nothing: they count only in a phrase remembered word for word."""

CHATTER = frozenset(
    """
    answer answered answers ask asked asks comment commented comments find give gimme hello hey hi know look looking
    mean meant mention mentioned opinion quotation quotations quote quoted quotes quoth replied replies reply
    said say saying says see sees show speak speaking speaks spoke stance statement statements talk talked talks tell
    tells think thinking thinks thought thoughts view views want wanted wants word words regarding concerning
    """.split()  # noqa: SIM905
)
"""Words people wrap round a question to a bot. They carry nothing while another word carries something."""

_OUR = re.compile(r"(?<=[a-z]{2})our(?=$|s$|ed$|ing$|ly$|ite|able|ful|hood|less|er)")
_ISE = re.compile(r"(?<=[a-z]{3})(i|y)s(?=e$|es$|ed$|ing$|ation)")
_OURS = frozenset(
    """
    armour behaviour clamour colour demeanour endeavour favour flavour glamour harbour honour humour labour neighbour
    odour parlour rigour rumour saviour savour splendour tumour valour vapour vigour
    """.split()  # noqa: SIM905
)
_TWIN = {
    "defence": "defense",
    "defences": "defenses",
    "defenceless": "defenseless",
    "offence": "offense",
    "offences": "offenses",
    "pretence": "pretense",
    "licence": "license",
    "centre": "center",
    "centres": "centers",
    "theatre": "theater",
    "theatres": "theaters",
    "programme": "program",
    "programmes": "programs",
    "manoeuvre": "maneuver",
    "grey": "gray",
    "judgement": "judgment",
    "sceptical": "skeptical",
    "travelled": "traveled",
    "travelling": "traveling",
    "counselling": "counseling",
    "fulfil": "fulfill",
    "skilful": "skillful",
    "enrol": "enroll",
    "ageing": "aging",
    "ploughshares": "plowshares",
    "plough": "plow",
}

_stemmer = Stemmer.Stemmer("english", 0)


def carries(word: str) -> bool:
    """Whether a word says what a query is about."""
    return word not in FUNCTION


@lru_cache(maxsize=4096)
def stem(word: str) -> str:
    """The group a word belongs to: "migrants" and "migrant", "defence" and "defense" are one."""
    return stem_once(word)


def stem_once(word: str) -> str:
    """The same without remembering, for building from a whole vocabulary."""
    word = _TWIN.get(word, word)
    if "our" in word and any(word.startswith(root) for root in _OURS if root[0] == word[0]):
        word = _OUR.sub("or", word)
    if "is" in word or "ys" in word:
        word = _ISE.sub(r"\1z", word)
    stemmed: str = _stemmer.stemWord(word)
    return stemmed
