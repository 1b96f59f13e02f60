"""Drafting: all direct speech and nothing else, who says it, and what is not certain."""

from __future__ import annotations

import os
import random
import time
from pathlib import Path
from types import SimpleNamespace

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from bot.bank.article import Article, from_page, read_article
from bot.bank.drafting import layout
from bot.bank.drafting.draft import draft
from bot.bank.drafting.layout import only_article, paragraphs
from bot.bank.drafting.passages import MOST_SENTENCES, passages
from bot.bank.drafting.printed_dates import printed_dates
from bot.bank.drafting.speech import _once, find_speech, spans
from bot.bank.drafting.written import written
from bot.bank.fingerprint import make, parse, proves
from bot.bank.reader import read_bank
from bot.bank.sentences import sentences
from bot.errors import CallError
from bot.strict_yaml import read_yaml
from bot.text import words

MADE_UP = Path(__file__).parents[1] / "data" / "articles_made_up"
EXPECTED = yaml.safe_load((MADE_UP / "expected.yaml").read_text(encoding="utf-8"))
QUOTES = Path(__file__).parents[2] / "quotes"
CASES = sorted(EXPECTED)


def drafted(name):
    return draft(read_article(MADE_UP / name))


def test_every_made_up_article_is_expected():
    assert sorted(path.name for path in MADE_UP.iterdir() if path.name != "expected.yaml") == CASES


@pytest.mark.parametrize("name", CASES)
def test_what_is_said_is_found_with_who_says_it(name):
    found = [[quote.speaker, quote.text] for quote in drafted(name).quotes]
    assert found == EXPECTED[name]["said"]


@pytest.mark.parametrize("name", CASES)
def test_what_nobody_says_is_never_proposed(name):
    article = " ".join(words(read_article(MADE_UP / name).text + (MADE_UP / name).read_text(encoding="utf-8")))
    proposed = [" ".join(words(quote.text)) for quote in drafted(name).quotes]
    assert proposed
    for trap in EXPECTED[name]["never"]:
        folded = " ".join(words(trap))
        assert folded in article, f"{trap!r} does not stand in {name}"
        assert not any(folded in text for text in proposed)


@pytest.mark.parametrize("name", CASES)
def test_marks_that_do_not_match_are_told(name):
    assert len(drafted(name).speech.doubts) == EXPECTED[name].get("doubts", 0)


@pytest.mark.parametrize("name", CASES)
def test_a_proposal_names_its_place_in_the_file(name):
    path = MADE_UP / name
    file, article = path.read_text(encoding="utf-8"), read_article(path)
    quotes = draft(article).quotes
    assert quotes
    for quote in quotes:
        for (start, end), text in zip(quote.segments, quote.texts, strict=True):
            first, last = article.in_file(start, end)
            standing = from_page(f"<p>{file[first:last]}</p>").text if name.endswith(".html") else file[first:last]
            assert words(standing) == words(text)


@pytest.mark.parametrize("name", CASES)
def test_the_fingerprint_beside_a_draft_proves_what_is_long_enough(name):
    found, text = drafted(name), read_article(MADE_UP / name).text
    fingerprint = make(only_article(text, found.speech.layout), "made-up", speech=spans(found.speech))
    assert [quote.text for quote in found.quotes if proves(fingerprint, quote.texts) is None] == []
    for trap in EXPECTED[name]["never"]:
        assert proves(fingerprint, [trap]) is None


@pytest.mark.parametrize("name", CASES)
def test_a_draft_is_yaml_as_the_bank_reads_it(name):
    root, problems = read_yaml(written(drafted(name), name).encode(), name)
    assert problems == []
    assert [[*quote.entries] for quote in root.entries["quotes"].items]


ARTICLES = os.environ.get("QUOTH_ARTICLES")
with_articles = pytest.mark.skipif(
    not ARTICLES, reason="the articles are not shipped; QUOTH_ARTICLES names their folder"
)
SOURCES = sorted(path.stem for path in (QUOTES / "sources").glob("*.yaml"))


@pytest.fixture(scope="module")
def bank():
    reading = read_bank(QUOTES)
    assert reading.bank is not None
    return reading.bank


def of_article(source, bank):
    article = read_article(Path(ARTICLES) / f"{source}.txt")
    return article, draft(article, speakers=bank.speakers, topics=bank.topics)


@with_articles
@pytest.mark.parametrize("source", SOURCES)
def test_nothing_the_bank_holds_is_missed(source, bank):
    article, found = of_article(source, bank)
    said = make(article.text, source, speech=[span for quote in found.quotes for span in quote.segments])
    missed = [quote.id for quote in bank.by_source[source] if proves(said, quote.segments) is None]
    assert missed == []
    assert {quote.speaker for quote in found.quotes} == {quote.speaker.name for quote in bank.by_source[source]}


@with_articles
@pytest.mark.parametrize("source", SOURCES)
def test_nothing_is_proposed_that_the_bank_does_not_hold(source, bank):
    _, found = of_article(source, bank)
    assert found.quotes
    held = " ".join(word for quote in bank.by_source[source] for word in words(quote.text))
    for quote in found.quotes:
        for text in quote.texts:
            for start, end in sentences(text):
                assert " ".join(words(text[start:end])) in held


@with_articles
def test_most_quotes_of_the_bank_lie_within_one_proposal(bank):
    inside = 0
    for source in SOURCES:
        proposed = [" ".join(words(quote.text)) for quote in of_article(source, bank)[1].quotes]
        inside += sum(any(" ".join(words(quote.text)) in text for text in proposed) for quote in bank.by_source[source])
    assert inside >= 0.9 * len(bank.quotes)


@with_articles
@pytest.mark.parametrize("source", SOURCES)
def test_the_shipped_fingerprints_are_what_the_command_makes(source):
    text = read_article(Path(ARTICLES) / f"{source}.txt").text
    speech = find_speech(text)
    shipped = parse((QUOTES / "fingerprints" / f"{source}.txt").read_text(encoding="utf-8"), source)
    assert make(only_article(text, speech.layout), source, speech=spans(speech)) == shipped


def test_what_the_press_release_and_the_page_print_about_themselves():
    page = {key: (guess.value, guess.basis) for key, guess in drafted("web-page.html").source.facts.items()}
    assert page == {
        "title": ("Last keeper of the Skerry light retires", "printed"),
        "outlet": ("The Skerry Post", "printed"),
        "kind": ("article", "printed"),
        "author": ("Moira Flett", "printed"),
        "published": ("2016-11-30", "printed"),
        "address": ("https://example.org/skerry/last-keeper", "printed"),
    }
    answers = drafted("questions-and-answers.txt").source.facts
    assert answers["kind"].value == "interview"
    assert answers["published"].value == "2021-06-12"
    assert "outlet" not in answers


def test_a_page_says_who_wrote_it_and_in_which_language():
    page = (
        '<html lang="{}"><meta name="author" content="Moira Flett"><p>“It will be a quiet winter,” Ada Cole said.</p>'
    )
    found = draft(from_page(page.format("de-AT")))
    assert found.source.facts["author"].value == "Moira Flett"
    assert "\n  author: Moira Flett\n" in written(found, "article.html")
    assert "\n  language: de\n" in written(found, "article.html")
    assert "language" not in draft(from_page(page.format("en-GB"))).source.facts


ASKED = (
    "Reporter: How did the ferry begin to run again after that winter?",
    "Reporter: And who paid for the ice to be broken in the harbour?",
)
ANSWERED = (
    "We asked everybody on the western bay to help us, and they did so at once.",
    "Nobody asked us to pay for any of it, and nobody ever will, I hope.",
)


def said_in(*paragraphs):
    return [(quote.speaker, quote.text) for quote in draft(Article("\n\n".join(paragraphs))).quotes]


@pytest.mark.parametrize(
    ("behind", "answer"),
    [
        ("Mayor of Weir Well, nobody asked us to pay for any of it.", "Well, nobody asked us to pay for any of it."),
        ("Mayor of Weir It’s nothing that we had to pay for.", "It’s nothing that we had to pay for."),
        ("Mayor of Weir said nothing at all. We did not ask her.", None),
        ("Harbour Bridge Ferry Company Board Room Number Nine House", None),
    ],
    ids=["behind an office", "a short form", "in the reporter's words", "no word that begins one"],
)
def test_an_answer_begins_behind_a_name_and_an_office_that_no_colon_ends(behind, answer):
    found = said_in(
        ASKED[0], f"Anna Lund: {ANSWERED[0]}", ASKED[1], f"Anna Lund, {behind}", ASKED[0], f"Anna Lund: {ANSWERED[1]}"
    )
    said = [ANSWERED[0], *([answer] if answer else []), ANSWERED[1]]
    assert found == [("Anna Lund", one) for one in said]


def test_what_looks_like_a_label_and_is_nobodys_is_part_of_the_answer():
    goes_on = f"One thing: {ANSWERED[1]}"
    found = said_in(ASKED[0], f"Anna Lund: {ANSWERED[0]}", goes_on, ASKED[1], "Anna Lund:", f"Anna Lund: {ANSWERED[1]}")
    assert found == [("Anna Lund", one) for one in (ANSWERED[0], goes_on, ANSWERED[1])]


def test_where_only_questions_have_a_label_what_stands_behind_them_is_an_answer():
    assert said_in(ASKED[0], ANSWERED[0], ASKED[1], ANSWERED[1]) == [(None, one) for one in ANSWERED]


def test_no_date_is_made_up():
    source = drafted("press-release.txt").source
    assert "published" not in source.facts
    assert source.notes == ("the text speaks of 2019-03-04; is it the day it was said?",)


@pytest.mark.parametrize(
    ("printed", "date"),
    [
        ("25 May 2017", (2017, 5, 25)),
        ("25th May, 2017", (2017, 5, 25)),
        ("May 25, 2017", (2017, 5, 25)),
        ("- 26.05.2017", (2017, 5, 26)),
        ("18. Oktober 2018", (2018, 10, 18)),
        ("1er août 2020", (2020, 8, 1)),
        ("3 de marzo de 2021", (2021, 3, 3)),
        ("2016-11-30T08:00:00Z", None),
        ("5/6/2017", None),
        ("31 June 2017", None),
        ("June 2017", None),
        ("99 bottles 2017", None),
    ],
)
def test_dates_are_read_where_they_are_printed_to_the_day(printed, date):
    found = [(one.date.year, one.date.month, one.date.day) for one in printed_dates(printed)]
    assert found == ([date] if date else [])


def test_topics_are_those_the_words_name(bank):
    article = Article(
        'Minister speaks\n\n"We talk to Moscow because Ukraine is at war, and talking is cheaper," Ada Cole said.'
    )
    [quote] = draft(article, topics=bank.topics, speakers=bank.speakers).quotes
    assert {"russia", "ukraine"} <= set(quote.topics)


def test_ids_are_new_short_and_made_of_the_words():
    text = "\n\n".join(
        ['"Bridges are cheaper than walls, and they last longer," Ada Cole said.']
        + [f'"Bridges are cheaper than walls, number {number} says," Ada Cole said.' for number in range(3)]
    )
    taken = {"bridges-cheaper-walls-last", "bridges-cheaper-walls-last-2"}
    ids = [quote.id for quote in draft(Article(text), taken=taken).quotes]
    assert len(set(ids)) == 4
    assert ids[0] == "bridges-cheaper-walls-last-3"
    assert all(len(one) <= 40 for one in ids)


def test_a_long_answer_becomes_passages_of_whole_sentences():
    rng = random.Random(7)
    said = [" ".join(["Word"] + ["word"] * rng.randrange(2, 40)) + "." for _ in range(30)]
    text = " ".join(said)
    found = list(passages(text, [(0, len(text))]))
    assert " ".join(text[start:end] for [(start, end)] in found) == text
    assert all(1 <= len(sentences(text, start, end)) <= MOST_SENTENCES for [(start, end)] in found)


def test_what_leans_on_the_sentence_before_it_stays_with_it():
    text = "We met the mayor in spring. He said little. Roads were discussed for an hour. But nothing was built at all."
    found = [text[start:end] for [(start, end)] in passages(f"{text} {text}", [(0, 2 * len(text) + 1)])]
    assert len(found) > 1
    assert not any(passage.startswith(("He ", "But ")) for passage in found)


def test_lines_of_a_wrapped_text_are_one_paragraph():
    wrapped = "A text that was\nwrapped at such a\nwidth.\n\nAnother one."
    assert [part.text.split() for part in paragraphs(wrapped)] == [
        ["A", "text", "that", "was", "wrapped", "at", "such", "a", "width."],
        ["Another", "one."],
    ]


def test_lines_of_an_unwrapped_text_are_paragraphs_of_their_own():
    text = "x" * 200 + ".\nA short line.\nAnd another one."
    assert len(list(paragraphs(text))) == 3


@given(st.text(alphabet="ab .,?!:\n\"“”„«»‘’'—-1Q", max_size=200))
def test_no_text_is_too_odd(text):
    found = draft(Article(text))
    assert all(0 <= start < end <= len(text) for quote in found.quotes for start, end in quote.segments)
    assert read_yaml(written(found, "odd.txt").encode(), "odd.yaml")[1] == []


@given(st.text(alphabet='<>/apbqtdivscriptcomments="&;#x “”\n', max_size=200))
def test_no_page_is_too_odd(page):
    article = from_page(page)
    assert article.offsets is not None
    assert len(article.offsets) == len(article.text)
    assert all(0 <= offset < len(page) for offset in article.offsets)


SAID = "<h1>A title of four words</h1><p>“We have come a long way to say this,” Ada Cole said.</p>"

COMMENT = "<article><h2>Bob</h2><p>“We have come a long way,” Ada Cole said.</p></article>"


@pytest.mark.parametrize(
    "page",
    [
        f"<html><body>{SAID}</body></html>",
        f"<body class='has-sidebar share-page'><div class='page no-comments'>{SAID}</div></body>",
        f"<html><form action='/'><div id='related'></div>{SAID}</form></html>",
        f"<html><p class=share>Share this<p class=tags>Tags{SAID}</html>",
        f"<html><ul><li class='share'>One<li>Two</ul>{SAID}",
        f"<!-- saved --><!DOCTYPE html><script>if (a < b) '</p>'</script>{SAID}<div id='comments'>{COMMENT}</div>",
        f"<html><svg><title>An icon of ours</title></svg>{SAID}<br/><img src=x></html>",
    ],
)
def test_pages_of_all_kinds_are_read(page):
    [quote] = draft(from_page(page)).quotes
    assert (quote.speaker, quote.text) == ("Ada Cole", "We have come a long way to say this")


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"\xff\xfeA\x00", "not UTF-8"),
        (b"GIF89a\x00\x01", "not a text file"),
        (b"x" * (8 * 1024 * 1024 + 1), "larger than"),
    ],
)
def test_what_is_no_text_is_refused(tmp_path, data, message):
    path = tmp_path / "article.txt"
    path.write_bytes(data)
    with pytest.raises(CallError, match=message):
        read_article(path)


@pytest.mark.parametrize("ending", ["txt", "html"])
def test_invisible_characters_do_not_come_into_the_bank(tmp_path, ending):
    path = tmp_path / f"article.{ending}"
    title, said = "A title\u202e of four words", "“We have\u200b come \u202aa long\x07 way\u2028 today,” Ada Cole said."
    page = f"<h1>{title}</h1>\n<p>{said.replace('long', '&#x202e;long')}</p>"
    path.write_text("\ufeff" + (page if ending == "html" else f"{title}\n\n{said}"), encoding="utf-8")
    found = draft(read_article(path))
    assert [quote.speaker for quote in found.quotes] == ["Ada Cole"]
    assert read_yaml(written(found, path.name).encode(), "f.yaml")[1] == []
    file = path.read_text(encoding="utf-8")
    start, end = read_article(path).in_file(*found.quotes[0].segments[0])
    assert file[start:end].startswith("We have")
    assert file[start:end].endswith("today")


def test_a_missing_article_is_told(tmp_path):
    with pytest.raises(CallError, match=r"cannot read .*gone\.txt"):
        read_article(tmp_path / "gone.txt")


@pytest.mark.parametrize("again", ["We need both", "of them today", "need both of", "We need both of them today"])
def test_a_pulled_out_quotation_is_no_second_statement(again):
    text = f"{again} | We need both of them today"
    pulled, whole = (SimpleNamespace(segments=((at, end),)) for at, end in ((0, len(again)), (len(again), len(text))))
    assert list(_once(text, [pulled, whole])) == [whole]


def test_words_that_another_statement_only_begins_like_are_a_statement():
    text = '"We need bothersome rules today," Ada Cole said in the hall. "We need both," Ada Cole said.'
    assert len(spans(find_speech(text))) == 2


@pytest.mark.parametrize("mark", ["#", "-", "(", "©", " "])
def test_a_line_of_marks_takes_no_time_by_the_cube_of_its_length(mark):
    def cost(length):
        tries = []
        for _ in range(5):
            began = time.thread_time()
            layout._END.match(mark * length + "0")
            tries.append(time.thread_time() - began)
        return min(tries)

    assert cost(1200) < 40 * max(cost(300), 0.0005), "by the square it takes sixteen times as long, by the cube 64"
