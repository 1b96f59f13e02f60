"""The words drafting knows: verbs of saying, titles before a name, labels of an interview, in a few languages."""

from __future__ import annotations

from ...text import words


def _set(*lines: str) -> frozenset[str]:
    return frozenset(word for line in lines for word in words(line))


GERMAN_SAYING_VERBS = _set(
    "sagte sagt erklarte erklart betonte betont meinte meint unterstrich warnte warnt antwortete antwortet mahnte",
    "kritisierte versicherte sicherte bekraftigte schrieb erganzte fugte erwiderte entgegnete",
)
SAYING_VERBS = GERMAN_SAYING_VERBS | _set(
    "said says say told tells added adds stressed stresses noted notes underlined underlines underscored",
    "underscores explained explains stated declared declares warned warns insisted insists argued argues",
    "continued continues concluded concludes emphasized emphasised emphasizes emphasises remarked remarks",
    "replied replies answered recalled recalls announced announces admitted admits acknowledged acknowledges",
    "claimed commented reiterated reiterates urged urges wrote writes written tweeted observed joked quipped asked",
    "asks promised vowed pledged confirmed confirms expressed suggested suggests believes pointed",
    "dit declare declarait affirme affirmait ajoute explique souligne soulignait indique estime assure precise",
    "dijo dice afirmo anadio senalo declaro explico subrayo indico aseguro",
    "sa sier sagde siger disse afirmou dichiarato detto spiegato dedi soyledi",
    "сказав сказала сказал заявив заявила заявил додав додала добавил добавила подчеркнул подчеркнула отметил",
    "отметила підкреслив підкреслила наголосив наголосила зазначив зазначила объяснил пояснив",
)
ASKING_VERBS = _set(
    "asked asks wondered fragte demande preguntó",
)
"""Verbs whose quotation is a question, and not what the article is quoted for."""

TITLES = _set(
    "president prime minister chancellor secretary general nato un eu us uk foreign defense defence interior",
    "finance economy state chief mr mrs ms dr sir lord lady king queen prince senator congressman",
    "congresswoman governor mayor spokesman spokeswoman spokesperson professor director head chairman",
    "chairwoman chair ceo deputy vice ambassador commissioner admiral colonel captain justice judge leader",
    "alliance official former party",
    "british german french russian ukrainian turkish american european norwegian serbian polish italian spanish",
    "herr frau bundeskanzlerin bundeskanzler kanzlerin kanzler prasident prasidentin generalsekretar",
    "generalsekretarin ministerin aussenminister aussenministerin burgermeister burgermeisterin sprecher",
    "sprecherin chef monsieur madame presidente ministre secretaire maire",
)
ANYBODY = _set("official leader chief minister politician diplomat officer spokesman spokeswoman speaker politiker")
"""Words for whoever spoke last, where nobody in the article is called so."""
PRONOUNS = _set(
    "he she they er sie il elle el ella han hun он она він вона",
)
INDEFINITE_DETERMINERS = _set("a an one another some many several ein eine un une")
"""Words before somebody who is not named."""

DAYS = _set(
    "monday tuesday wednesday thursday friday saturday sunday january february march april may june july",
    "august september october november december montag dienstag mittwoch donnerstag freitag samstag sonntag",
)
PROSE = _set(
    "the a an in on at but and or so as if it its this that these those there then when while after before",
    "during since until with without for from by of to not no yes i we you my our his her their regarding",
    "asked speaking der die das ein eine und aber auch wenn als im am le la les un une et mais el los las y",
    "pero who what how why which",
)
"""Words that begin a sentence with a capital and are no name."""

QUESTION_LABELS = _set(
    "q question frage f interviewer interviewerin host moderator moderatorin reporter journalist vopros",
)
ANSWER_LABELS = _set(
    "a answer antwort r reponse respuesta",
)
NOTE_LABELS = _set(
    "note notes editor editors source sources kaynak quelle quellen background update correction clarification",
    "photo image video watch listen read more related anmerkung hinweis tags topics keywords contact contacts",
    "date published updated location about photograph caption email phone tel web website www",
)
OPENINGS = _set(
    "i we you it its he she they this that there the in if as but and so well yes no what when our my of",
    "because",
)
"""Words an answer begins with where a label lost its colon."""
LIGHT = _set(
    "the a an of to in is it its that this and or for we i you he they be are was as on with not have has do s",
    "what when our more also very them their so but if at all there which who can will would than by from",
)
"""Words two sentences may share without being about the same, and that name no quote."""

LEANING = _set(
    "and but so not that thats this these those it its he she they them therefore because also or not then there such",
    "here both all one und aber das dies diese er sie es deshalb darum et mais cela il elle ils y pero esto",
)
"""Words that begin a sentence which leans on the one before it."""
