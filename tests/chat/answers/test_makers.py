"""Answers are made of an edition alone: nothing is sent, and nothing written, by any of them."""

from dataclasses import replace

import pytest

from bot.chat.answers import browsing, checks, finding, reading_packs, timelines
from bot.chat.limits import SELECT_OPTIONS
from bot.chat.serving.reply import Result, unlogged
from bot.chat.ui import cards
from bot.config import shipped_bank
from bot.editions.columnar.bank_columns import columnar
from bot.editions.edition import Edition
from bot.editions.making import open_edition
from bot.search.index import Index
from bot.search.query import Query

RUSSIA, NOTHING = Query("russia"), Query("pizza")
QUOTE = "biggest-neighbour-2017"


@pytest.fixture(scope="module")
def edition():
    return open_edition(shipped_bank())


async def at_once(work, *, light=False):
    return work()


def words(reply):
    return "\n".join(part.content for part in reply.view.walk_children() if hasattr(part, "content"))


@pytest.mark.parametrize(
    ("make", "says", "key"),
    [
        (finding.hits(RUSSIA), "quotes for **russia**", "topic:russia"),
        (timelines.timeline(RUSSIA), "year by year", "topic:russia"),
        (reading_packs.cite_all(RUSSIA), "### Reading pack: Russia", "topic:russia"),
        (reading_packs.cite_best(RUSSIA, "mla"), "**MLA 9**", "topic:russia"),
        (reading_packs.restyle(Query("topic:russia"), "bibtex"), "as BibTeX", None),
        (checks.check("“Russia is our biggest neighbour.”"), "Word for word", "check:verbatim"),
        (checks.quotes_for("Russia is our biggest neighbour, and here to stay."), "quote", "words"),
        (browsing.topics(), "topics", None),
        (browsing.sources(), "sources", None),
        (browsing.topic("russia"), "### Russia", None),
        (browsing.about(90), "for 90 days", None),
        (browsing.context(QUOTE), "Andrei Beketov", None),
        (browsing.citation(QUOTE), "**APA 7**", None),
    ],
)
async def test_a_reply_and_its_use_are_made_of_the_edition_alone(edition, make, says, key):
    reply = await make(edition, at_once)
    assert says in words(reply)
    assert not reply.private
    assert (reply.use is None) is (key is None)
    assert key in (None, "words") or (reply.use.key, reply.use.found) == (key, True)


@pytest.mark.parametrize(
    "make", [browsing.topics(), browsing.sources(), browsing.topic("russia"), browsing.about(90)], ids=range(4)
)
async def test_what_there_is_to_walk_through_is_counted_without_its_quotes(edition, make):
    """Of a large bank each would have to be made."""
    many = [replace(quote, id=f"{quote.id}-{time}") for time in range(5) for quote in edition.bank.quotes]
    bank = replace(edition.bank, quotes=tuple(many), lookups=None)
    index = Index.build(bank)
    large = columnar(bank)
    said = words(await make(Edition(large, Index(large, index.inverted, index.dates)), at_once))
    assert said == words(await make(Edition(bank, index), at_once))
    assert len(large.quotes.materialized) <= SELECT_OPTIONS < len(bank.by_topic["russia"])


@pytest.mark.parametrize(
    "make",
    [
        finding.hits(NOTHING),
        timelines.timeline(NOTHING),
        reading_packs.cite_all(NOTHING),
        reading_packs.cite_best(NOTHING, None),
    ],
)
async def test_where_nothing_is_found_the_asker_alone_is_told(edition, make):
    reply = await make(edition, at_once)
    assert "I have no sourced quote about **pizza**" in words(reply)
    assert reply.private
    assert reply.use == Result(reply.use.key, None, found=False, words="pizza")
    assert (await unlogged(make)(edition, at_once)).use is None


@pytest.mark.parametrize("make", [checks.check(""), checks.quotes_for("")])
async def test_where_there_is_nothing_to_check_nobody_else_hears_of_it(edition, make):
    reply = await make(edition, at_once)
    assert reply.private
    assert reply.use is None
    assert "no words in that message" in words(reply)


@pytest.mark.parametrize("make", [browsing.context, browsing.citation, browsing.copy])
async def test_a_quote_that_is_gone_is_said_to_be(edition, make):
    reply = await make("no-longer-there")(edition, at_once)
    assert (reply.content, reply.private, reply.view) == (cards.GONE, True, None)
