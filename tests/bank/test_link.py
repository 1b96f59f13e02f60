"""Links to the passage itself: what a browser reads out of them, and what fits a Discord button."""

from __future__ import annotations

from dataclasses import replace
from urllib.parse import unquote

import pytest

from bot.bank.link import LINK_LIMIT, address_of, link_label, passage_link
from bot.bank.quote import Fact, Quote, Reprint, Source, Speaker
from bot.text import words

SOURCE = Source("s", "Outlet", "interview", address=Fact("https://example.org/a", "printed"))
LONG = "We cannot choose between either dialogue with Russia or deterrence and defence. We need both."


def quote(*segments, before=None, after=None, source=SOURCE):
    speaker = Speaker("a", "Ada Example", "Ada", "Example")
    return Quote("q", segments or (LONG,), speaker, source, (), before=before, after=after)


def at(address):
    return replace(SOURCE, address=Fact(address, "printed"))


def directives(link):
    """The parts of each directive, decoded as a browser does after it has split them."""
    return [
        [unquote(part) for part in directive.removeprefix("text=").split(",")]
        for directive in link.partition(":~:")[2].split("&")
    ]


def test_a_long_quote_is_found_by_its_first_and_last_words():
    assert passage_link(quote()) == (
        "https://example.org/a#:~:text=We%20cannot%20choose%20between%20either,and%20defence.%20We%20need%20both"
    )


def test_a_short_quote_stands_in_the_link_whole():
    assert directives(passage_link(quote("We need both."))) == [["We need both"]]


def test_the_words_around_come_first_and_the_words_alone_follow():
    link = passage_link(quote(before="he told the reporter: it's clear.", after="That is the point, he said"))
    assert directives(link) == [
        ["reporter: it's clear.-", "We cannot choose between either", "and defence. We need both.", "-That is the"],
        ["We cannot choose between either", "and defence. We need both"],
    ]


def test_each_segment_of_a_split_quotation_is_shown_and_the_reporters_words_are_not():
    link = passage_link(quote("It is about Ukraine", "and it's not easy.", before="he said", after="he went on"))
    assert directives(link) == [["It is about Ukraine"], ["and it's not easy"]]


@pytest.mark.parametrize("mark", [*"-,&()[]{}#%+?/:;='\"<>~!*|^`\\", "é", "“", "–", "…", "р"])
def test_nothing_in_the_words_can_be_read_as_part_of_the_link(mark):
    words_here = f"one{mark}two {mark} three"
    link = passage_link(quote(words_here, before=f"a {mark} b{mark}", after=f"{mark}c {mark} d"))
    fragment = link.partition(":~:")[2]
    assert link.isascii()
    assert fragment.count("&") == 1
    assert "-" not in fragment.replace("-,", ",").replace(",-", ",")
    around, alone = directives(link)
    assert alone == [words_here]
    assert around == [f"a {mark} b{mark}-", words_here, f"-{mark}c {mark} d"]


def test_a_link_always_fits_the_button():
    for length in range(20, 700, 7):
        address = f"https://example.org/{'a' * length}"
        link = passage_link(
            quote(
                LONG * 3,
                "Поэтому мы ведём политический диалог " * 3,
                before="р" * 30,
                after="р" * 30,
                source=at(address),
            )
        )
        if len(address) > LINK_LIMIT:
            assert link is None
        else:
            assert link.startswith(address)
            assert len(link) <= LINK_LIMIT


def test_what_does_not_fit_is_left_out_in_order():
    kept = []
    for length in range(100, 513):
        link = passage_link(
            quote(before="he said", after="he added", source=at("https://e.org/" + "a" * (length - 14)))
        )
        found = directives(link) if ":~:" in link else []
        shape = (len(found), len(words(" ".join(found[0]))) if found else 0)
        if not kept or kept[-1] != shape:
            kept.append(shape)
    assert kept == [(2, 14), (1, 10), (1, 8), (1, 6), (1, 4), (0, 0)]


def test_an_address_with_a_fragment_keeps_it():
    assert passage_link(quote("We need both.", source=at("https://example.org/a#top"))) == (
        "https://example.org/a#top:~:text=We%20need%20both"
    )


def test_without_an_address_there_is_no_link():
    assert passage_link(quote(source=replace(SOURCE, address=None))) is None
    assert address_of(quote(source=at("javascript:alert(1)"))) is None


def test_a_reprint_is_linked_where_the_source_has_no_address_and_says_so():
    reprint = Reprint("Elsewhere", None, Fact("https://example.org/reprint", "looked up"))
    reprinted = quote(source=replace(SOURCE, address=None, reprint=reprint))
    assert passage_link(reprinted).startswith("https://example.org/reprint#:~:text=")
    assert link_label(reprinted) == "Open reprint"
    both = quote(source=replace(SOURCE, reprint=reprint))
    assert passage_link(both).startswith("https://example.org/a#")
    assert link_label(both) == "Open source"
