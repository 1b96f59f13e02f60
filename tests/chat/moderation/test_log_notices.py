"""The owner is told of the log's trouble once, and once that it is over; in their channel, or directly."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import discord
import pytest

from bot.chat.limits import CONTENT
from bot.chat.moderation import log_notices
from bot.chat.moderation.log_notices import LASTING, RECOVERED_AFTER, Trouble, look, sessions, state, trouble_of
from bot.config import Settings

DATA = Settings().data
FULL = "the log cannot be used: the disk is full: free some space"
LOCKED = "the log cannot be used: another program holds it locked"


class Watched:
    """A log whose trouble a test makes, and the messages about it with their times."""

    def __init__(self) -> None:
        self.trouble = Trouble()
        self.notices: list[str] = []
        self.said: list[tuple[float, str]] = []

    def see(self, problem: str | None, *times: float, waiting: int = 0, lost: int = 0) -> None:
        for now in times:
            said = self.trouble.look(problem, self.notices, waiting, lost, now)
            if said:
                self.said.append((now, said))


@pytest.fixture
def log():
    return Watched()


def test_a_log_that_is_well_says_nothing(log):
    log.see(None, *range(0, 1000, 5))
    assert log.said == []


def test_trouble_is_told_once_and_its_end_once(log):
    log.see(FULL, *range(0, 500, 5), waiting=7)
    log.see(None, *range(500, 900, 5), lost=2)
    (began, first), (ended, last) = log.said
    assert (began, ended) == (LASTING, 500 + RECOVERED_AFTER)
    assert FULL in first
    assert "7 answers wait" in first
    assert "well again" in last
    assert "2 lost" in last
    assert "\n" not in first + last


def test_what_passes_by_itself_is_no_news(log):
    for start in range(0, 1000, 100):
        log.see(FULL, start, start + LASTING - 1)
        log.see(None, start + LASTING, start + 90)
    assert log.said == []


def test_trouble_that_comes_and_goes_is_one_trouble(log):
    log.see(FULL, 0, LASTING)
    for start in range(20, 220, 10):
        log.see(None, start)
        log.see(FULL, start + 5)
    assert len(log.said) == 1


def test_trouble_that_changes_its_name_is_one_trouble(log):
    log.see(FULL, 0, LASTING, 20)
    log.see(LOCKED, 25, 60)
    log.see(None, 65, 65 + RECOVERED_AFTER)
    assert len(log.said) == 2


def test_new_trouble_after_the_end_is_told_again(log):
    log.see(FULL, 0, LASTING)
    log.see(None, 20, 20 + RECOVERED_AFTER)
    log.see(FULL, 100, 100 + LASTING)
    assert len(log.said) == 3


def test_what_was_mended_at_once_is_told_once(log):
    log.notices.append("the log was damaged; it is kept as quoth.db.damaged-1 and a new one was begun")
    log.see(None, 0, 5, 10)
    log.notices.append("12 rows could still be read")
    log.see(None, 15, 20)
    assert [now for now, _ in log.said] == [0, 15]
    assert "damaged-1" in log.said[0][1]


class Store:
    """As much of a log as is looked at."""

    def __init__(self) -> None:
        self.problem: str | None = FULL
        self.emergency_problem: str | None = None
        self.notices: tuple[str, ...] = ()
        self.waiting = self.lost = 0


class Client:
    """As much of a client as tells."""

    def __init__(self, channel: int | None = None, store: Store | None = None) -> None:
        self.settings = Settings(owner_channel=channel)
        self.store = store or Store()
        self.sent: list[tuple[Any, str]] = []
        self.fails: Exception | None = None
        self.owner: Any = SimpleNamespace(id=300)
        self.team: Any = None

    async def application_info(self) -> Any:
        return SimpleNamespace(owner=self.owner, team=self.team)

    def _place(self, what: Any) -> Any:
        async def send(said: str, **_options: Any) -> None:
            if self.fails:
                raise self.fails
            self.sent.append((what, said))

        return SimpleNamespace(send=send)

    def get_partial_messageable(self, channel: int) -> Any:
        return self._place(("channel", channel))

    async def create_dm(self, person: discord.Object) -> Any:
        return self._place(("person", person.id))


async def in_trouble(client: Client) -> None:
    for now in (0.0, LASTING, LASTING + 5):
        await look(client, now)


async def test_it_is_told_in_the_channel_of_the_settings():
    client = Client(channel=123456789012345678)
    await in_trouble(client)
    assert [place for place, _ in client.sent] == [("channel", 123456789012345678)]


async def test_without_one_the_owner_is_written_to_or_the_owner_of_the_team():
    client = Client()
    await in_trouble(client)
    assert [place for place, _ in client.sent] == [("person", 300)]
    client = Client()
    client.team = SimpleNamespace(members=[], owner_id=301)
    await in_trouble(client)
    assert [place for place, _ in client.sent] == [("person", 301)]


async def test_a_client_that_connects_anew_tells_nothing_twice():
    store = Store()
    first, second = Client(store=store), Client(store=store)
    await in_trouble(first)
    await in_trouble(second)
    assert (len(first.sent), len(second.sent)) == (1, 0)
    assert trouble_of(store).reported == FULL  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "fault",
    [
        discord.HTTPException(SimpleNamespace(status=500, reason="x"), "secret words"),
        discord.Forbidden(SimpleNamespace(status=403, reason="x"), "secret words"),
        OSError("down"),
        TimeoutError(),
    ],
)
async def test_a_failure_to_tell_is_one_line(caplog, fault):
    client = Client()
    client.fails = fault
    await in_trouble(client)
    lines = [record for record in caplog.records if record.name == log_notices.__name__]
    assert len(lines) == 1
    assert "could not be told" in lines[0].getMessage()
    assert "secret" not in caplog.text


async def test_an_owner_nobody_names_is_one_line_too(caplog):
    client = Client()
    client.team = SimpleNamespace(members=[], owner_id=None)
    await in_trouble(client)
    assert caplog.text.count("Discord does not say who that is") == 1


def test_the_state_says_what_is_known():
    store: Any = Store()
    store.waiting, store.lost, store.notices = 1, 3, ("of old", "one", "two", "three")
    client = SimpleNamespace(identifies=SimpleNamespace(count=3, grant=SimpleNamespace(total=1000)))
    assert sessions(SimpleNamespace()) is None
    said = "\n".join(state(store, DATA, sessions(client)))
    assert "the disk is full" in said
    assert "1 answer waits" in said
    assert "3 lost" in said
    assert "3 of 1000" in said
    assert "of old" not in said
    store.problem = None
    assert "all is well" in "\n".join(state(store, DATA))


@pytest.mark.parametrize(("status", "sent"), [(500, 1), (403, 0)])
async def test_what_could_not_be_sent_is_sent_later_unless_it_may_not_be(status, sent):
    client = Client(channel=7)
    kind = discord.Forbidden if status == 403 else discord.HTTPException
    client.fails = kind(SimpleNamespace(status=status, reason="x"), "no")  # type: ignore[arg-type]
    await in_trouble(client)
    client.fails = None
    await look(client, LASTING + 10)
    assert client.sent == []
    for now in (100.0, 200.0):
        await look(client, now)
    assert [FULL in said for _, said in client.sent] == [True] * sent


async def test_trouble_of_the_emergency_file_alone_is_told_too():
    client = Client(channel=7)
    client.store.problem, client.store.emergency_problem = None, "the emergency file x cannot be used: no"
    await in_trouble(client)
    assert ["the emergency file x" in said for _, said in client.sent] == [True]
    assert "the emergency file x" in state(client.store, client.settings.data)[0]


@pytest.mark.parametrize(
    ("said", "shown"),
    [
        ("the log {}quoth.db cannot be used: the disk is full", "the log quoth.db cannot be used: the disk is full"),
        (
            "the log {}quoth.db was exchanged; {}quoth.db.old-1 is kept",
            "the log quoth.db was exchanged; quoth.db.old-1 is",
        ),
        ("the emergency file {}quoth.db.emergency cannot be used", "the emergency file quoth.db.emergency cannot"),
        (
            "another log stands in the place of {}quoth.db: the one of",
            "another log stands in the place of quoth.db: the",
        ),
        (
            "it fails (disk I/O error, [Errno 13] denied: '{}quoth.db')",
            "it fails (disk I/O error, [Errno 13] denied: 'quoth.db')",
        ),
    ],
)
@pytest.mark.parametrize("folder", ["/srv/anna/quoth/data/", "/", "/srv/my own data/", "data/", "../there/data/"])
async def test_no_folder_of_the_machine_is_told(said, shown, folder):
    client = Client(channel=7)
    client.store.problem = said.format(folder, folder)
    await in_trouble(client)
    (told,) = (said for _, said in client.sent)
    for one in (told, state(client.store, client.settings.data)[0]):
        assert shown in one.replace("\\", "")
        for part in ("srv", "data/", "there", "anna"):
            assert part not in one


@pytest.mark.parametrize(
    "folder",
    [
        "/srv/o'brien secretdir/d",
        "/srv/secretdir (2)/data",
        "/srv/secretdir, old; new: a/d",
        "/secretdir /d",
        "o'brien secretdir/d",
    ],
)
async def test_the_own_folder_is_not_told_whatever_it_is_called(folder):
    client = Client(channel=7)
    client.settings = Settings(owner_channel=7, data=Path(folder))
    client.store.problem = f"the log {folder}/quoth.db was moved; {folder}/quoth.db.old-1 is kept"
    await in_trouble(client)
    (told,) = (said for _, said in client.sent)
    for one in (told, state(client.store, client.settings.data)[0]):
        assert "the log quoth.db was moved; quoth.db.old-1 is kept" in one.replace("\\", "")


async def test_nor_of_a_copy_that_was_restored_nor_of_another_bot():
    store: Any = Store()
    store.notices = (
        "this log was restored on 2026-01-05 from /mnt/anna/copies/quoth.db, of 2026-01-04",
        "another Quoth (process 7 on host) uses the folder /srv/anna/data: stop it",
    )
    said = "\n".join(state(store, DATA)).replace("\\", "")
    assert "from quoth.db, of 2026-01-04" in said
    assert "uses the folder data: stop it" in said
    assert "anna" not in said


async def test_nothing_in_what_is_told_comes_alive():
    client = Client(channel=7)
    client.store.problem = "the log *x* cannot be used: <@300> __quoth__.db"
    client.store.notices = ("it is kept as `~~gone~~`",)
    await in_trouble(client)
    said = "\n".join(said for _, said in client.sent)
    for written in (r"\*x\*", r"\<@300>", r"\_\_quoth\_\_.db", r"\`\~~gone\~~\`"):
        assert written in said


@pytest.mark.parametrize("length", [50, 900, 1500])
async def test_of_much_that_could_not_be_sent_the_latest_is(length):
    client = Client(channel=7)
    client.fails = OSError("down")
    client.store.problem = None
    for number in range(9):
        client.store.notices += (f"{'x' * length} notice {number}",)
        await look(client, 100.0 * number)
    client.fails = None
    await look(client, 1000.0)
    ((_, said),) = client.sent
    assert "notice 8" in said
    assert len(said) <= CONTENT
