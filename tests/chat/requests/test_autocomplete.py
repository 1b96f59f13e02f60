"""What is suggested while somebody types holds nobody up."""

from types import SimpleNamespace
from typing import Any

import pytest
from discord import AppCommandOptionType

from bot.bank.quote import Source
from bot.chat.admission.heavy_work import HeavyWork
from bot.chat.cogs import ALL, cite
from bot.chat.requests import autocomplete, weight
from bot.config import shipped_bank
from bot.editions.making import open_edition

LONG = "our biggest neighbour russia and the alliance " * 4


def named(**options):
    """What stands in the options of a command."""
    return SimpleNamespace(**(dict.fromkeys(("about", "speaker", "source", "year")) | options))


@pytest.fixture
def typing():
    library, heavy = SimpleNamespace(edition=open_edition(shipped_bank())), HeavyWork()
    client = SimpleNamespace(
        library=library,
        responder=SimpleNamespace(heavily=heavy.do, heavy=heavy),
        gate=SimpleNamespace(deadline_of=lambda asked: None),  # noqa: ARG005  asked in time
    )
    yield SimpleNamespace(id=1, client=client, user=SimpleNamespace(id=2), namespace=named())
    heavy.close()


def test_every_text_that_a_command_takes_has_a_limit():
    texts = {
        f"{command.name} {option.name}": option.max_value
        for cog in ALL
        for command in cog.__cog_app_commands__
        for option in getattr(command, "parameters", ())
        if option.type is AppCommandOptionType.string
    }
    assert {"quote about", "quote speaker", "cite style", "verify text"} <= set(texts)
    assert [name for name, most in texts.items() if most is None] == []


@pytest.mark.parametrize("suggest", [autocomplete.about, cite._quotes])
async def test_long_words_in_a_large_bank_are_looked_up_aside_and_dropped_when_too_much_waits(
    typing, suggest, monkeypatch
):
    at_once = [one.value for one in await suggest(typing, LONG)]
    assert at_once
    typing.client.responder.heavy.room = 0
    assert [one.value for one in await suggest(typing, LONG)] == at_once  # a small bank: not heavy
    monkeypatch.setattr(weight, "LIGHT_TYPED", 100 * len(typing.client.library.edition.bank.quotes))
    assert await suggest(typing, LONG) == []
    assert await suggest(typing, "russia")
    typing.client.responder.heavy.room = 1
    assert [one.value for one in await suggest(typing, LONG)] == at_once


@pytest.mark.parametrize(
    ("quotes", "letters", "light"),
    [(100, 2000, True), (100, 2001, False), (2000, 100, True), (2000, 101, False), (10_000, 20, True), (0, 9, True)],
)
def test_what_is_light_is_told_by_the_words_and_the_bank_together(quotes, letters, light):
    large: Any = SimpleNamespace(bank=SimpleNamespace(quotes=range(quotes)))
    assert weight.completes_quickly("a" * letters, large) is light
    assert weight.finds_quickly("a" * letters * 2, large) is light  # finding is half as dear as completing
    assert not weight.finds_quickly("\ufdfa" * 25_000, large)  # each unfolds to 18


def edition(key, sources, speakers):
    """An edition of a bank that knows so many; each is named by its number."""
    return SimpleNamespace(
        bank=SimpleNamespace(
            key=key,
            quotes=(),
            sources=[Source(f"s{one}", f"Outlet {one}", "article", title=f"Café {one}") for one in range(sources)],
            speakers=[SimpleNamespace(id=f"p{one}", name=f"José {one}") for one in range(speakers)],
        ),
        index=None,
    )


@pytest.fixture
def folded(monkeypatch):
    """Every text that is folded for suggestions, and every one that is made ready to be shown."""
    seen = SimpleNamespace(folded=[], shown=[])
    fold, plain = autocomplete.fold, autocomplete.plain
    monkeypatch.setattr(autocomplete, "fold", lambda text: (seen.folded.append(text), fold(text))[1])
    monkeypatch.setattr(autocomplete, "plain", lambda text: (seen.shown.append(text), plain(text))[1])
    return seen


@pytest.mark.parametrize(
    ("suggest", "key"), [(autocomplete.source, "many sources"), (autocomplete.speaker, "many speakers")]
)
async def test_labels_are_folded_once_an_edition_and_no_more_made_than_are_shown(typing, folded, suggest, key):
    typing.client.library.edition = edition(key, 300, 300)
    for typed, most in (("", 25), ("é", 25), ("E 29", 11), ("nobody", 25)):
        folded.shown.clear()
        assert len(await suggest(typing, typed)) == len(folded.shown) == most
    assert len(folded.folded) <= 600 + 4
    typing.client.library.edition = edition(key + ", changed", 7, 7)
    assert [one.value[1:] for one in await suggest(typing, "")] == list("0123456")


@pytest.mark.parametrize("typed", ["outlet 29", "OUTLET 29 · cafe 29", "café 29", "· Café 29"])
async def test_a_source_is_found_by_any_part_of_its_label(typing, typed):
    typing.client.library.edition = edition("parts", 30, 0)
    (one,) = await autocomplete.source(typing, typed)
    assert (one.name, one.value) == ("Outlet 29 · Café 29", "s29")


@pytest.mark.parametrize(
    ("suggest", "typed", "options", "offered"),
    [
        (autocomplete.year, "", {}, [2014, 2017, 2020]),
        (autocomplete.year, "17", {}, [2017]),
        (autocomplete.year, 2016, {}, [2014, 2017, 2020]),
        (autocomplete.year, "", {"about": "topic:norway"}, [2014, 2020]),
        (autocomplete.year, "2017", {"about": "norwey"}, [2014, 2020]),
        (autocomplete.year, "2014", {"about": "norway", "year": "2014"}, [2014]),
        (autocomplete.year, "", {"source": "voa-2017-06", "about": ["odd"]}, [2017]),
        (autocomplete.year, "", {"about": "pizza"}, [2014, 2017, 2020]),
        (autocomplete.source, "", {"about": "norway", "year": 2020}, ["ukrinform-2020-06-08"]),
        (autocomplete.source, "voice", {"about": "norway", "year": 2020}, ["ukrinform-2020-06-08"]),
        (autocomplete.source, "voice", {"year": "20"}, ["voa-2017-06"]),
        (autocomplete.source, "voice", {"year": 20}, ["voa-2017-06"]),
        (autocomplete.speaker, "nobody", {"about": "norway", "speaker": "nobody"}, ["jens-stoltenberg"]),
    ],
)
async def test_what_has_nothing_for_the_other_options_is_not_offered_and_what_has_is(
    typing, suggest, typed, options, offered
):
    typing.namespace = named(**options)
    assert [one.value for one in await suggest(typing, typed)] == offered


async def test_what_takes_long_to_find_narrows_nothing(typing, monkeypatch):
    typing.namespace = named(about="norway")
    monkeypatch.setattr(weight, "LIGHT", 1)
    assert [one.value for one in await autocomplete.year(typing, "")] == [2014, 2017, 2020]


@pytest.mark.parametrize(
    ("typed", "first"),
    [
        ("b", ["BibTeX", "BibLaTeX"]),
        ("ch", ["Chicago 17, note"]),
        ("", ["APA 7"]),
        ("chicago 17 b", ["Chicago 17, bibliography"]),
    ],
)
async def test_styles_are_offered_from_the_first_letter_on(typing, typed, first):
    offered = [one.name for one in await cite._styles(typing, typed)]
    assert offered[: len(first)] == first
    assert len(set(offered)) == len(offered)
