"""One quote that answers: how far its round has come is told where there is a round, and to whom it belongs."""

import random
from dataclasses import replace
from types import SimpleNamespace

import pytest

from bot.card import plain_card
from bot.chat.answers import quotes
from bot.chat.answers.quotes import Quotes
from bot.config import shipped_bank
from bot.editions.making import open_edition
from bot.errors import LogUnavailable
from bot.search.query import Query

ROUND, ALONE, BEST = Query("topic:turkey"), Query("russia is our biggest neighbour"), Query("big summit in nato")
"""What four quotes answer equally well; what one alone answers; what one answers best, and four less well."""
ASKED = SimpleNamespace(guild=1, channel=2, person=3, id=4, alone=False, unwritten=False, entry_point="slash")


@pytest.fixture(scope="module")
def edition():
    return open_edition(shipped_bank())


async def at_once(work, *, light=False):
    return work()


class Log:
    """A log that knows the latest quotes of a round, or nothing at all."""

    def __init__(self, *known, fails=False):
        self.known, self.fails, self.asked = list(known), fails, []

    async def recent_quotes(self, channel, key, most):
        self.asked.append((channel, key, most))
        if self.fails:
            raise LogUnavailable("the log is away")
        return self.known


def request(**changed):
    return SimpleNamespace(**(vars(ASKED) | changed))


async def said(given, edition, query, asked=ASKED, **options):
    reply = await given.about(query, asked, **options)(edition, at_once)
    return "\n".join(part.content for part in reply.view.walk_children() if hasattr(part, "content")), reply.use


async def test_the_best_answer_alone_is_not_one_of_anything_and_needs_no_log(edition):
    log = Log()
    words, use = await said(Quotes(log, random.Random(1)), edition, ALONE)
    assert use.quote == "biggest-neighbour-2017"
    assert "Russia is our biggest neighbour" in words
    assert "1 of " not in words
    assert log.asked == []


async def test_two_quotes_are_a_round_already(edition):
    topic, pair = next((topic, both) for topic, both in edition.bank.by_topic.items() if len(both) == 2)
    log, query = Log(pair[0].id), Query(f"topic:{topic}")
    words, use = await said(Quotes(log, random.Random(1)), edition, query)
    assert "2 of 2" in words
    assert use.quote == pair[1].id
    assert len(log.asked) == 1
    assert "1 of 2" in (await said(Quotes(Log(), random.Random(1)), edition, query))[0]


async def test_another_than_the_best_is_told_with_its_place(edition):
    words, use = await said(Quotes(Log(), random.Random(1)), edition, BEST)
    assert use.quote == "wales-decisions-2014"
    assert " of 5" not in words
    words, use = await said(Quotes(Log(), random.Random(1)), edition, BEST, skip="wales-decisions-2014")
    assert use.quote != "wales-decisions-2014"
    assert "2 of 5" in words


async def test_each_of_a_round_is_told_with_its_place_and_the_log_is_asked_once(edition):
    log = Log()
    given, come = Quotes(log, random.Random(1)), []
    for number in (1, 2, 3, 4, 1):
        words, use = await said(given, edition, ROUND)
        assert f"{number} of 4" in words
        come.append(use.quote)
    assert len(set(come[:4])) == 4
    assert [asked[:2] for asked in log.asked] == [(2, "topic:turkey")]


async def test_a_round_goes_on_from_what_the_log_knows(edition):
    first, second, *_ = (quote.id for quote in edition.bank.by_topic["turkey"])
    words, use = await said(Quotes(Log(first, second), random.Random(1)), edition, ROUND)
    assert "3 of 4" in words
    assert use.quote not in (first, second)


async def test_without_the_log_a_round_begins_anew(edition):
    words, _ = await said(Quotes(Log(fails=True), random.Random(1)), edition, ROUND)
    assert "1 of 4" in words


async def test_what_is_not_written_goes_round_for_one_person_and_place(edition):
    log = Log()
    given = Quotes(log, random.Random(1))
    for number, asked in (
        (1, request(unwritten=True)),
        (2, request(unwritten=True)),
        (1, request(unwritten=True, alone=True)),
        (2, request(unwritten=True, alone=True, channel=9)),
        (1, request(unwritten=True, channel=9)),
        (1, request(unwritten=True, person=8)),
    ):
        assert f"{number} of 4" in (await said(given, edition, ROUND, asked))[0], asked
    assert log.asked == []
    assert "1 of 4" in (await said(given, edition, ROUND))[0]


async def test_a_card_is_drawn_once_while_there_is_room_for_it(edition, monkeypatch):
    drawn = []

    def draw(quote):
        drawn.append(quote.id)
        return plain_card(quote)

    monkeypatch.setattr(quotes, "plain_card", draw)
    monkeypatch.setattr(quotes, "DRAWN", 2)
    given, (one, two, three, *_) = Quotes(Log(), random.Random(1)), (quote.id for quote in edition.bank.quotes)
    for wanted in (one, two, one, three, one):
        _, use = await said(given, edition, Query(f"quote:{wanted}"))
        assert use.quote == wanted
    assert drawn == [one, two, three, one]


async def test_the_rounds_of_a_server_that_is_gone_are_forgotten_and_no_others(edition):
    given = Quotes(Log(), random.Random(1))
    for guild in (1, 7):
        await said(given, edition, ROUND, request(guild=guild))
    given.forget(1)
    assert "1 of 4" in (await said(given, edition, ROUND, request(guild=1)))[0]
    assert "2 of 4" in (await said(given, edition, ROUND, request(guild=7)))[0]


async def test_a_keyword_reply_shows_and_logs_the_trigger_alone(edition):
    words, use = await said(Quotes(Log(), random.Random(1)), edition, ROUND, trigger="About Turkey")
    assert use.words == "about turkey"
    assert "1 of 4" in words
    _, use = await said(Quotes(Log(), random.Random(1)), edition, Query("pizza"), trigger="About Pizza")
    assert (use.found, use.quote, use.words) == (False, None, "about pizza")


async def test_what_is_drawn_is_drawn_anew_of_another_edition(edition):
    given = Quotes(Log(), random.Random(1))
    before, use = await said(given, edition, ALONE)
    bank = edition.bank
    other = replace(bank.by_id[use.quote], segments=("Russia is our biggest neighbour, they said.",))
    bank = replace(bank, quotes=tuple(other if quote.id == other.id else quote for quote in bank.quotes))
    later = type(edition)(bank, type(edition.index).build(bank))
    after, _ = await said(given, later, ALONE)
    assert "they said" not in before
    assert "they said" in after


async def places(edition, **asked):
    """The places in the channel's round of a quote that was asked for by its own name before, whatever the chance."""
    ids, shown = [quote.id for quote in edition.bank.by_topic["turkey"]], set()
    for seed in range(30):
        given = Quotes(Log(), random.Random(seed))
        await said(given, edition, Query(f"quote:{ids[0]}"), request(**asked))
        come = [(await said(given, edition, ROUND))[1].quote for _ in ids]
        shown.add(come.index(ids[0]))
    return shown


async def test_what_the_channel_saw_comes_last_whichever_way_it_was_asked(edition):
    assert await places(edition, entry_point="mention") == {3}


@pytest.mark.parametrize(
    "where", [{"unwritten": True}, {"unwritten": True, "alone": True}, {"channel": 9}, {"guild": 9}]
)
async def test_what_one_person_asked_alone_or_elsewhere_leaves_no_trace_in_the_channel(edition, where):
    assert len(await places(edition, **where)) > 1
