"""What is remembered of who opted in is what the log keeps, also where it cannot say at once what that is."""

import contextlib
from dataclasses import replace
from datetime import UTC, datetime
from types import SimpleNamespace

import pytest

from bot.chat.moderation.keyword_channels import Keywords
from bot.config import shipped_bank
from bot.editions.edition import Edition
from bot.editions.making import open_edition
from bot.errors import LogUnavailable, LogUncertain
from bot.search.index import Index
from bot.store.records import KeywordChannel

NOW = datetime(2026, 5, 1, tzinfo=UTC)


class Log:
    """A log that keeps a choice, and then fails with an error."""

    def __init__(self, kept, error):
        self.kept, self.error, self.channels = kept, error, set()
        self.present = lambda _guild: True

    async def set_keyword_channel(self, guild, channel, _on, _by):
        if self.kept:
            self.channels.add(KeywordChannel(guild, channel))
        if self.error:
            raise self.error

    async def keyword_channels(self):
        return set(self.channels)

    async def mutes(self, _now):
        return []


@pytest.fixture(scope="module")
def library():
    return SimpleNamespace(edition=open_edition(shipped_bank()))


@pytest.mark.parametrize("kept", [True, False])
async def test_where_nobody_knows_whether_a_choice_is_kept_it_is_read_again(library, kept):
    keywords = Keywords(library, Log(kept, LogUncertain("exchanged")), cooldown=1)
    assert await keywords.load(NOW)
    with pytest.raises(LogUncertain):
        await keywords.switch(1, 2, on=True, by=3)
    assert await keywords.load(NOW)
    assert keywords.channels == ({2} if kept else set())


async def test_where_it_is_known_nothing_is_read_again(library):
    keywords = Keywords(library, Log(kept=False, error=LogUnavailable("full")), cooldown=1)
    assert await keywords.load(NOW)
    with pytest.raises(LogUnavailable):
        await keywords.switch(1, 2, on=True, by=3)
    assert not await keywords.load(NOW)


async def test_a_server_that_was_left_while_its_choice_was_kept_is_not_remembered(library):
    log = Log(kept=True, error=None)
    keywords = Keywords(library, log, cooldown=1)
    assert await keywords.load(NOW)
    await keywords.switch(1, 2, on=True, by=3)
    log.present = lambda guild: guild != 4
    await keywords.switch(4, 5, on=True, by=3)
    assert keywords.channels == {2}


async def test_what_is_chosen_while_it_is_read_again_is_not_missed(library):
    log = Log(kept=True, error=None)
    keywords = Keywords(library, log, cooldown=1)
    assert await keywords.load(NOW)
    before = list(log.channels)

    async def mutes(_now):
        if not log.channels:
            await keywords.switch(1, 2, on=True, by=3)
        return []

    assert before == []
    log.mutes, keywords.loaded = mutes, False
    keywords._changing = contextlib.nullcontext()
    assert await keywords.load(NOW)
    assert keywords.channels == {2}


async def test_triggers_are_those_of_the_edition_in_use(library):
    here = SimpleNamespace(edition=library.edition)
    keywords = Keywords(here, Log(kept=True, error=None), cooldown=1)
    await keywords.switch(1, 2, on=True, by=3)
    assert keywords.call(2, "so what is this dual-track approach", NOW, 0.0)
    bank = replace(library.edition.bank, topics=(), quotes=(), lookups=None)
    here.edition = Edition(bank, Index.build(bank))
    assert not keywords.call(2, "so what is this dual-track approach", NOW, 9.0)
    assert keywords.triggers() is keywords.triggers()
