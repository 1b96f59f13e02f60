"""A stand-in for Discord (tests/gateway/stand_in) and programs started against it."""

from __future__ import annotations

import os

import pytest

from tests.contract.judge import judge
from tests.gateway.stand_in import TOKEN, Program, running, start_program


@pytest.fixture
async def discord_stand_in():
    """A running stand-in on a free port. Where Discord's description is at hand it judges every body."""
    async with running() as stand_in:
        yield stand_in
        contract = judge(os.environ.get("DISCORD_OPENAPI"))
        assert contract is None or contract.faults(stand_in.requests) == []


@pytest.fixture
def good_token() -> str:
    """The one token the stand-in knows."""
    return TOKEN


@pytest.fixture
async def start(discord_stand_in, tmp_path):
    """Start a program against the stand-in: `await start("quoth", "run", QUOTH_TOKEN=…)`; its memory is in tmp_path."""
    started: list[Program] = []

    async def start(*command: str, **environ: str) -> Program:
        program = await start_program(discord_stand_in, tmp_path, *command, **environ)
        started.append(program)
        return program

    yield start
    for program in started:
        await program.kill()
