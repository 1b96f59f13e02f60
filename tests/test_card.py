"""What an answer shows: who, when, where, why it was found; and nothing that is not known."""

from __future__ import annotations

from dataclasses import replace
from itertools import chain

import pytest

from bot.bank.bank import Bank
from bot.bank.quote import Fact, PartialDate, Quote, Reprint, Role, Source, Speaker, Topic, When
from bot.card import NO_ADDRESS, context_card, draw_card, plain, reasons_sentence
from bot.search.query import Hit, Reason

RUSSIA = Topic("russia", "Russia", ("moscow",))
SPEAKER = Speaker(
    "jens-stoltenberg",
    "Jens Stoltenberg",
    "Jens",
    "Stoltenberg",
    roles=(Role("Secretary General of NATO", PartialDate(2014, 10, 1)),),
)
PRINTED = When(PartialDate(2017, 5, 25), PartialDate(2017, 5, 25), "printed")
EURONEWS = Source(
    "euronews-2017",
    "Euronews",
    "interview",
    title="A headline",
    interviewer="Andrei Beketov",
    said=PRINTED,
    published=PRINTED,
    place=Fact("Brussels", "inferred"),
    reprint=Reprint("AVIM", When(PartialDate(2017, 5, 26), PartialDate(2017, 5, 26), "printed")),
)
QUOTE = Quote("both", ("We cannot choose between either.", "We need both."), SPEAKER, EURONEWS, (RUSSIA,))


def draw(quote=QUOTE, *, why=(), corrections=(), position=None, total=None, proved=True):
    hit = Hit(quote, 1.0, tuple(why)) if why else None
    return draw_card(quote, hit=hit, corrections=corrections, position=position, total=total, proved=proved)


def found(card):
    return " · ".join("".join(f"*{span.text}*" if span.stressed else span.text for span in run) for run in card.found)


def of(source):
    return replace(QUOTE, source=source)


def test_a_card_says_who_when_and_where():
    card = draw()
    assert card.words == "“We cannot choose between either. … We need both.”"
    assert (card.speaker, card.role) == ("Jens Stoltenberg", "Secretary General of NATO")
    assert card.where == (
        "25 May 2017",
        "Euronews, interview with Andrei Beketov",
        "reprinted by AVIM, 26 May 2017",
        NO_ADDRESS,
    )


def test_a_card_says_how_it_was_found():
    card = draw(why=[Reason("topic", "rusia", "russia")], corrections=[("rusia", "russia")], position=3, total=13)
    assert found(card) == "Found by topic *Russia* (you typed *rusia*) · 3 of 13 · word for word from its source"


@pytest.mark.parametrize(
    ("why", "corrections", "sentence"),
    [
        ([("topic", "russia", "russia")], (), "Found by topic *Russia*"),
        ([("alias", "moscow", "moscow")], (), "Found by topic *Russia* (you typed *moscow*)"),
        ([("topic", "kremlin", "kremlin")], (), "Found by topic *kremlin*"),
        ([("spelling", "rusia", "russia")], (("rusia", "russia"),), "Found by topic *Russia* (you typed *rusia*)"),
        ([("spelling", "nieghbour", "neighbour")], (), "Found by word *neighbour* (you typed *nieghbour*)"),
        ([("word", "both", "both"), ("word", "both", "both")], (), "Found by word *both*"),
        (
            [("speaker", "stoltenberg", "Jens Stoltenberg"), ("date", "2017", "2017")],
            (),
            "Found by speaker *Jens Stoltenberg*, date *2017*",
        ),
        ([("topic", "russia", "russia")], (("natoo", "nato"),), "Found by topic *Russia*; showing *nato* for *natoo*"),
        ([], (("natoo", "nato"),), "Showing *nato* for *natoo*"),
        ([("any", "", "")], (), ""),
    ],
)
def test_the_reason_is_told_and_a_correction_is_never_silent(why, corrections, sentence):
    spans = reasons_sentence([Reason(*reason) for reason in why], corrections, QUOTE)
    assert "".join(f"*{span.text}*" if span.stressed else span.text for span in spans) == sentence


def test_a_round_of_one_is_not_counted_and_an_unproved_bank_does_not_say_proved():
    assert found(draw(position=1, total=1, proved=False)) == ""


def test_what_is_inferred_says_so_and_what_is_unknown_is_left_out():
    june = When(PartialDate(2017, 6), PartialDate(2017, 6), "inferred")
    source = Source("voa", "Voice of America", "interview", said=june, outlet_basis="inferred")
    assert draw(of(source)).where == ("June 2017 (inferred)", "Voice of America (inferred), interview", NO_ADDRESS)
    assert draw(of(Source("x", "Outlet", "article"))).where == ("n.d.", "Outlet, article", NO_ADDRESS)


def test_a_known_day_of_publication_stands_beside_an_inferred_day_of_speech():
    said = When(PartialDate(2014, 10, 1), PartialDate(2014, 10, 3), "inferred")
    out = When(PartialDate(2014, 10, 3), PartialDate(2014, 10, 3), "looked up")
    source = Source("en", "Euronews", "interview", interviewer="James Franey", said=said, published=out)
    assert draw(of(source)).where == (
        "1–3 October 2014 (inferred)",
        "Euronews, interview with James Franey",
        "published 3 October 2014",
        NO_ADDRESS,
    )


def test_the_note_on_an_outlet_and_the_event_are_shown():
    source = Source(
        "s", "Sputnik", "press conference", outlet_note="a Russian state news agency", event="NATO headquarters"
    )
    assert draw(of(source)).where[1] == "Sputnik (a Russian state news agency), press conference at NATO headquarters"


def test_a_role_is_shown_only_for_the_time_it_was_held():
    early = When(PartialDate(2013, 1, 1), PartialDate(2013, 1, 1), "printed")
    assert draw(of(Source("x", "Outlet", "speech", said=early))).role is None


def test_without_an_address_there_is_no_link_and_a_reprint_is_not_called_the_source():
    assert draw().link is None
    reprint = Reprint("AVIM", None, Fact("https://example.org/reprint", "looked up"))
    card = draw(of(replace(EURONEWS, reprint=reprint)))
    assert card.link.startswith("https://example.org/reprint#:~:text=")
    assert card.link_label == "Open reprint"


def test_the_context_holds_the_question_the_neighbours_and_how_each_fact_is_known():
    asked = replace(QUOTE, question="Which of the two?", before="he said", after="he added")
    bank = Bank(
        "0" * 64,
        (EURONEWS,),
        (SPEAKER,),
        (RUSSIA,),
        (replace(QUOTE, id="first"), asked, replace(QUOTE, id="last")),
    )
    card = context_card(asked, bank)
    assert (card.question, card.asked_by) == ("Which of the two?", "Andrei Beketov")
    assert (card.before, card.after) == ("he said", "he added")
    assert [(other.label, other.quote_id) for other in card.neighbours] == [("before", "first"), ("after", "last")]
    assert dict(card.facts) == {
        "Title": "A headline",
        "Outlet": "Euronews",
        "Form": "interview with Andrei Beketov",
        "Said": "25 May 2017 (printed)",
        "Published": "25 May 2017 (printed)",
        "Place": "Brussels (inferred)",
        "Address": "none known",
        "Reprint": "AVIM, 26 May 2017 (printed)",
    }


@pytest.mark.parametrize(
    ("around", "left"),
    [
        ({}, ["before", "after"]),
        ({"before": "We were first. It was cold."}, ["after"]),  # a sentence of the one before
        ({"before": "first. And so"}, ["before", "after"]),
        ({"after": "and last!"}, ["before"]),  # the end of the one after
        ({"question": "You said: “We came, and last!” Why?"}, ["before"]),
        ({"before": "We were", "after": "WE CAME AND LAST"}, []),
    ],
)
def test_what_stands_around_a_quote_already_is_not_told_again_as_its_neighbour(around, left):
    first = replace(QUOTE, id="first", segments=("We were first.",))
    last = replace(QUOTE, id="last", segments=("We came, and last!",))
    quote = replace(QUOTE, **around)
    card = context_card(quote, Bank("0" * 64, (EURONEWS,), (SPEAKER,), (RUSSIA,), (first, quote, last)))
    assert [other.label for other in card.neighbours] == left


def test_a_sentence_of_the_quote_is_not_told_again_around_it():
    quote = replace(QUOTE, before=f"He rose. {QUOTE.text}", after=QUOTE.segments[0])
    card = context_card(quote, Bank("0" * 64, (EURONEWS,), (SPEAKER,), (RUSSIA,), (quote,)))
    assert (card.before, card.after) == ("He rose.", None)


def test_a_quote_that_its_source_does_not_list_has_no_neighbours():
    """As one that was taken out while its context was asked for."""
    bank = Bank("0" * 64, (EURONEWS,), (SPEAKER,), (RUSSIA,), (replace(QUOTE, id="first"), replace(QUOTE, id="last")))
    assert context_card(QUOTE, bank).neighbours == ()


def test_a_copy_is_one_line_with_all_that_is_known():
    source = replace(EURONEWS, address=Fact("https://example.org/a", "looked up"))
    assert plain(of(source)) == (
        "“We cannot choose between either. … We need both.” — Jens Stoltenberg, Secretary General of NATO, "
        "25 May 2017, Euronews, interview with Andrei Beketov, reprinted by AVIM, 26 May 2017, “A headline”, "
        "https://example.org/a"
    )


def test_the_longest_cards_fit_a_discord_message():
    long = "word " * 60
    source = Source(
        "x" * 40,
        "o" * 100,
        "press conference",
        title=long[:300],
        outlet_note=long * 9,
        event=long * 9,
        interviewer="i" * 100,
        said=PRINTED,
        published=PRINTED,
        place=Fact("p" * 100, "printed"),
        address=Fact("https://" + "a" * 500, "printed"),
        reprint=Reprint("r" * 100, PRINTED, Fact("https://" + "b" * 500, "printed")),
        note=long * 9,
    )
    quote = Quote(
        "q" * 40,
        ("w " * 500,),
        SPEAKER,
        source,
        (RUSSIA,),
        question=(long * 3)[:700],
        before=long[:300],
        after=long[:300],
        note=long * 9,
    )
    card = draw(quote, why=[Reason("word", long, long)] * 9, corrections=[(long, long)], position=1, total=100)
    spans = [span.text for span in chain.from_iterable(card.found)]
    assert len("".join([card.words, card.speaker, card.role, card.note, *card.where, *spans])) < 3_500
    bank = Bank("0" * 64, (source,), (SPEAKER,), (RUSSIA,), (quote, replace(quote, id="q2")))
    context = context_card(quote, bank)
    texts = [context.words, context.speaker, context.question, context.before, context.after, context.asked_by]
    texts += [other.words for other in context.neighbours] + list(chain.from_iterable(context.facts))
    assert len("".join(texts)) < 3_700
    assert context.facts[0][0] == "Title"
