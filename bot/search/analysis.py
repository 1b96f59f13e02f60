"""What the search knows of English: which words carry nothing, which forms are one word, how it is spelled
elsewhere."""

from __future__ import annotations

import re
from functools import lru_cache

import Stemmer

STOP_WORDS = frozenset(
    """
    a about abt after all almost although am among amongst an and any are aren arent as at b be been being bout
    but by c can cos could cuz d dat did didn dis do does doesn doing don dunno e etc even f for from g gimme
    gonna gotta h had has hasn have he hed hell hes his how hows i id idk if ill im in into is isn it
    itd itll its ive j just k kind l lemme ll lol m may maybe me might more mustnt my n no not nvm o of oh ok
    okay on onto or other our ours p per pls plz q r re s shall shan she shed shell shes should so some t
    than that thatll thats the thee their theirs them then there theres they theyd theyll theyre theyve this tho
    thou thx thy to u up ur us v very via w wanna was wasn wassup wat we wed were weren weve what whats when
    where wheres which who whos why will wish with won wot wots would wut x y ye yes you youd youll your youre
    yours youve z
    """.split()  # noqa: SIM905  a table of words reads better as words
)
"""Words that carry nothing: they count only in a phrase remembered word for word."""

LIGHT_WORDS = frozenset(
    """
    above across again against ago ain along already also always another anybody anyone anything anyway anywhere
    around away bad became because become becomes before behind below beneath beside besides best better between
    beyond big both came cannot cant come comes coming couldnt dangerous deal deals didnt doesnt done dont down
    during each either else enough ever every everybody everyone everything everywhere famous few first forth
    further gave get gets getting give given gives go goes going gone good got great hadnt handle handles happen
    happened happening happens hardly hasnt havent having hence her here heres hers herself him himself however
    important indeed instead isnt itself keep keeps kept last least less let lets like long made make makes
    making many mine most much must myself near neither never next nice nobody none nor nothing now nowhere off
    often once one ones only others otherwise ought ourselves out over own perhaps possible put puts quite
    rather real really same seem seems serious several shant short shouldnt since somebody somehow someone
    something sometimes somewhere soon still stop stops such sure take taken takes taking themselves thence
    thereby therefore these thing things those though through throughout thus till today together tomorrow too
    took toward towards two under unless until upon used wasnt way ways well went werent whatever whenever
    wherever whether while whoever whole whom whose within without wont worse worst wouldnt yeah yesterday yet
    yourself yourselves
    """.split()  # noqa: SIM905
)
"""Words that carry little: they tell quotes apart that answer alike."""

CHATTER = frozenset(
    """
    answer answered answers article ask asked asks assignment comment commented comments concerning essay essays
    find hello hey hi homework know latest look looking mean meant mention mentioned newest oldest opinion please
    presentation quotation quotations quote quoted quotes quoth recent regarding replied replies reply said say
    saying says see sees show speak speaking speaks spoke stance statement statements talk talked talks tell
    tells thesis think thinking thinks thought thoughts view views want wanted wants word words
    """.split()  # noqa: SIM905
)
"""Words people wrap round a question to a bot. They carry nothing while another word carries something."""

FOREIGN_STOP_WORDS = frozenset(
    """
    aber als am auch auf aus bei das dass dem den denn der des dessen ein eine einem einen einer er es fur hat ich ihr
    im ist
    die kann mit nach nicht noch oder sagt sagte sagen sich sie sind uber um und uns vom von vor warum wenn werden wie
    wir wird
    zu zum zur zwischen au aux avec ce ces cette dans de des dit dire du elle en entre est et il la le les leur lui
    mais ne
    nous ont ou par pas pour pourquoi que quel quelle qui sa ses son sont sur un une al como con cual del desde dice
    dijo el
    ella en entre era es esta este la las lo los mas muy no nos para pero por que quien se ser si sin sobre su sus una
    uno y
    av at de deg den der det dette du eller en er et etter for fra ham han har hun hva hvem hvor hvorfor i jeg med men
    noe
    og om pa sa sier som til var ved vi ve bir bu da de ile icin ne neden nasil hakkinda dedi diyor mi mu olarak
    а без более бы был была были было быть в вас во вот все вы где да для до его ее если есть еще же за и из или им их
    к как
    ко когда кто ли между мне мы на над не нет ни но о об он она они от по под почему при про с сказал говорит со так
    там
    то только у что чтобы это я є і її його й та те ти ту у це цей цього чи чому що як який щодо сказав каже
    """.split()  # noqa: SIM905
) - {"war", "son", "sin", "du"}
"""What carries nothing in the other languages of the aliases; an English word too, where the bank holds it."""

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

_IRREGULAR = dict(
    pair.split(":")
    for pair in """
    arose:arise ate:eat beaten:beat became:become began:begin begun:begin bent:bend bought:buy bred:breed
    broke:break broken:break brought:bring built:build burnt:burn caught:catch chose:choose chosen:choose
    crept:creep dealt:deal died:die dying:die drank:drink drawn:draw drew:draw driven:drive drove:drive
    eaten:eat fallen:fall fed:feed fled:flee flew:fly flown:fly forbade:forbid forbidden:forbid forgave:forgive
    forgot:forget forgotten:forget fought:fight froze:freeze frozen:freeze gone:go grew:grow grown:grow
    heard:hear held:hold hidden:hide hid:hide hung:hang kept:keep knew:know known:know laid:lay lain:lie
    led:lead lent:lend lost:lose meant:mean men:man met:meet paid:pay proven:prove ran:run ridden:ride rode:ride
    risen:rise rang:ring rung:ring sang:sing sung:sing sank:sink sat:sit seen:see sent:send shaken:shake
    shook:shake shone:shine shot:shoot shown:show slain:slay slept:sleep sold:sell sought:seek spent:spend
    spoke:speak spoken:speak sprang:spring stole:steal stolen:steal stood:stand struck:strike swam:swim
    swore:swear sworn:swear swept:sweep taken:take taught:teach threw:throw thrown:throw told:tell took:take
    tore:tear torn:tear understood:understand went:go wept:weep women:woman children:child won:win wore:wear
    worn:wear woven:weave written:write wrote:write feet:foot teeth:tooth mice:mouse geese:goose wives:wife
    knives:knife wolves:wolf thieves:thief crises:crisis
    """.split()  # noqa: SIM905
)
"""Forms no stemmer can know, where both mean the same and nothing else."""

_stemmer = Stemmer.Stemmer("english", 0)


def carries(word: str) -> bool:
    """Whether a word says what a query is about."""
    return word not in STOP_WORDS


@lru_cache(maxsize=4096)
def stem(word: str) -> str:
    """The group a word belongs to: "migrants" and "migrant", "defence" and "defense" are one."""
    return stem_once(word)


def stem_once(word: str) -> str:
    """The same without remembering, for building from a whole vocabulary."""
    word = _IRREGULAR.get(word) or _TWIN.get(word, word)
    if "our" in word and any(word.startswith(root) for root in _OURS if root[0] == word[0]):
        word = _OUR.sub("or", word)
    if "is" in word or "ys" in word:
        word = _ISE.sub(r"\1z", word)
    stemmed: str = _stemmer.stemWord(word)
    return stemmed
