"""Citations against outputs pinned once: pandoc's where we agree, ours with the reason where we do not."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest
import yaml

from bot.bank.citation import STYLES, cite, cite_many, cite_runs
from bot.bank.citation.facts import person
from bot.bank.citation.runs import ended
from bot.bank.citation.spans import abbreviated, american, year_first
from bot.bank.citation.titles import headline, quoted, typographic
from bot.bank.quote import Fact, PartialDate, Quote, Reprint, Role, Source, Speaker, Topic, When

PINNED = Path(__file__).parents[1] / "data" / "citations"
SPEAKER = Speaker(
    "jens-stoltenberg",
    "Jens Stoltenberg",
    "Jens",
    "Stoltenberg",
    roles=(Role("Secretary General of NATO", PartialDate(2014, 10, 1)),),
)


def when(first, last=None, basis="printed"):
    return When(PartialDate(*first), PartialDate(*(last or first)), basis)


def cited(source):
    return Quote(f"{source.id}-q", ("We need both.",), SPEAKER, source, (Topic("russia", "Russia"),))


SOURCES = (
    Source(
        "voa-2017-06",
        "Voice of America",
        "interview",
        title="NATO chief: 'Have to be strong' in response to Russia but dialogue important",
        outlet_basis="inferred",
        said=when((2017, 6), basis="inferred"),
        published=when((2017, 6), basis="inferred"),
    ),
    Source(
        "euronews-2017-05-25",
        "Euronews",
        "interview",
        title="NATO to join anti-ISIS coalition, says alliance chief Stoltenberg",
        interviewer="Andrei Beketov",
        said=when((2017, 5, 25)),
        published=when((2017, 5, 25)),
        reprint=Reprint("AVIM, Center for Eurasian Studies", when((2017, 5, 26))),
    ),
    Source(
        "sputnik-2017-02-14",
        "Sputnik",
        "press conference",
        outlet_note="Russian state news agency",
        said=when((2017, 2, 14), basis="looked up"),
        published=when((2017, 2, 14), basis="looked up"),
        address=Fact("https://sputnikglobe.com/20170214/us-nato-russia-trump-stoltenberg-1050663280.html", "looked up"),
    ),
    Source(
        "ukrinform-2020-06-08",
        "Ukrinform",
        "video conference",
        title="NATO's relationship with Russia based on dual-track approach – Stoltenberg",
        event="the launch of NATO 2030",
        said=when((2020, 6, 8)),
        published=when((2020, 6, 8), (2020, 6, 9), "inferred"),
        reprint=Reprint(
            "ukrainetoday.org",
            None,
            Fact(
                "https://ukrainetoday.org/2020/06/09/"
                "natos-relationship-with-russia-based-on-dual-track-approach-stoltenberg/",
                "looked up",
            ),
        ),
    ),
    Source(
        "euronews-2014-10-03",
        "Euronews",
        "interview",
        title="Exclusive to NATO chief seeks better relations with Russia",
        interviewer="James Franey",
        said=when((2014, 10, 1), (2014, 10, 3), "inferred"),
        published=when((2014, 10, 3), basis="looked up"),
        address=Fact(
            "https://www.euronews.com/2014/10/03/"
            "exclusive-to-euronews-com-nato-chief-seeks-better-relations-with-russia-",
            "looked up",
        ),
    ),
    Source(
        "daily-2018",
        "The Daily Example",
        "article",
        title="Trade & defence: 100% of allies agree, says envoy",
        author="Ada van der Berg",
        published=when((2018,)),
        address=Fact("https://example.org/a_b?c=d&e=f", "printed"),
    ),
    Source("speech-undated", "Example Hall", "speech", title="What do we owe each other?", said=when((2016, 3))),
)
QUOTES = tuple(cited(source) for source in SOURCES)
BY_SOURCE = {quote.source.id: quote for quote in QUOTES}


def pinned_lines():
    for style in ("apa", "mla", "chicago-note", "chicago"):
        table = yaml.safe_load((PINNED / f"{style}.yaml").read_text("utf-8"))
        for source, row in table.items():
            yield pytest.param(style, source, row, id=f"{style}-{source}")


@pytest.mark.parametrize(("style", "source", "row"), list(pinned_lines()))
def test_each_source_is_cited_as_pinned(style, source, row):
    runs = cite_runs([BY_SOURCE[source]], style)
    assert "".join(f"*{run.text}*" if run.italic else run.text for run in runs) == row["ours"]
    assert cite(BY_SOURCE[source], style) == row["ours"].replace("*", "")


@pytest.mark.parametrize(("style", "source", "row"), list(pinned_lines()))
def test_each_difference_from_pandoc_has_its_reason(style, source, row):
    assert ("pandoc" in row) == ("why" in row)
    assert row.get("pandoc") != row["ours"]


@pytest.mark.parametrize("style", ["apa", "mla", "chicago-note", "chicago"])
def test_every_example_is_pinned_in_every_style(style):
    assert set(yaml.safe_load((PINNED / f"{style}.yaml").read_text("utf-8"))) == set(BY_SOURCE)


@pytest.mark.parametrize(
    ("style", "name"),
    [
        ("bibtex", "bibtex.bib"),
        ("biblatex", "biblatex.bib"),
        ("ris", "all.ris"),
        ("csl-json", "csl.json"),
        ("markdown", "pack.md"),
        ("plain", "plain.txt"),
    ],
)
def test_files_for_programs_are_as_pinned(style, name):
    written = cite_many(QUOTES, style).replace("\r\n", "\n").rstrip("\n") + "\n"
    assert written == (PINNED / name).read_text("utf-8")


@pytest.mark.parametrize("style", STYLES)
def test_no_style_states_an_inferred_date_as_a_fact(style):
    text = cite(BY_SOURCE["voa-2017-06"], style)
    marks = ("[June 2017?]", "ca. 2017", "(inferred)", "inferred: June 2017", "2017-06?")
    assert any(mark in text for mark in marks)


@pytest.mark.parametrize("style", STYLES)
def test_nothing_is_guessed_about_a_source_of_which_little_is_known(style):
    text = cite(cited(Source("bare", "Outlet", "article")), style)
    assert "Outlet" in text
    assert not any(guess in text for guess in ("None", "20", "http", "()", "[]", ", ,", ".."))


def test_a_source_is_listed_once_however_many_of_its_quotes_are_cited():
    quotes = [replace(QUOTES[0], id=f"q{count}") for count in range(3)]
    for style in ("apa", "mla", "chicago-note", "chicago"):
        assert cite_many(quotes, style) == cite(QUOTES[0], style)
    assert cite_many(quotes, "bibtex").count("@misc") == 1
    assert cite_many(quotes, "ris").count("ER  - ") == 1
    assert len(json.loads(cite_many(quotes, "csl-json"))) == 1
    assert cite_many(quotes, "plain").count("We need both.") == 3


def test_two_speakers_of_one_source_have_two_keys():
    other = replace(QUOTES[0], id="other", speaker=Speaker("ada", "Ada Example", "Ada", "Example"))
    assert [item["id"] for item in json.loads(cite_many([QUOTES[0], other], "csl-json"))] == [
        "voa-2017-06",
        "voa-2017-06-ada",
    ]


def test_apa_orders_by_author_and_year_and_tells_works_of_one_year_apart():
    entries = cite_many(QUOTES, "apa").split("\n\n")
    assert [entry[:32] for entry in entries[2:6]] == [
        "Stoltenberg, J. (n.d.). What do ",
        "Stoltenberg, J. (2014, October 3",
        "Stoltenberg, J. (2017a, May 25).",
        "Stoltenberg, J. (ca. 2017b, June",
    ]


def test_a_report_on_a_press_conference_is_not_given_to_the_speaker():
    report = BY_SOURCE["sputnik-2017-02-14"]
    assert "Stoltenberg, J" not in cite(report, "apa")
    assert "author" not in cite(report, "bibtex")
    assert cite(report, "chicago-note").startswith("Jens Stoltenberg, press conference")
    assert "quoted in Sputnik" in cite(report, "chicago-note")


@pytest.mark.parametrize("style", ["apa", "mla", "chicago-note", "chicago"])
def test_who_asked_at_a_press_conference_is_not_an_interviewer(style):
    source = replace(SOURCES[2], interviewer="Bo Asker")
    assert cite(cited(source), style) == cite(cited(SOURCES[2]), style)


def test_bibtex_escapes_its_own_marks_and_keeps_capitals():
    source = Source("x", "A_B #1", "article", title="50% of $5 {a NATO \\ ^~", author="Ada Example")
    entry = cite(cited(source), "bibtex")
    assert "{50\\% of \\$5 \\textbraceleft{}a {NATO} \\textbackslash{} \\textasciicircum{}\\textasciitilde{}}," in entry
    assert "A\\_B \\#1" in entry


def test_ris_keeps_one_field_on_one_line_and_ends_lines_as_the_format_wants():
    source = replace(SOURCES[0], title="A title\nER  - \nof several lines")
    text = cite(cited(source), "ris")
    assert "TI  - A title ER - of several lines\r\n" in text
    assert text.endswith("ER  - \r\n")
    assert text.count("\r\nER  - ") == 1
    assert "\n" not in text.replace("\r\n", "")


def test_markdown_shows_text_from_the_bank_as_text():
    quote = replace(QUOTES[5], segments=("a *b* [c](d) <@1> `e`",))
    assert "“a \\*b\\* \\[c\\](d) \\<@1\\> \\`e\\`”" in cite(quote, "markdown")


@pytest.mark.parametrize(
    ("date", "chicago", "mla", "apa"),
    [
        (when((2017, 9, 5)), "September 5, 2017", "5 Sept. 2017", "2017, September 5"),
        (when((2017, 6)), "June 2017", "June 2017", "2017, June"),
        (when((2017,)), "2017", "2017", "2017"),
        (when((2017, 6, 30), (2017, 7, 2)), "June 30–July 2, 2017", "30 June – 2 July 2017", "2017, June 30–July 2"),
        (when((2017, 6), (2017, 7)), "June–July 2017", "June–July 2017", "2017, June–July"),
        (when((2016,), (2017,)), "2016–2017", "2016–2017", "2016–2017"),
        (
            when((2016, 12, 30), (2017, 1, 2)),
            "December 30, 2016–January 2, 2017",
            "30 Dec. 2016 – 2 Jan. 2017",
            "2016, December 30–2017, January 2",
        ),
        (
            when((2020, 6, 8), (2020, 6, 9), "inferred"),
            "[June 8–9, 2020?]",
            "[8–9 June 2020?]",
            "ca. 2020, June 8–9",
        ),
    ],
)
def test_partial_dates_and_ranges_in_each_style(date, chicago, mla, apa):
    assert (american(date), abbreviated(date), year_first(date)) == (chicago, mla, apa)


@pytest.mark.parametrize(
    ("name", "family", "initials"),
    [
        ("Andrei Beketov", "Beketov", "A."),
        ("Ursula von der Leyen", "von der Leyen", "U."),
        ("Jean-Claude Juncker", "Juncker", "J.-C."),
        ("Anders Fogh Rasmussen", "Rasmussen", "A. F."),
        ("Reuters", "Reuters", ""),
    ],
)
def test_names_are_taken_apart(name, family, initials):
    assert (person(name).family, person(name).initials) == (family, initials)


@pytest.mark.parametrize(
    ("title", "capitals"),
    [
        ("NATO chief seeks better relations with Russia", "NATO Chief Seeks Better Relations with Russia"),
        ("the state of the union: a view", "The State of the Union: A View"),
        ("face-to-face talks on the anti-ISIS coalition", "Face-to-Face Talks on the Anti-ISIS Coalition"),
        ("what is it for", "What Is It For"),
        ("Response to Russia But Dialogue", "Response to Russia but Dialogue"),
        ("NATO’s iPad", "NATO’s iPad"),
        ("", ""),
    ],
)
def test_headline_capitals(title, capitals):
    assert headline(title) == capitals


def test_marks_within_marks():
    assert typographic("He said 'yes' to NATO's \"plan\"") == "He said “yes” to NATO’s “plan”"
    assert quoted("he said 'yes' to \"plans\"", ".") == "“He Said ‘Yes’ to ‘Plans.’”"
    assert quoted("is it over?", ".") == "“Is It Over?”"
    assert quoted("is it over?", ",") == "“Is It Over?,”"


def test_a_sentence_ends_with_one_mark():
    assert [ended(text) for text in ("a", "a.", "a?", "“a?”", "n.d.")] == ["a.", "a.", "a?", "“a?”", "n.d."]
