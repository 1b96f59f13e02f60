"""The hits of `/search` as Discord takes them: found words are bold where they are shown."""

from bot.bank.quote import Quote, Source, Speaker
from bot.chat.ui import hit_list
from bot.search.query import Found, Hit, Query, Reason

ADA = Speaker("ada", "Ada Brook", "Ada", "Brook")
GAZETTE = Source("gazette", "Valley Gazette", "article")


def hit(text, *found):
    return Hit(Quote("q", (text,), ADA, GAZETTE, ()), 1.0, tuple(Reason("word", word, word) for word in found))


def test_a_corrected_spelling_is_told_and_what_was_typed_does_not_come_alive():
    found = Found(Query("*rivr*"), (hit("A river never asks.", "river"),), 1, "river", (("*rivr*", "river"),))
    view = hit_list.results(found, 0, saved_query=Query("river"))
    shown = "\n".join(part.content for part in view.walk_children() if hasattr(part, "content"))
    assert (
        "### 1 quote for **\\*rivr\\***\n-# Showing *river* for *\\*rivr\\**\n1\\. “A **river** never asks.”" in shown
    )


def test_a_found_word_that_is_cut_away_is_not_marked():
    near, far = "The bridge stands. ", "word " * 80
    shown = hit_list.marked(hit(f"{near}{far}And a bridge fell.", "bridge"))
    assert shown.startswith("The **bridge** stands. word")
    assert shown.count("**") == 2
    assert shown.endswith("…")
    assert len(shown) <= hit_list.SNIPPET + len("****")


def test_a_long_quote_begins_shortly_before_the_first_found_word():
    shown = hit_list.marked(hit("word " * 80 + "and a bridge fell.", "bridge"))
    assert shown.startswith("…word ")
    assert shown.endswith("and a **bridge** fell.")
    assert len(shown) < 2 * hit_list.BEFORE + len("**bridge** fell.")
