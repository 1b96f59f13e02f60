"""What the bot writes is for its own user alone, whatever the umask says."""

from __future__ import annotations

import asyncio
import os
import random
from datetime import UTC, datetime
from itertools import chain
from types import SimpleNamespace

import pytest

from bot import private
from bot.app import _signs_of_life, open_house
from bot.bank.reader import read_bank
from bot.config import Settings, shipped_bank
from bot.editions import cache_files
from bot.editions.copies import Copies
from bot.editions.last_good import FACTS
from bot.errors import CallError
from bot.running import Run


@pytest.fixture(params=[0o000, 0o022])
def umask(request):
    before = os.umask(request.param)
    yield request.param
    os.umask(before)


def wide(folder):
    return [one for one in chain([folder], folder.rglob("*")) if one.lstat().st_mode & 0o077]


async def test_the_whole_data_folder_of_a_running_bot(tmp_path, umask):
    settings = Settings(data=tmp_path / "new" / "data")
    async with open_house(settings, now=lambda: datetime.now(UTC), rng=random.Random(1)):
        there = {one.name for one in settings.data.iterdir()}
        assert {"lock", "quoth.db", "quoth.db-wal", "quoth.db-shm", "quoth.db.guard", "last_good"} <= there
        assert not wide(tmp_path / "new")
    assert not wide(tmp_path / "new")


@pytest.mark.parametrize("before", [None, 0o666])
async def test_the_health_file_wherever_it_is(tmp_path, umask, before):
    file = tmp_path / "alive"
    if before is not None:
        file.touch()
        file.chmod(before)
        os.utime(file, (1, 1))
    client = SimpleNamespace(hears=lambda: True)
    signs = asyncio.create_task(
        _signs_of_life(SimpleNamespace(client=client, house=SimpleNamespace(settings=Settings(health_file=file))))
    )
    async with asyncio.timeout(20):
        while not (file.exists() and file.stat().st_mtime > 1):  # noqa: ASYNC110  no news comes of it
            await asyncio.sleep(0.01)
    signs.cancel()
    assert not wide(file)


async def test_a_health_file_of_before_is_closed_before_discord_answers(tmp_path, umask):
    file = tmp_path / "alive"
    file.touch()
    file.chmod(0o666)
    os.utime(file, (1, 1))
    signs = asyncio.create_task(
        _signs_of_life(SimpleNamespace(client=None, house=SimpleNamespace(settings=Settings(health_file=file))))
    )
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    signs.cancel()
    assert not wide(file)
    assert file.stat().st_mtime == 1


@pytest.mark.parametrize(
    ("place", "says"),
    [
        ("none/alive", ["the health file cannot be touched: No such file or directory"]),
        (
            "file/alive",
            [
                "{path} cannot be closed to others: Not a directory",
                "the health file cannot be touched: Not a directory",
            ],
        ),
    ],
)
async def test_a_health_file_that_cannot_be_there_is_told_and_ends_nothing(tmp_path, caplog, place, says):
    (tmp_path / "file").touch()
    settings = Settings(health_file=tmp_path / place)
    client = SimpleNamespace(hears=lambda: True)
    signs = asyncio.create_task(
        _signs_of_life(SimpleNamespace(client=client, house=SimpleNamespace(settings=settings)))
    )
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    assert not signs.done()
    signs.cancel()
    assert caplog.messages == [line.format(path=tmp_path / place) for line in says]


def test_a_health_file_that_is_a_link_leaves_alone_what_it_leads_to(tmp_path):
    (tmp_path / "theirs").touch()
    (tmp_path / "theirs").chmod(0o644)
    (tmp_path / "alive").symlink_to(tmp_path / "theirs")
    private.touch(tmp_path / "alive")
    assert (tmp_path / "theirs").stat().st_mode & 0o777 == 0o644


async def test_what_an_earlier_start_left_open_to_others_is_closed(tmp_path, umask):
    settings = Settings(data=tmp_path / "data")
    async with open_house(settings) as house:
        Run(house, "token").identifies.sent(0)
    left = [one for one in settings.data.rglob("*") if one.is_file()]
    assert "identify.json" in {one.name for one in left}
    for one in left:
        one.chmod(0o666)
    async with open_house(settings):
        assert not wide(settings.data)


async def test_a_second_house_on_the_same_folder_is_refused(tmp_path):
    settings = Settings(data=tmp_path / "data")
    async with open_house(settings):
        with pytest.raises(CallError, match="another Quoth"):
            async with open_house(settings):
                pytest.fail("two use it")
    async with open_house(settings) as house:
        assert house.store.problem is None


def test_what_is_kept_of_a_large_bank(tmp_path, umask):
    cache_files.save(tmp_path / "data" / "cache", "bank", "0123", {})
    assert any((tmp_path / "data" / "cache").iterdir())
    assert not wide(tmp_path / "data")


def test_the_copy_of_the_last_good_bank(tmp_path, umask):
    bank = read_bank(shipped_bank()).bank
    assert not Copies(tmp_path / "data").last_good.save(bank, shipped_bank())
    assert any((tmp_path / "data").rglob("*.yaml"))
    assert not wide(tmp_path / "data")


COMPANIONS = ("quoth.db-wal", "quoth.db-shm", "quoth.db.guard", "quoth.db.emergency", "quoth.db.status")


@pytest.mark.parametrize("mode", [0o400, 0o000, 0o444])
async def test_the_logs_companions_have_their_rights_again_when_it_is_opened(tmp_path, mode):
    settings = Settings(data=tmp_path / "data")
    async with open_house(settings) as house:
        Run(house, "token").identifies.sent(0)
    companions = [settings.data / name for name in (*COMPANIONS, "identify.json")]
    for one in companions:
        one.touch()
        one.chmod(mode)
    (settings.data / "quoth.db").chmod(0o400)  # that one is told of, not mended
    async with open_house(settings) as house:
        assert {one.stat().st_mode & 0o777 for one in companions[2:]} == {0o600}
        assert house.store.problem is None or "may not be written" in house.store.problem
        assert (settings.data / "quoth.db").stat().st_mode & 0o777 == 0o400
        (settings.data / "quoth.db").chmod(0o600)
    async with open_house(settings) as house:
        assert {one.stat().st_mode & 0o777 for one in companions} == {0o600}
        assert house.store.problem is None
        assert Run(house, "token").identifies.count == 1


def test_what_this_user_may_not_open_is_begun_anew_and_that_is_said_once(tmp_path, monkeypatch, caplog):
    place, really = tmp_path / "one", os.open
    place.write_text("root's")
    theirs = place.stat().st_ino

    def of_another(name, *more):
        if os.path.lexists(name) and os.lstat(name).st_ino == theirs:
            raise PermissionError
        return really(name, *more)

    monkeypatch.setattr(os, "open", of_another)
    spare = tmp_path / "spare"
    spare.hardlink_to(place)  # so that its number is not given to the next
    for _ in range(2):
        os.close(private.open_to_write(place))
    assert caplog.text.count("begun anew") == 1
    assert place.stat().st_ino != theirs


def test_what_a_full_disk_took_only_half_of_is_not_written(tmp_path, monkeypatch):
    place, write = tmp_path / "one", os.write
    private.overwrite(place, b"before", 10)
    monkeypatch.setattr(os, "write", lambda handle, data: write(handle, data[:3]))
    with pytest.raises(OSError, match="No space left on device"):
        private.overwrite(place, b"after", 10)
    monkeypatch.undo()
    private.overwrite(place, b"again", 10)
    assert place.read_bytes() == b"again     "


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() != 0, reason="only root may give files away")
@pytest.mark.parametrize(("user", "owner"), [(0, 4321), (1, 0)])
def test_only_root_gives_to_the_owner_of_a_folder_what_it_makes_there(tmp_path, monkeypatch, user, owner):
    os.chown(tmp_path, 4321, 4321)
    monkeypatch.setattr(os, "geteuid", lambda: user)
    private.make_folder(tmp_path / "new" / "data")
    private.make_file(tmp_path / "file")
    assert {one.stat().st_uid for one in tmp_path.rglob("*")} == {owner}


def test_what_is_not_ours_is_not_touched(tmp_path):
    folder = tmp_path / "data"
    folder.mkdir()
    folder.chmod(0o755)
    for name in ("token", "quoth.db"):
        (folder / name).touch()
        (folder / name).chmod(0o644)
    (folder / "last_good").symlink_to(tmp_path / "elsewhere")
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "elsewhere").chmod(0o755)
    (said,) = private.narrow(folder, ("quoth.db*", "last_good"))
    assert "now for this user alone" in said
    modes = {one.name: one.stat().st_mode & 0o777 for one in folder.iterdir()}
    assert modes == {"token": 0o644, "quoth.db": 0o600, "last_good": 0o755}
    assert private.narrow(folder, ("quoth.db*", "last_good")) == ()


@pytest.mark.parametrize("mode", [0o1777, 0o1755, 0o1770])
def test_our_files_in_a_folder_everybody_shares_are_ours_alone(tmp_path, mode):
    folder = tmp_path / "shared"
    (folder / "last_good" / "bank").mkdir(parents=True)
    folder.chmod(mode)
    for name in ("quoth.db", "quoth.db-wal", "quoth.db-shm", "quoth.db.guard", "last_good/bank/topics.yaml", "theirs"):
        (folder / name).touch()
        (folder / name).chmod(0o644)
    (said,) = private.narrow(folder, ("quoth.db*", "last_good"))
    assert "not the bot's to close" in said
    assert folder.stat().st_mode & 0o7777 == mode
    assert [one.name for one in wide(folder)] == ["shared", "theirs"]


@pytest.mark.parametrize("theirs", ["another", ".hidden", "last_good.old"])
def test_a_folder_that_leads_to_folders_of_others_is_not_closed_to_them(tmp_path, theirs):
    """As /var/lib, or a whole system, when root names it by mistake."""
    for name in ("last_good", theirs):
        (tmp_path / "lib" / name).mkdir(parents=True)
    (tmp_path / "lib" / "quoth.db").touch()
    (tmp_path / "lib" / "quoth.db").chmod(0o644)
    (tmp_path / "lib").chmod(0o755)
    (said,) = private.narrow(tmp_path / "lib", ("quoth.db*", "last_good"))
    assert "not the bot's to close" in said
    assert (tmp_path / "lib").stat().st_mode & 0o777 == 0o755
    assert (tmp_path / "lib" / "quoth.db").stat().st_mode & 0o777 == 0o600
    (tmp_path / "lib" / theirs).rmdir()
    (said,) = private.narrow(tmp_path / "lib", ("quoth.db*", "last_good"))
    assert "now for this user alone" in said


def test_our_files_in_a_folder_of_another_user_are_ours_alone(tmp_path, monkeypatch):
    folder, really = tmp_path / "theirs", os.geteuid()
    folder.mkdir(mode=0o755)
    folder.chmod(0o755)
    (folder / "quoth.db").touch()
    (folder / "quoth.db").chmod(0o644)
    stat = type(folder).stat

    def of_another(self, **options):
        found = stat(self, **options)
        return os.stat_result((*found[:4], really + 1, *found[5:])) if self == folder else found

    monkeypatch.setattr(type(folder), "stat", of_another)
    (said,) = private.narrow(folder, ("quoth.db*",))
    assert "not the bot's to close" in said
    assert (folder / "quoth.db").lstat().st_mode & 0o777 == 0o600


async def test_the_log_of_a_folder_everybody_shares_and_its_parts(tmp_path):
    settings = Settings(data=tmp_path / "data")
    settings.data.mkdir()
    (settings.data / "quoth.db").touch()
    (settings.data / "quoth.db").chmod(0o644)
    settings.data.chmod(0o1777)
    async with open_house(settings):
        modes = {one.name: one.stat().st_mode & 0o777 for one in settings.data.glob("quoth.db*") if one.is_file()}
        assert {"quoth.db", "quoth.db-wal", "quoth.db-shm"} <= modes.keys()
        assert set(modes.values()) == {0o600}


def test_a_folder_that_is_not_there_is_said_and_no_more(tmp_path):
    assert "cannot be closed to others" in private.narrow(tmp_path / "none", ("*",))[0]


@pytest.mark.parametrize("what", ["link", "pipe", "file of others"])
def test_what_is_begun_anew_takes_nothing_of_what_stood_there(tmp_path, what):
    place, precious = tmp_path / "salvaging", tmp_path / "precious"
    precious.write_text("precious")
    {"link": place.symlink_to, "pipe": lambda _: os.mkfifo(place), "file of others": place.hardlink_to}[what](precious)
    with private.open_file(place) as file:
        file.write(b"own")
    assert (place.read_bytes(), precious.read_text()) == (b"own", "precious")


def test_no_pipe_among_what_is_kept_of_a_bank_is_waited_for(tmp_path):
    cache, copies = tmp_path / "cache", tmp_path / "last_good"
    cache.mkdir()
    os.mkfifo(cache_files.path_of(cache, "bank", "0123"))
    assert cache_files.load(cache, "bank", "0123") is None
    (copies / ("0" * 64)).mkdir(parents=True)
    os.mkfifo(copies / ("0" * 64) / FACTS)
    assert not Copies(tmp_path).last_good.is_loss_pending(shipped_bank())


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() != 0, reason="only root may give files away")
@pytest.mark.parametrize(("user", "mode"), [(0, 0o600), (4321, 0o644)])
def test_a_file_of_another_user_is_left_as_it_is(tmp_path, user, mode):
    for one in (tmp_path / "quoth.db", tmp_path / "quoth.db.status"):
        one.touch()
        one.chmod(0o644)
        os.chown(one, user, user)
        assert list(private.narrow_file(one)) == []
        assert one.stat().st_mode & 0o777 == mode
