"""A program started against the stand-in, as a process of its own."""

from __future__ import annotations

import asyncio
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from tests.gateway.stand_in.discord import SECONDS

if TYPE_CHECKING:
    from tests.gateway.stand_in.discord import StandIn

LAUNCHER = Path(__file__).parents[1] / "launch.py"


class Program:
    """A program started against the stand-in. `output` is complete once it has ended."""

    def __init__(self, process: asyncio.subprocess.Process, stand_in: StandIn) -> None:
        self._process = process
        self._stand_in = stand_in
        self._reading = asyncio.create_task(self._read())
        self.output = ""

    async def _read(self) -> None:
        assert self._process.stdout is not None
        async for line in self._process.stdout:
            self.output += line.decode(errors="replace")
        await self._stand_in.hear_the_end(self.output)

    @property
    def pid(self) -> int:
        """Its number."""
        return self._process.pid

    @property
    def status(self) -> int | None:
        """Its exit status; None while it runs."""
        return self._process.returncode

    def signal(self, number: int) -> None:
        """Send it a signal."""
        self._process.send_signal(number)

    async def ends(self, seconds: float = SECONDS) -> int:
        """Wait for its end and give its exit status."""
        try:
            async with asyncio.timeout(seconds):
                status = await self._process.wait()
        except TimeoutError:
            raise AssertionError(f"it did not end; it said:\n{self.output}") from None
        await self._reading
        return status

    async def kill(self) -> None:
        """End it if it has not ended."""
        if self._process.returncode is None:
            self._process.kill()
        await self._process.wait()
        await self._reading


async def start_program(stand_in: StandIn, folder: Path, *command: str, **environ: str) -> Program:
    """Start `quoth …` or a script against the stand-in; its memory is in `folder`/data."""
    plain = {name: value for name, value in os.environ.items() if not name.startswith("QUOTH_")}
    plain |= {"STAND_IN": stand_in.base, "QUOTH_DATA": str(folder / "data"), "PYTHONUNBUFFERED": "1"}
    stand_in.last_words = None
    return Program(
        await asyncio.create_subprocess_exec(
            *(sys.executable, str(LAUNCHER), *command),
            env=plain | environ,
            cwd=folder,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
            limit=1 << 24,
        ),
        stand_in,
    )
