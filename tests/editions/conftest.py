"""A copy of the shipped bank to change, and waiting for what comes of it."""

import asyncio
import shutil

import pytest

from bot.config import shipped_bank
from bot.editions.copies import Copies
from bot.editions.making import open_edition

FILE = "sources/ukrinform-2020-06-08.yaml"
OUTLET = "outlet: Ukrinform"
PATIENCE = 60
"""Seconds after which something that should have happened did not."""


@pytest.fixture
def folder(tmp_path):
    shutil.copytree(shipped_bank(), tmp_path / "bank")
    return tmp_path / "bank"


@pytest.fixture
def data(tmp_path):
    """The data folder, which is not there yet."""
    return tmp_path / "data"


@pytest.fixture
def copies(data):
    return Copies(data)


@pytest.fixture
def edition():
    return open_edition(shipped_bank())


@pytest.fixture
def other(folder):
    """That of the folder, where one word is another."""
    text = (folder / FILE).read_text(encoding="utf-8")
    (folder / FILE).write_text(text.replace(OUTLET, "outlet: UKRINFORM"), encoding="utf-8")
    return open_edition(folder)


async def until(true):
    async with asyncio.timeout(PATIENCE):
        while not true():  # noqa: ASYNC110  what is waited for is seen from outside
            await asyncio.sleep(0.01)
