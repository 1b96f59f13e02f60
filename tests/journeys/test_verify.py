"""`/verify`: a pasted quotation is checked, and the verdict comes first."""

import sqlite3
from contextlib import closing
from threading import Event

import pytest

from bot.chat.answers import checks
from bot.chat.ui.verdicts import differences
from bot.verify.verdict import Piece

TRUE = "NATO does not want a new Cold War or arms race."


async def verify(world, text, **options):
    return await world.newcomer.slash(world.channel, "verify", text=text, **options)


async def test_true_words_are_told_as_such_with_their_source(world, text, buttons):
    result = await verify(world, f"“{TRUE}”")
    said = text(result.response)
    assert result.ephemeral
    assert said.startswith("### ✓ Word for word")
    assert TRUE in said
    assert "**Jens Stoltenberg**, Secretary General of NATO" in said
    assert "25 May 2017 · Euronews" in said
    assert list(buttons(result.response)) == ["Context", "Cite", "More", "Show to the channel"]


@pytest.mark.parametrize(
    ("pasted", "shown", "named"),
    [
        ("NATO does want a new Cold War or arms race.", "NATO does **not** want", "A negation was lost: “not”"),
        ("NATO does not want a old Cold War or arms race.", "a **old** Cold War", "A word was changed"),
        ("NATO does not want new Cold War or arms race.", "want **a** new", "A word was dropped: “a”"),
        ("NATO does not really want a new Cold War or arms race.", "not **really** want", "A word was added: “really”"),
        ("NATO does not want a new War Cold or arms race.", "new **War Cold** or", "Words change places"),
        (
            "has a 90-percent increase of funding for U.S. military presence in Europe.",
            "has a **90**-percent",
            "A number was changed: “90” where the source has “40”",
        ),
    ],
)
async def test_one_word_changed_in_different_ways(world, text, pasted, shown, named):
    said = text((await verify(world, pasted)).response)
    assert said.startswith("### ≠ Altered")
    assert named in said
    assert shown in said
    assert "~~" not in said


async def test_spliced_words_show_both_passages_and_what_lies_between(world, text):
    said = text((await verify(world, "Russia is here to stay. We have seen a more assertive Russia.")).response)
    assert said.startswith("### ≠ Spliced")
    assert "> “Russia is here to stay”" in said
    assert "> “We have seen a more assertive Russia”" in said
    assert "different sources" in said
    assert "Euronews" in said
    assert "Ukrinform" in said


async def test_another_speaker_is_told(world, text):
    said = text((await verify(world, TRUE, speaker="Vladimir Putin")).response)
    assert said.startswith("### ✗ Misattributed")
    assert "Jens Stoltenberg said them, not Vladimir Putin" in said
    assert text((await verify(world, TRUE, speaker="jens-stoltenberg")).response).startswith("### ✓")


async def test_words_beyond_our_sources_are_never_called_false(world, text, buttons):
    result = await verify(world, "The moon is made of green cheese and always was.")
    said = text(result.response)
    assert said.startswith("### ? Not in our sources")
    assert "does not mean that it was never said" in said
    assert "false" not in said.lower()
    assert list(buttons(result.response)) == ["Show to the channel"]


async def test_what_is_pasted_cannot_dress_up_or_ping(world, text):
    pasted = "NATO does not want a **new** ~~@everyone~~ [Cold War](https://e.example) or ||arms|| `race` <@1> # now"
    said = text((await verify(world, pasted)).response)
    assert "Cold War" in said
    assert "~~@everyone~~" not in said
    assert "https://e.example" not in said
    assert "<@1>" not in said
    assert "||" not in said


def test_marks_in_a_difference_stay_text():
    pieces = (Piece("same", "# a"), Piece("dropped", "**b** ~~c~~ "), Piece("added", "@everyone <@1> `d`"))
    shown = differences(pieces)
    assert shown == r"\# a**\*\*b\*\* \~~c\~~ ****\@everyone \<@1> \`d\`**"


async def test_the_verdict_is_public_only_when_asked_for(world):
    assert not (await verify(world, TRUE, public=True)).ephemeral


async def test_it_is_logged_without_a_word_of_what_was_pasted(world):
    await verify(world, "NATO does want a new Cold War or arms race.")
    report = await world.uses()
    assert report.uses == 1
    assert [way.name for way in report.ways] == ["slash"]
    assert not report.quotes  # what one person checked alone is in no list that others see
    assert not report.missed
    with closing(sqlite3.connect(world.house.settings.database)) as log:
        kept = "\n".join(log.iterdump())
    assert "no-new-cold-war-2017" not in kept
    assert "arms race" not in kept


async def test_no_words_are_answered_kindly(world, text):
    result = await verify(world, "🤷 … !!")
    assert result.ephemeral
    assert "no words in that message" in text(result.response)
    assert (await world.uses()).uses == 0


async def test_a_long_paste_is_answered_within_a_message(world, text):
    pasted = " ".join(f"He said “{quote.text}” and more." for quote in world.house.library.edition.bank.quotes)[:6000]
    said = text((await verify(world, pasted)).response)
    assert said.count("✓ Word for word") == 4
    assert "more quotations in this message" in said
    assert len(said) <= 4000


async def test_the_buttons_work_and_survive_a_restart(world, text):
    card = (await verify(world, f"“{TRUE}”", public=True)).response
    await world.restart()
    assert "Andrei Beketov" in text((await world.newcomer.click(card, label="Context")).response)
    assert "Stoltenberg, J." in text((await world.newcomer.click(card, label="Cite")).response)
    menu = (await world.newcomer.click(card, label="More")).response
    assert TRUE in text((await world.newcomer.click(menu, label="Copy")).response)


async def test_nothing_counts_as_loaded_that_another_thread_is_still_loading(world, text, monkeypatch):
    checks._load()  # the modules are in `sys.modules`, as they are while another thread loads them
    monkeypatch.setattr(checks, "_LOADED", Event())
    heavily, asked = world.client.responder._heavy.do, []

    async def noted(work, *limits):
        asked.append(work)
        return await heavily(work, *limits)

    monkeypatch.setattr(world.client.responder._heavy, "do", noted)
    for _ in range(2):
        assert "Word for word" in text((await verify(world, f"“{TRUE}”")).response)
    assert [work for work in asked if work is checks._load] == asked[:1] == [checks._load]


async def test_a_failing_log_never_stops_a_verdict(world, text):
    await world.house.store.close()
    assert text((await verify(world, TRUE)).response).startswith("### ✓")
