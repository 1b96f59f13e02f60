"""`/quote`, the card and its buttons, as a person meets them."""

import re


async def test_russia_is_answered_with_a_cited_quote(world, text, buttons):
    result = await world.newcomer.slash(world.channel, "quote", about="russia")
    said = text(result.response)
    assert not result.ephemeral
    assert "“" in said
    assert "**Jens Stoltenberg**, Secretary General of NATO" in said
    assert "Found by topic *Russia*" in said or "Found by topic *russia*" in said
    assert "word for word from its source" in said
    shown = world.client.library.edition.bank.by_topic["russia"]
    assert any(quote.segments[0][:40] in said for quote in shown)
    labels = list(buttons(result.response))
    assert [*labels[:3], labels[-1]] == ["Another", "Context", "Cite", "More"]
    report = await world.uses()
    assert (report.uses, report.misses) == (1, 0)


async def test_a_misspelt_word_is_answered_and_said(world, text):
    said = text((await world.newcomer.slash(world.channel, "quote", about="rusia")).response)
    assert "you typed *rusia*" in said


async def test_a_round_shows_every_quote_of_a_topic_once(world, text):
    quotes = world.client.library.edition.bank.by_topic["russia"]
    seen = []
    for _ in quotes:
        said = text((await world.newcomer.slash(world.channel, "quote", about="russia")).response)
        seen.append(next(quote.id for quote in quotes if quote.segments[0] in said.replace("\\", "")))
    assert sorted(seen) == sorted(quote.id for quote in quotes)


async def test_a_round_goes_on_after_a_restart_of_everything(live, tmp_path, text):
    """In one simulated Discord, so that the channel is the same."""
    seen = []

    async def ask(world):
        for _ in range(3):
            result = await world.newcomer.slash(world.channel, "quote", about="turkey")
            said = text(result.response)
            seen.append((re.search(r"### (.+)|> (.+)", said).group(0), re.search(r"\d+ of \d+", said).group(0)))

    async with live(tmp_path) as world:
        await ask(world)
        total = len(world.client.library.edition.bank.by_topic["turkey"])
        async with world.moved_to(tmp_path / "copy"):
            await ask(world)
    assert total == 4
    assert [come for _, come in seen[:4]] == ["1 of 4", "2 of 4", "3 of 4", "4 of 4"]
    assert len({quote for quote, _ in seen[:4]}) == 4


async def test_another_edits_the_same_message(world, text):
    first = await world.newcomer.slash(world.channel, "quote", about="ukraine")
    before = text(first.response)
    await world.newcomer.click(first.response, label="Another")
    after = text(first.response)
    assert after != before
    assert "word for word from its source" in after
    assert len(world.channel.history()) == 1
    assert (await world.uses()).ways[0].name in {"slash", "button"}


async def test_context_cite_copy_answer_privately(world, text, buttons):
    card = (await world.newcomer.slash(world.channel, "quote", about="topic:defence-spending", year=2014)).response
    context = await world.newcomer.click(card, label="Context")
    assert context.ephemeral
    assert "James Franey" in text(context.response)
    assert "Report a problem" in buttons(context.response)
    cite = await world.newcomer.click(card, label="Cite")
    assert cite.ephemeral
    assert "Stoltenberg, J." in text(cite.response)
    mla = await world.newcomer.select(cite.response, ["mla"])
    assert mla.response is None or mla.response.id == cite.response.id
    assert "Stoltenberg, Jens" in text(cite.response)
    menu = await world.newcomer.click(card, label="More")
    copy = await world.newcomer.click(menu.response, label="Copy")
    assert copy.ephemeral
    assert text(copy.response).startswith("```\n“")
    assert len(world.channel.history()) == 1


async def test_what_was_said_nearly_the_same_in_another_year_is_offered_with_the_context(world, text):
    card = (await world.newcomer.slash(world.channel, "quote", about="quote:no-contradiction-2017")).response
    context = await world.newcomer.click(card, label="Context")
    (other,) = [part for part in _walk(context.response.components) if part.get("type") == 3]
    assert other["placeholder"] == "Nearly the same in other years …"
    chosen = await world.newcomer.select(context.response, [other["options"][0]["value"]])
    assert chosen.ephemeral
    assert "2014" in text(chosen.response)


def _walk(components):
    for part in components:
        raw = part if isinstance(part, dict) else part.to_dict()
        yield raw
        yield from _walk(raw.get("components", []))


async def test_the_passage_can_be_opened(world, buttons):
    card = (await world.newcomer.slash(world.channel, "quote", source="euronews-2014-10-03")).response
    links = [address for address in buttons(card).values() if address.startswith("https://")]
    assert links
    assert links[0].startswith("https://www.euronews.com/2014/10/03/")
    assert "#:~:text=" in links[0]


async def test_buttons_work_after_a_restart(world, text):
    card = (await world.newcomer.slash(world.channel, "quote", about="russia")).response
    before = text(card)
    await world.restart()
    await world.newcomer.click(card, label="Another")
    assert text(card) != before
    assert (await world.newcomer.click(card, label="Context")).ephemeral


async def test_a_problem_is_reported_without_a_name(world, text):
    card = (await world.newcomer.slash(world.channel, "quote", about="russia")).response
    context = await world.newcomer.click(card, label="Context")
    form = await world.newcomer.click(context.response, label="Report a problem")
    done = await world.newcomer.submit_modal(form, {"wrong": "The date is off by a year."})
    assert "Thank you" in text(done.response)
    assert done.ephemeral
    (kept,) = await world.house.store.complaints(10)
    assert kept.text == "The date is off by a year."


async def test_no_argument_gives_any_quote_and_does_not_repeat(world, text):
    total = len(world.client.library.edition.bank.quotes)
    seen = {text((await world.newcomer.slash(world.channel, "quote")).response).split("\n")[0] for _ in range(total)}
    assert len(seen) == total


async def test_private_answers_are_private(world):
    assert (await world.newcomer.slash(world.channel, "quote", about="nato", private=True)).ephemeral


async def test_a_year_filters(world, text):
    for _ in range(4):
        assert "2020" in text((await world.newcomer.slash(world.channel, "quote", about="russia", year=2020)).response)


async def test_a_miss_is_private_offers_topics_and_is_logged(world, text, buttons):
    result = await world.newcomer.slash(world.channel, "quote", about="pizza")
    assert result.ephemeral
    said = text(result.response)
    assert "no sourced quote about **pizza**" in said
    offered = buttons(result.response)
    assert 1 <= len(offered) <= 5
    report = await world.uses()
    assert (report.uses, report.misses) == (0, 1)
    assert report.missed == ()  # one member's words are shown to nobody
    answer = await world.newcomer.click(result.response, label=next(iter(offered)))
    assert "word for word from its source" in text(answer.response)
    assert not answer.ephemeral


async def test_what_a_person_types_cannot_dress_up_or_ping(world, text):
    result = await world.newcomer.slash(world.channel, "quote", about="@everyone **zzqq** <@1> [x](https://e.example)")
    assert result.ephemeral
    assert "**zzqq**" not in text(result.response).replace("about **", "", 1)


async def test_a_quote_that_was_taken_out_is_missed_politely(world, text):
    card = (await world.newcomer.slash(world.channel, "quote", about="russia")).response
    bank = world.house.library.edition.bank
    object.__setattr__(bank, "by_id", {})
    assert "no longer in the bank" in text((await world.newcomer.click(card, label="Context")).response)


async def test_a_failing_log_never_stops_an_answer(world, text):
    await world.house.store.close()
    result = await world.newcomer.slash(world.channel, "quote", about="russia")
    assert "word for word from its source" in text(result.response)


async def test_suggestions_show_topics_with_counts_and_words(world):
    offered = await world.newcomer.autocomplete(world.channel, "quote", "about", "rus")
    names = [choice["name"] for choice in offered]
    assert any(re.match(r"Russia · \d+ quotes, 2014–2020", name, re.IGNORECASE) for name in names)
    assert any("“" in name for name in names)
    speakers = await world.newcomer.autocomplete(world.channel, "quote", "speaker", "jens")
    assert [choice["value"] for choice in speakers] == ["jens-stoltenberg"]
    assert await world.newcomer.autocomplete(world.channel, "quote", "source", "euro")
