"""`/cite`: one quote as a citation, a topic as a reading pack."""

import pytest

from bot.bank.citation import STYLES, cite_many


async def contents(message):
    (file,) = message.attachments
    return file.filename, (await file.read()).decode()


def bank_of(world):
    return world.house.library.edition.bank


async def test_a_topic_is_a_file_of_its_own(world, text):
    pack = await world.newcomer.slash(world.channel, "cite", about="russia")
    assert pack.ephemeral
    quotes = bank_of(world).by_topic["russia"]
    name, written = await contents(pack.response)
    assert name == "quoth-russia.md"
    assert written.count("\n> — ") == len(quotes) == 25
    assert all(quote.text in written.replace("\\", "") for quote in quotes)
    assert "Reading pack: Russia" in text(pack.response)
    assert "25 quotes from 5 sources, as Markdown." in text(pack.response)


async def test_another_style_replaces_the_file(world, text):
    pack = await world.newcomer.slash(world.channel, "cite", about="russia")
    await world.newcomer.select(pack.response, ["bibtex"])
    name, written = await contents(pack.response)
    assert name == "quoth-russia.bib"
    assert written.count("@") >= 5
    assert "as BibTeX." in text(pack.response)


@pytest.mark.parametrize("style", STYLES)
async def test_every_style_is_a_file(world, style):
    pack = await world.newcomer.slash(world.channel, "cite", about="topic:turkey", style=style)
    name, written = await contents(pack.response)
    assert name == f"quoth-turkey.{STYLES[style].ending}"
    quotes = [hit.quote for hit in found(world, "topic:turkey").hits]
    assert written.split() == cite_many(quotes, style).split()


def found(world, words):
    from bot.search.query import Query

    return world.house.library.edition.index.find(Query(words))


async def test_one_quote_is_a_citation_with_its_words(world, text):
    quote = bank_of(world).by_id["need-both-2017"]
    shown = await world.newcomer.slash(world.channel, "cite", quote=f"quote:{quote.id}", style="mla")
    assert shown.ephemeral
    said = text(shown.response)
    assert "MLA 9" in said
    assert "We cannot choose between" in said
    assert "Euronews" in said
    assert not shown.response.attachments
    await world.newcomer.select(shown.response, ["bibtex"])
    assert "@" in text(shown.response)


async def test_words_of_a_quote_cite_the_best_of_them(world, text):
    said = text((await world.newcomer.slash(world.channel, "cite", quote="biggest neighbour")).response)
    assert "Russia is our biggest neighbour" in said
    assert "APA 7" in said
    shown = await world.newcomer.slash(world.channel, "cite", quote="russia")
    assert "APA 7" in text(shown.response)
    assert not shown.response.attachments


async def test_a_file_name_never_holds_what_a_person_typed(world):
    pack = await world.newcomer.slash(world.channel, "cite", about="dialogue with ../moscow")
    name, _ = await contents(pack.response)
    assert name == "quoth-reading-pack.md"


async def test_styles_and_quotes_are_offered_while_typing(world):
    offered = await world.newcomer.autocomplete(world.channel, "cite", "style", "bib")
    assert [one["value"] for one in offered] == ["bibtex", "biblatex", "chicago"]
    offered = await world.newcomer.autocomplete(world.channel, "cite", "style", "chicago")
    assert offered
    offered = await world.newcomer.autocomplete(world.channel, "cite", "quote", "biggest")
    assert "quote:biggest-neighbour-2017" in [one["value"] for one in offered]
    assert await world.newcomer.autocomplete(world.channel, "cite", "quote", "")


@pytest.mark.parametrize("style", ["apa 7", "APA", "chicago note"])
async def test_a_style_may_be_typed(world, text, style):
    shown = await world.newcomer.slash(world.channel, "cite", quote="quote:need-both-2017", style=style)
    assert STYLES["chicago-note" if "note" in style else "apa"].label in text(shown.response)


async def test_an_unknown_style_and_an_empty_call_say_how_to_ask(world, text):
    said = await world.newcomer.slash(world.channel, "cite", about="russia", style="harvard")
    assert "none of the styles I know: APA 7, MLA 9" in text(said.response)
    assert said.ephemeral
    said = await world.newcomer.slash(world.channel, "cite")
    assert "Say what to cite" in text(said.response)


async def test_it_is_logged_and_a_miss_too(world, text):
    await world.newcomer.slash(world.channel, "cite", about="russia")
    missed = await world.newcomer.slash(world.channel, "cite", about="pizza")
    assert "no sourced quote about **pizza**" in text(missed.response)
    report = await world.uses()
    assert (report.uses, report.misses) == (1, 1)


async def test_the_style_can_be_changed_after_a_restart(world):
    pack = await world.newcomer.slash(world.channel, "cite", about="russia")
    await world.restart()
    await world.newcomer.select(pack.response, ["ris"])
    name, _ = await contents(pack.response)
    assert name == "quoth-russia.ris"
