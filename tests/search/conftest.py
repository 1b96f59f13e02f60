"""A small made-up bank, built without files."""

import pytest

from bot.bank.bank import Bank
from bot.bank.quote import PartialDate, Quote, Source, Speaker, Topic, When
from bot.search.index import Index


def day(year, month=0, day=0):
    at = PartialDate(year, month, day)
    return When(at, at, "printed")


TOPICS = {
    topic.id: topic
    for topic in (
        Topic("rivers", "rivers", ("river", "stream", "rhine", "danube", "fluss")),
        Topic("bridges", "bridges", ("bridge", "stone crossing")),
        Topic("floods", "floods", ("flood", "high water", "hochwasser")),
        Topic("russia", "Russia", ("moscow", "kremlin", "russian", "россия")),
        Topic("nato", "NATO", ("alliance", "north atlantic treaty organization")),
        Topic("iraq", "Iraq", ("baghdad",)),
        Topic("migration", "migration", ("migrant crisis", "refugees")),
        Topic("money", "money", ("spending", "budget")),
    )
}
ADA = Speaker("ada-brook", "Ada Brook", "Ada", "Brook", ("brook",))
BEN = Speaker("ben-weir", "Ben Weir", "Ben", "Weir", ("weir",))
GAZETTE = Source("gazette-2014", "Valley Gazette", "interview", title="The mill and the river", said=day(2014, 10))
VOV = Source("vov-2017", "Voice of Valleys", "speech", title="A talk in the hall", said=day(2017, 5, 25))
LATE = Source("gazette-2020", "Valley Gazette", "article", published=day(2020, 6, 8))


def quote(id_, text, speaker, source, topics, question=None):
    return Quote(id_, (text,), speaker, source, tuple(TOPICS[topic] for topic in topics.split()), question)


QUOTES = (
    quote("q1", "A river never asks the bridge whether it may pass.", ADA, GAZETTE, "rivers bridges"),
    quote(
        "q2",
        "We built the stone bridge twice, because the first flood was a very clear teacher.",
        ADA,
        VOV,
        "bridges floods",
    ),
    quote("q3", "Russia is our biggest neighbour, and we need dialogue with Russia.", BEN, VOV, "russia"),
    quote("q4", "We met Lavrov in Munich and spoke of Russia for an hour.", BEN, LATE, "russia"),
    quote(
        "q5",
        "The alliance must at least stop cutting what it spends on defence.",
        BEN,
        GAZETTE,
        "nato money",
        "Is more money really needed in a time of austerity?",
    ),
    quote("q6", "We stand ready to help Iraq with its security forces.", BEN, GAZETTE, "iraq nato"),
    quote("q7", "Ships in the Aegean Sea help to stem the flow of migrants.", BEN, VOV, "migration"),
    quote("q8", "Organisation is half of every harvest; the other half is weather.", ADA, LATE, "money"),
    quote(
        "q9",
        "Missiles do not make a neighbourhood safer, and counterterrorism is not a flood.",
        BEN,
        LATE,
        "floods nato",
    ),
)


@pytest.fixture(scope="session")
def bank():
    return Bank("0" * 64, (GAZETTE, LATE, VOV), (ADA, BEN), tuple(TOPICS.values()), QUOTES)


@pytest.fixture(scope="session")
def index(bank):
    return Index.build(bank)


@pytest.fixture(scope="session")
def ids(index):
    """The ids a query finds, best first."""
    from bot.search.query import Query

    def find(words="", **fields):
        return [hit.quote.id for hit in index.find(Query(words, **fields)).hits]

    return find
