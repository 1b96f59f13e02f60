"""A message draws a quote only when the writer's own words call for one."""

from __future__ import annotations

import time
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.bank.bank import Bank
from bot.bank.quote import Quote, Source, Speaker, Topic
from bot.keywords.own_words import prose
from bot.keywords.triggers import Triggers

RUSSIA = Topic("russia", "Russia", triggers=("what did nato say about russia", "about russia", "nato and russia"))
NATO = Topic("nato", "NATO", triggers=("quote about nato", "what did nato say"))
NORWAY = Topic("norway", "Norway", triggers=("Ålesund's fjords",))
EMPTY = Topic("iraq", "Iraq", triggers=("about iraq",))
SPEAKER = Speaker("jens", "Jens", "Jens", "S")
SOURCE = Source("paper", "The Paper", "interview")


def bank(*topics: Topic, quoted: tuple[Topic, ...] | None = None, calls: tuple[str, ...] = ()) -> Bank:
    quotes = tuple(Quote(f"q-{topic.id}", ("Words.",), SPEAKER, SOURCE, (topic,)) for topic in quoted or topics)
    return Bank("0" * 64, (SOURCE,), (SPEAKER,), topics, quotes, calls=calls)


TRIGGERS = Triggers.build(bank(RUSSIA, EMPTY, NATO, NORWAY, quoted=(RUSSIA, NATO, NORWAY)))


@pytest.mark.parametrize(
    ("message", "trigger"),
    [
        ("what did nato say about russia again?", "what did nato say about russia"),
        ("ok so What Did NATO say about Russia", "what did nato say about russia"),
        ("anyone have a **quote about NATO**, please", "quote about nato"),
        ("the nato-and-russia thing", "nato and russia"),
        ("it's not just me. nato and russia, honestly", "nato and russia"),
        ("alesunds fjords are great", "Ålesund's fjords"),
        ("ÅLESUND’S FJORDS", "Ålesund's fjords"),
        ("he told me 'wow' about russia", "about russia"),
        ('my 27" screen and a talk about russia', "about russia"),
        ("`code` then about russia", "about russia"),
        ("a lone ` and about russia", "about russia"),
        ("see https://example.org now about russia", "about russia"),
        ("> they said so\nabout russia then?", "about russia"),
        ("- about russia", "about russia"),
        ("...about russia", "about russia"),
        ("hey <@42> about russia", "about russia"),
    ],
)
def test_calls_for_a_quote(message, trigger):
    found = TRIGGERS.match(message)
    assert found is not None
    assert found.trigger == trigger


@pytest.mark.parametrize(
    "message",
    [
        "",
        "   ",
        "about russian dressing",
        "aboutrussia",
        "about prussia",
        "about. russia",
        "what about\nrussia",
        "it is about, russia or not",
        "`about russia`",
        "``a ` about russia``",
        "```\nabout russia\n```",
        "```py\nabout russia",
        "https://example.org/about-russia",
        "[about russia](https://example.org)",
        "<https://example.org/nato-and-russia>",
        "about-russia.example.org",
        "open about_russia_final",
        "mail about-russia@example.org",
        "set title=about-russia",
        "> about russia",
        "  > about russia",
        ">>> one\ntwo\nabout russia",
        'she said "about russia" and left',
        "she said “about russia” and left",
        "she said „about russia“ and left",
        "elle dit « about russia » et voilà",
        "er sagt »about russia« dann",
        "hon sa ”about russia” sen",
        "「about russia」",
        "she said 'about russia' and left",
        "she said ‘about russia’ and left",
        "“a long quotation\nabout russia\nends here”",
        '"it begins and never ends about russia',
        "“it’s all ‘about russia’ again” she said",
        "||about russia||",
        "<:about:1> <:russia:2>",
        "about <:x:1> russia",
        "about `x` russia",
        "about 'x' russia",
        "/quote about russia",
        "!quote about russia",
        "?search about russia",
        ".q about russia",
        "$eval\nabout russia",
        "hello\n!quote about russia",
        "<@99> about russia",
        "<@!99> about russia",
        "what about iraq",
    ],
)
def test_does_not_call_for_a_quote(message):
    assert TRIGGERS.match(message) is None


def test_the_phrase_of_most_words_wins_wherever_it_stands():
    found = TRIGGERS.match("a quote about nato; what did nato say about russia")
    assert found is not None
    assert found.topic == RUSSIA


def test_of_equally_long_phrases_the_first_wins():
    one, two = Topic("a", "A", triggers=("red tea",)), Topic("b", "B", triggers=("hot tea",))
    triggers = Triggers.build(bank(one, two))
    assert triggers.match("hot tea, red tea").topic == two
    assert triggers.match("red tea, hot tea").topic == one


def test_a_phrase_of_two_topics_belongs_to_the_first():
    again = replace(NATO, triggers=RUSSIA.triggers)
    assert Triggers.build(bank(RUSSIA, again)).match("about russia").topic == RUSSIA


def test_a_muted_trigger_is_passed_over_for_the_next():
    message = "what did nato say about russia"
    assert TRIGGERS.match(message, muted={message}).trigger == "what did nato say"
    assert TRIGGERS.match(message, muted={message, "what did nato say"}).trigger == "about russia"
    assert TRIGGERS.match(message, muted={message, "what did nato say", "about russia"}) is None


def test_a_bank_without_triggers_matches_nothing():
    assert Triggers.build(bank(Topic("a", "A"))).match("a quote about a") is None
    assert Triggers.build(bank(Topic("a", "A", triggers=("…",)))).match("… … …") is None


MOSCOW = Topic("moscow", "Moscow", ("russia", "the kremlin", "cold war"))
TURKEY = Topic("turkey", "Turkey", ("türkiye",))
CALLS = Triggers.build(
    bank(
        MOSCOW,
        TURKEY,
        EMPTY,
        quoted=(MOSCOW, TURKEY),
        calls=("quote about", "quotes about", "what did ada say about", "… quote", "the ... view", "…"),
    )
)


@pytest.mark.parametrize(
    ("message", "trigger"),
    [
        ("quote about russia", "quote about Moscow"),
        ("Quotes about TÜRKIYE?", "quotes about Turkey"),
        ("does anyone have a quote about the kremlin", "quote about Moscow"),
        ("is there a quote about the cold war?", "quote about Moscow"),
        ("what did Ada say about Turkey again?", "what did ada say about Turkey"),
        ("anyone got a russia quote?", "Moscow quote"),
        ("what is the kremlin view", None),
        ("what is the russia view?", "the Moscow view"),
        ("i can't find any quotes about turkey", "quotes about Turkey"),
        ("I don't have a quote about turkey, can you give me one", None),
        ("what was that quote about russia?", "quote about Moscow"),
        ("a quote about turkey please", "quote about Turkey"),
        ("any quotes about turkey by ada", "quotes about Turkey"),
        ("any quotes about turkey 2016", "quotes about Turkey"),
        ("any quotes about turkey and russia", "quotes about Turkey"),
        ("any quotes about turkey sandwiches", None),
        ("quotes about russian dolls", None),
        ("that quote about russia was boring", None),
        ("did you like his quote about russia", None),
        ("can someone read that quote about russia", None),
        ("quotes about russia are boring", None),
        ("he has a quote about russia on his arm", None),
        ("nobody wants any quote about russia", None),
        ("please stop with the quote about russia", None),
        ("I do not need a quote about russia", None),
        ('"any quotes about russia"', None),
        ("any quotes about. russia", None),
        ("any quotes about iraq", None),
        ("anyone from russia", None),
    ],
)
def test_a_call_is_asking_with_a_topics_name(message, trigger):
    found = CALLS.match(message)
    assert (found and found.trigger) == trigger


@pytest.mark.parametrize(("between", "heard"), [(29, True), (30, False)])
def test_thirty_words_before_a_call_are_looked_at_for_whether_it_asks(between, heard):
    message = f"please {'ah ' * between}quote about russia"
    assert (CALLS.match(message) is not None) is heard


@pytest.mark.parametrize(("before", "heard"), [(3982, True), (3983, False)])
def test_of_a_message_four_thousand_characters_are_read(before, heard):
    message = f"{'.' * before}quote about russia"
    assert (CALLS.match(message) is not None) is heard


def test_a_call_of_one_word_may_begin_a_message():
    triggers = Triggers.build(bank(MOSCOW, calls=("quote",)))
    assert triggers.match("quote russia").trigger == "quote Moscow"
    assert triggers.match("quote the kremlin please").trigger == "quote Moscow"


def test_the_longest_name_decides_which_topic_a_call_means():
    war = Topic("war", "War")
    triggers = Triggers.build(bank(war, MOSCOW, calls=("quote about",)))
    assert triggers.match("quote about the cold war").topic == MOSCOW
    assert triggers.match("quote about war").topic == war


def test_a_muted_call_is_passed_over_by_whatever_name_it_is_said():
    assert CALLS.match("quote about moscow", muted={"quote about Moscow"}) is None
    assert CALLS.match("any quote about russia", muted={"quote about Moscow"}) is None
    assert CALLS.match("any quotes about russia", muted={"quote about Moscow"}) is not None


HOSTILE = [
    "any quote about russia " * 170,
    "a quote about the " * 220,
    "russia " * 570,
    "what did nato say about " * 170,
    "`" * 4000,
    "".join("`" * n + "a" for n in range(1, 88)),
    "` `` " * 800,
    "'a " * 1333,
    "‘a\n" * 1333,
    "«a\n" * 1333,
    "“„" * 2000,
    "[" * 4000,
    "[a](" * 1000,
    "<" * 4000,
    "<a" * 2000,
    "|" * 4000,
    "||a|" * 1000,
    "> " * 2000,
    "\n>" * 2000,
    " " * 4000,
    "a." * 2000,
    "a_" * 2000,
    "_" * 1000,
    "__a" * 1300,
    ":a" * 2000,
    "http://" * 571,
    "ﷺ" * 500,
    "a\u0301" * 2000,
    "/a\n" * 1333,
]


@pytest.mark.parametrize("message", HOSTILE, ids=range(len(HOSTILE)))
def test_hostile_messages_take_time_in_proportion_to_their_length(message):
    """Sixteen times the text may cost up to 48 times the processor's time; a quadratic reading costs 256 times."""

    def cost(text: str) -> float:
        tries = []
        for _ in range(2):
            began = time.process_time()
            TRIGGERS.match(text)
            CALLS.match(text)
            tries.append(time.process_time() - began)
        return min(tries)

    assert cost(message * 16) <= 48 * cost(message) + 0.1


@pytest.mark.parametrize("unit", ["ﷺ", " ﷺ", "\u0301\u0323", "⑽ ", "quote about ﷺ"])
def test_a_message_is_read_as_far_as_an_ordinary_one_however_much_it_unfolds_to(unit):
    def cost(text):
        tries = []
        for _ in range(3):
            began = time.thread_time()
            CALLS.match((text * 4000)[:4000])
            tries.append(time.thread_time() - began)
        return min(tries)

    assert cost(unit) <= 3 * cost("quote about russia, and é ") + 0.005


@given(st.text(alphabet="ab `'\"“”«»<>[]()|\n:/!._\\@é", max_size=200))
def test_prose_is_made_of_the_message(message):
    for stretch in prose(message):
        assert all(token in message for token in stretch.split())
