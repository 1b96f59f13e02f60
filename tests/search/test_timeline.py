"""How a line moved: years, passages, and statements that come back nearly the same."""

from dataclasses import replace
from types import SimpleNamespace

import pytest

from bot.bank.bank import Bank
from bot.bank.quote import PartialDate, When
from bot.config import shipped_bank
from bot.editions.making import open_edition
from bot.search.index import Index
from bot.search.parallels import _side_by_side, _Statement, like_statements, likeness, parallels
from bot.search.query import Query
from bot.search.timeline import timeline
from bot.search.tuning import FULL_QUOTE_CHARS, MAX_PASSAGE_CHARS
from bot.text import fold, words


@pytest.fixture(scope="module")
def shipped():
    return open_edition(shipped_bank())


def marked(stretches):
    return " ".join(f"[{one.text}]" if one.changed else one.text for one in stretches)


def whole(stretches):
    return " ".join(one.text for one in stretches)


def test_the_dual_track_line_from_2014_to_2020(shipped):
    line = timeline(shipped.index, Query("dual-track"))
    assert [year.year for year in line.years] == [2014, 2017, 2020]
    said = {year.year: year.passage.text for year in line.years}
    assert "no contradiction" in said[2014]
    assert "dual track" in said[2017].replace("-", " ")
    assert said[2020].endswith("based on what we call a dual-track approach.")
    (pair,) = line.parallels
    assert marked(pair.before) == (
        "[So] there is no contradiction between [being in favour of military strength – a firm predictable policy] and "
        "[at the same time being in favour of a more constructive relationship with Russia.]"
    )
    assert marked(pair.after) == "[And] there is no contradiction between [strong defence] and [political dialogue.]"


@pytest.mark.parametrize("topic", [topic.id for topic in open_edition(shipped_bank()).bank.topics])
def test_every_topic_has_a_true_timeline(shipped, topic):
    line = timeline(shipped.index, Query(f"topic:{topic}"))
    assert sorted(quote.id for quote in line.quotes) == sorted(quote.id for quote in shipped.bank.by_topic[topic])
    assert [year.year for year in line.years] == sorted(year.year for year in line.years)
    for year in line.years:
        text, quote = year.passage.text, year.passage.quote
        assert quote.year == year.year
        assert len(text) <= MAX_PASSAGE_CHARS
        assert text.removesuffix("…") in quote.text
        assert text == quote.text or len(quote.text) > FULL_QUOTE_CHARS
    for pair in line.parallels:
        assert pair.earlier.year < pair.later.year
        assert whole(pair.before) in pair.earlier.text
        assert whole(pair.after) in pair.later.text


def test_a_word_a_speaker_and_a_narrower_query(shipped):
    assert [year.year for year in timeline(shipped.index, Query("stoltenberg")).years] == [2014, 2017, 2020]
    assert [year.year for year in timeline(shipped.index, Query("norway", first_year=2017)).years] == [2020]
    assert len(timeline(shipped.index, Query("contradiction")).quotes) == 2
    assert timeline(shipped.index, Query("russia", speaker="jens-stoltenberg")).years


def test_nothing_found_is_no_timeline_and_keeps_the_suggestions(shipped):
    line = timeline(shipped.index, Query("pizza"))
    assert (line.years, line.parallels, line.quotes) == ((), (), ())
    assert line.found.suggestions


def test_a_passage_names_what_was_asked_for(index):
    assert timeline(index, Query("topic:russia")).years[0].passage.quote.id == "q3"


def test_a_long_quote_is_shown_by_the_sentence_that_names_it(bank):
    long = replace(
        bank.quotes[2], segments=("We spoke for hours about nothing much. " * 6 + "Then Russia left the room.",)
    )
    made = replace_quotes(bank, (long,))
    assert timeline(Index.build(made), Query("russia")).years[0].passage.text == "Then Russia left the room."


def test_quotes_without_a_date_come_last_under_no_year(bank):
    undated = replace(bank.quotes[2], id="undated", source=replace(bank.quotes[2].source, said=None))
    line = timeline(Index.build(replace_quotes(bank, (undated, *bank.quotes))), Query("topic:russia"))
    assert [year.year for year in line.years] == [2017, 2020, None]
    assert line.quotes[-1].id == "undated"


def test_within_a_year_the_earlier_month_comes_first(bank):
    late = replace(bank.quotes[2], id="late", said_on=on(2017, 9))
    early = replace(bank.quotes[2], id="early", said_on=on(2017, 2))
    line = timeline(Index.build(replace_quotes(bank, (late, early))), Query("topic:russia"))
    assert [quote.id for quote in line.quotes] == ["early", "late"]


def test_of_very_many_quotes_every_year_is_judged_and_all_are_counted(bank):
    many = [
        replace(bank.quotes[2], id=f"q{number}", segments=(f"Russia took {number} steps that year.",), said_on=on(year))
        for year in (2014, 2017, 2020)
        for number in range(year * 1000, year * 1000 + 400)
    ]
    line = timeline(Index.build(replace_quotes(bank, many)), Query("topic:russia"))
    assert [(year.year, len(year.quotes)) for year in line.years] == [(2014, 400), (2017, 400), (2020, 400)]
    assert all(year.passage.quote.year == year.year for year in line.years)


def test_one_changed_word_is_found_and_only_that_word_is_marked(bank):
    first = replace(
        bank.quotes[0], id="first", segments=("We welcome the river as a friend of the bridge.",), said_on=on(2014)
    )
    again = replace(
        bank.quotes[0], id="again", segments=("We welcome the river as a rival of the bridge.",), said_on=on(2020)
    )
    (pair,) = parallels([again, first])
    assert (pair.earlier.id, pair.later.id) == ("first", "again")
    assert marked(pair.before) == "We welcome the river as a [friend] of the bridge."
    assert marked(pair.after) == "We welcome the river as a [rival] of the bridge."


def test_like_statements_of_other_years_are_found_closest_first_and_no_more_than_so_many(bank):
    def said(name, year, words):
        return replace(bank.quotes[0], id=name, segments=(words,), said_on=on(year))

    own = said("own", 2014, "We welcome the river as a friend of the bridge.")
    same_year = said("same-year", 2014, "We welcome the river as a friend of the bridge.")
    near = said("near", 2020, "We welcome the river as a rival of the bridge.")
    nearest = said("nearest", 2017, "We welcome the river as a friend of the bridge.")
    other = said("other", 2017, "Nobody in the valley eats fish on a Sunday morning.")
    others = [own, same_year, near, other, nearest]
    assert [quote.id for quote in like_statements(own, others, 3)] == ["nearest", "near"]
    assert [quote.id for quote in like_statements(own, others, 1)] == ["nearest"]
    assert like_statements(other, others, 3) == []


@pytest.mark.parametrize(
    ("later", "name"),
    [
        ("The lamp of the harbour burns all night for every boat", "Nearly the same"),
        ("The lamp of the harbour burns all day for no ship", "Nearly the same"),  # 8 of 11
        ("The lamp of the harbour burns where nobody ever looks", "Side by side"),  # 6 of 11: most, and not enough
        ("The lamp of the harbour burns", "Side by side"),
    ],
)
def test_only_where_most_words_are_the_same_they_are_called_so(later, name):
    one = "The lamp of the harbour burns all night for every boat"
    quotes = [SimpleNamespace(year=year) for year in (2014, 2017)]
    said = [_Statement(quote, text, tuple(words(text))) for quote, text in zip(quotes, (one, later), strict=True)]
    assert _side_by_side(*said).heading == f"{name}, 2014 and 2017"
    assert _side_by_side(*reversed(said)).heading == f"{name}, 2017 and 2014"


def test_case_marks_and_hyphens_are_no_change(bank):
    first = replace(bank.quotes[0], id="first", segments=("Our dual-track approach stands firm.",), said_on=on(2014))
    again = replace(bank.quotes[0], id="again", segments=("our dual-track approach STANDS firm!",), said_on=on(2020))
    (pair,) = parallels([first, again])
    assert not any(one.changed for one in (*pair.before, *pair.after))


def test_a_statement_made_three_times_is_followed_from_one_to_the_next(bank):
    said = [
        replace(
            bank.quotes[0],
            id=str(year),
            segments=(f"The mill has turned for {count} long winters here.",),
            said_on=on(year),
        )
        for year, count in ((2020, "nine"), (2014, "two"), (2017, "five"))
    ]
    assert sorted((pair.earlier.id, pair.later.id) for pair in parallels(said)) == [("2014", "2017"), ("2017", "2020")]


def test_the_same_year_and_no_year_are_not_set_side_by_side(bank):
    one = replace(bank.quotes[0], id="one", said_on=on(2014, 1))
    other = replace(bank.quotes[0], id="other", said_on=on(2014, 9))
    undated = replace(bank.quotes[0], id="undated", source=replace(bank.quotes[0].source, said=None))
    assert parallels([one, other, undated]) == ()


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("We need to defend ourselves.", "We need to also address some of the instability in our streets."),
        ("And we, of course, stand by that.", "And I, of course, think that this is important."),
        (
            "I understand this is a difficult choice, but at the same time, I think we have to follow up on it.",
            "But at the same time, this has to be done based on the rule of law and our democratic values.",
        ),
        ("We need both.", "We need peace."),
    ],
)
def test_ways_of_speaking_are_not_like_statements(one, other):
    assert likeness(words(fold(one)), words(fold(other))) == 0


def on(year, month=0):
    at = PartialDate(year, month)
    return When(at, at, "printed")


def replace_quotes(bank, quotes):
    return Bank(bank.key, bank.sources, bank.speakers, bank.topics, tuple(quotes))
