"""Each rule at its border: what it lets pass and what it tells."""

from datetime import date

import pytest

from bot.bank.alike import texts_differ
from bot.bank.nearest import nearest
from bot.bank.placed import Standing
from bot.bank.quote import PartialDate
from bot.bank.reader import read_bank
from bot.bank.rules import ids_are_unique
from bot.bank.when import Fault, parse_date, parse_span

TODAY = date(2021, 1, 1)
GOOD_NOTE = 'note: "[sic]"'
LUND = '"Every figure in this plan was counted twice, and the second count was mine."'


def told(folder, file, old, new):
    path = folder / file
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    return [problem.code for problem in read_bank(folder, TODAY).problems]


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("2017", PartialDate(2017)),
        ("2017-06", PartialDate(2017, 6)),
        ("2016-02-29", PartialDate(2016, 2, 29)),
        ("2021-01-01", PartialDate(2021, 1, 1)),
        ("2021", PartialDate(2021)),
        ("1000", PartialDate(1000)),
    ],
)
def test_dates_that_are_dates(written, expected):
    assert parse_date(written, TODAY) == expected


@pytest.mark.parametrize(
    ("written", "code"),
    [
        ("2017-02-29", "impossible-date"),
        ("2017-00", "impossible-date"),
        ("2017-01-32", "impossible-date"),
        ("0999", "impossible-date"),
        ("2021-01-02", "future-date"),
        ("2022", "future-date"),
        ("201", "bad-date"),
        ("20177", "bad-date"),
        ("2017-6", "bad-date"),
        ("May 2017", "bad-date"),
        ("２０１７", "bad-date"),
        ("", "bad-date"),
    ],
)
def test_dates_that_are_none(written, code):
    fault = parse_date(written, TODAY)
    assert isinstance(fault, Fault)
    assert fault.code == code


@pytest.mark.parametrize(
    ("written", "advice"),
    [
        ("May 2017", "write 2017-05"),
        ("25 May 2017", "write 2017-05-25"),
        ("25. mai 2017", None),
        ("25.5.2017", "write 2017-05-25"),
        ("2017/5/25", "write 2017-05-25"),
        ("5/25/2017", None),
    ],
)
def test_the_advice_rewrites_a_date_only_where_one_can_be_meant(written, advice):
    hint = parse_span(written, TODAY).hint
    assert hint == advice if advice else hint.startswith("write 2017, 2017-06")


def test_spans():
    assert parse_span("2014-10-01/2014-10-03", TODAY) == (PartialDate(2014, 10, 1), PartialDate(2014, 10, 3))
    assert parse_span("2014-10 / 2015", TODAY) == (PartialDate(2014, 10), PartialDate(2015))
    assert parse_span("2014/2014", TODAY) == (PartialDate(2014), PartialDate(2014))
    assert parse_span("2015/2014", TODAY).code == "date-order"
    assert parse_span("2014/2030", TODAY).code == "future-date"


@pytest.mark.parametrize(
    "words",
    [
        "[sic]",
        "a hyphen-ated - dashed – word",
        "snake_case_word",
        "e-mail a@b.example",
        "everyone, here",
        "1990 was long ago",
        "x > y",
        "number #1",
        "[Rex Tillerson] said",
        "a < b",
    ],
)
def test_words_that_look_plain(good_bank, words):
    assert told(good_bank, "sources/south.yaml", GOOD_NOTE, f'note: "{words}"') == []


@pytest.mark.parametrize(
    ("words", "code"),
    [
        ("@here", "mention"),
        ("<@!80351110224678912>", "mention"),
        ("<:smile:80351110224678912>", "mention"),
        ("<t:1618953630:R>", "mention"),
        ("_so_", "markdown"),
        ("~~so~~", "markdown"),
        ("- so", "markdown"),
        ("1. so", "markdown"),
        ("-# so", "markdown"),
        ("<https://example.org>", "markdown"),
    ],
)
def test_words_that_do_not(good_bank, words, code):
    assert told(good_bank, "sources/south.yaml", GOOD_NOTE, f'note: "{words}"') == [code]


def test_words_that_only_an_ellipsis_holds_together_are_no_proof(good_bank):
    assert told(good_bank, "sources/south.yaml", LUND, "xylophone … … …") in (["weak-proof"], ["not-in-source"])
    assert read_bank(good_bank, TODAY).bank is None


BRIDGE = (
    "    text: We build the bridge first, and we build it before the winter comes. The river will not wait for us.\n"
)
TOPICS = "topics: [bridge, river, money]"
HARBOUR = """      - The harbour feeds this town,
      - and a town that forgets its harbour forgets its children.
"""


def of_code(folder, code, old, new):
    """What is told under one code when a line of the north is another: where, how grave, and all its words."""
    path = folder / "sources" / "north.yaml"
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    found = [problem for problem in read_bank(folder, TODAY).problems if problem.code == code]
    return [(problem.line, problem.column, problem.severity, problem.message, problem.hint) for problem in found]


def sentences(count):
    return f"    text: {' '.join(['We build it.', 'Who pays?', 'Now!'][at % 3] for at in range(count))}\n"


@pytest.mark.parametrize(("count", "is_told"), [(1, False), (4, False), (5, True), (6, True)])
def test_a_passage_has_few_sentences(good_bank, count, is_told):
    words = f"this has {count} sentences; a passage people quote has one to 4"
    expected = [(14, 11, "warning", words, "divide it into several quotes")]
    assert of_code(good_bank, "too-many-sentences", BRIDGE, sentences(count)) == (expected if is_told else [])


@pytest.mark.parametrize(("second", "count"), [("Now! We build it.", 5), ("now! We build it.", 4)])
def test_the_sentences_of_all_segments_are_counted_and_one_may_go_on_in_the_next(good_bank, second, count):
    segments = f"      - We build it. Who pays? Now!\n      - {second}\n"
    found = of_code(good_bank, "too-many-sentences", HARBOUR, segments)
    assert [message.split(";")[0] for *_, message, _ in found] == [f"this has {count} sentences"] * (count > 4)


def test_a_sentence_is_counted_once_however_many_marks_end_it(good_bank):
    text = "    text: We build it... Who pays?! Now! We build it.\n"
    assert of_code(good_bank, "too-many-sentences", BRIDGE, text) == []


def test_of_full_stops_those_of_short_words_end_nothing(good_bank):
    text = "    text: Mr. A. B. Berg met Dr. C. D. Foss on the bridge.\n"
    assert of_code(good_bank, "too-many-sentences", BRIDGE, text) == []


@pytest.mark.parametrize(("length", "is_told"), [(999, False), (1000, False), (1001, True), (1400, True)])
def test_segments_fit_a_card_together(good_bank, length, is_told):
    """Between them stands what a card shows there, of which each has its characters."""
    from bot.bank.quote import Quote, Source, Speaker

    parts = ("a" * 600, "b" * (length - 600))
    shown = len(Quote("q", parts, Speaker("s", "S", "S", "S"), Source("s", "S", "article"), ()).text)
    parts = (parts[0], parts[1][: length - 600 - (shown - length)])
    new = "".join(f"      - {part}\n" for part in parts)
    words = f"the segments have {length:,} characters together; a card has room for 1,000"
    expected = [(19, 9, "error", words, "divide them into several quotes")]
    told_of = of_code(good_bank, "too-long", HARBOUR, new)
    assert told_of == (expected if length > 1000 else [])


@pytest.mark.parametrize("length", [1000, 1001])
def test_a_text_that_is_too_long_is_told_once(good_bank, length):
    assert len(of_code(good_bank, "too-long", BRIDGE, f"    text: {'a' * length}\n")) == (length > 1000)


@pytest.mark.parametrize(
    ("topics", "few"), [("bridge", "there is one topic"), ("bridge, river", "there are 2 topics"), ("", None)]
)
def test_few_topics_are_told_in_words(good_bank, topics, few):
    expected = [(15, 13, "warning", f"{few}; 3 to 6 let people find it", "add what else it is about")]
    assert of_code(good_bank, "too-few-topics", TOPICS, f"topics: [{topics}]") == (expected if few else [])


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("text: We build the bridge", "text: We build @here the bridge"),
        ("- The harbour", "- The @here harbour"),
        ("question: What", "question: What @here"),
        ("after: The council", "after: The @here council"),
        ("after: The council", 'before: "@here"\n    after: The council'),
        ("after: The council", 'note: "@here"\n    after: The council'),
    ],
)
def test_a_mark_is_told_in_whatever_is_shown(good_bank, old, new):
    assert len(of_code(good_bank, "mention", old, new)) == 1


def test_marks_are_told_in_each_text_of_a_quote(good_bank):
    marked = "".join(f'    {name}: "*{name}*"\n' for name in ("text", "question", "before", "note"))
    told(good_bank, "sources/north.yaml", "    question: What will the town build first with the money it has?\n", "")
    problems = of_code(good_bank, "markdown", BRIDGE, marked + '    after: "*after*"\n')
    assert [message.split("”")[0] for *_, message, _ in problems] == [
        f"“{name}" for name in ("text", "question", "before", "note", "after")
    ]


@pytest.mark.parametrize("text", ['"- so we build the bridge"', '"we build](the bridge"'])
def test_a_mark_is_told_of_a_quote_that_is_nothing_but_its_text(good_bank, text):
    file = "sources/south.yaml"
    told(good_bank, file, '    note: "[sic]"\n', "")
    assert "markdown" in told(good_bank, file, LUND, text)


def test_marks_are_told_with_what_they_are(good_bank):
    hint = "it pings nobody, but write the name instead if the article does"
    expected = [(22, 12, "warning", "“after” holds a mention (@here)", hint)]
    after = "The council votes on the plan in May"
    assert of_code(good_bank, "mention", after, '"the @here vote"') == expected
    hint = "it will be shown as it is; delete the mark unless the article has it"
    expected = [(22, 12, "warning", "“after” holds a Markdown mark (#)", hint)]
    assert of_code(good_bank, "markdown", '"the @here vote"', '"# a vote"') == expected


def test_an_id_that_is_taken_is_told_with_where(good_bank):
    found = of_code(good_bank, "duplicate-id", "id: two-halves", "id: bridge-first")
    message = "the id “bridge-first” is taken: it stands in sources/north.yaml:13"
    assert [(*told_of[:3], told_of[3].replace(f"{good_bank.as_posix()}/", ""), told_of[4]) for told_of in found] == [
        (17, 9, "error", message, "choose another id")
    ]


def test_a_quote_without_an_id_hides_no_id_that_is_taken_behind_it():
    quotes = [standing(name, "Words.", line) for line, name in enumerate(("", "one", "", "one"), start=1)]
    assert [problem.line for problem in ids_are_unique(quotes)] == [4]


def standing(name, text, line=1):
    return Standing(name, text, f"{name}.yaml", (line, 1), (line, 3))


LONG = "We cannot choose between either dialogue with our neighbour or deterrence and defence; we need both of them."


@pytest.mark.parametrize(
    ("other", "code"),
    [
        (LONG.upper().replace("’", "'"), "duplicate-text"),
        (LONG.replace("neighbour", "neighbours"), "near-duplicate"),
        (LONG.replace("both of them", "both"), "near-duplicate"),
        ("We need " + LONG, "near-duplicate"),
        ("We cannot choose between the bridge and the harbour; we need both of them.", None),
        (LONG[: len(LONG) // 2], None),
    ],
)
def test_alike_texts(other, code):
    found = list(texts_differ([standing("first", LONG), standing("second", other, 7)]))
    assert [problem.code for problem in found] == ([code] if code else [])
    if code:
        assert (found[0].file, found[0].line, found[0].column) == ("second.yaml", 7, 3)
        assert "first.yaml:1" in found[0].message


def test_texts_that_share_a_phrase_are_not_alike():
    ends = ["bridges and boats", "the long winter", "who pays for it", "what our children learn", "music"]
    quotes = [standing(f"q{at}", f"We need to talk, and talk soon, about {end}.") for at, end in enumerate(ends)]
    assert list(texts_differ(quotes)) == []


@pytest.mark.parametrize(
    ("word", "expected"), [("rusia", "russia"), ("txt", "text"), ("xylophone", None), ("", None), ("r" * 10_000, None)]
)
def test_the_nearest_word(word, expected):
    assert nearest(word, ["russia", "text", "topics"]) == expected
