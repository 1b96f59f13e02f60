"""A log whose first page is damaged, which tells where everything is: the rows of the others are taken over."""

import sqlite3
from contextlib import closing

import pytest

USES = 400


def spoil(at, count, byte=0xA5):
    def damage(page):
        page[at : at + count] = bytes([byte]) * count

    return damage


def flip(words, at, bit):
    def damage(page):
        page[page.index(words) + at] ^= 1 << bit

    return damage


DAMAGES = {
    "its magic": spoil(0, 16),
    "the size of a page": spoil(16, 2),
    "one bit of the head": spoil(12, 1, 0x11),
    "the head": spoil(0, 100),
    "a wrong version": spoil(52, 4, 0xFF),
    "the head of the tree": spoil(100, 10),
    "the middle": spoil(2000, 500),
    "all of it": spoil(0, 4096, 0),
    "a letter that is none": flip(b"CREATE TABLE uses", 1, 7),
    "the name of the table": flip(b"CREATE TABLE uses", 14, 0),
}


@pytest.fixture
async def left(opened, path, use):
    """A log of so many uses and one setting, closed as it should be."""
    store = await opened()
    for number in range(USES):
        assert await store.record(use(number), wait=30)
        store.settle(number, "answered")
    await store.set_keyword_channel(7, 71, True, 9)
    await store.close()
    return path


def spoilt(path, damage):
    whole = bytearray(path.read_bytes())
    page = whole[:4096]
    damage(page)
    path.write_bytes(page + whole[4096:])


def counted(path):
    with closing(sqlite3.connect(path)) as log:
        return log.execute("SELECT coalesce(sum(count), 0) FROM losses").fetchone()[0]


@pytest.mark.parametrize("damage", DAMAGES.values(), ids=DAMAGES)
async def test_what_stands_in_the_other_pages_is_taken_over(left, opened, in_file, damage):
    spoilt(left, damage)
    store = await opened()
    assert [one.channel for one in await store.keyword_channels()] == [71]
    assert any("could still be read" in notice for notice in store.notices)
    await store.close()
    assert in_file(left) == list(range(USES))
    assert counted(left) == 0
    assert not left.with_name("quoth.db.first").exists()


@pytest.mark.parametrize("damage", [DAMAGES["the head"], DAMAGES["all of it"]], ids=["the head", "all of it"])
async def test_no_row_gets_into_another_table(left, opened, in_file, damage):
    """A log that SQLite copied has its tables elsewhere."""
    with closing(sqlite3.connect(left)) as log:
        log.execute("VACUUM")
    spoilt(left, damage)
    store = await opened()
    assert await store.complaints(10) == []
    await store.close()
    kept = in_file(left)
    assert set(kept) <= set(range(USES))
    assert len(kept) + counted(left) == USES
