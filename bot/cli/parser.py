"""What the words of a call mean. On its own, as it is loaded only when signals are heard."""

from __future__ import annotations

import argparse
from typing import NoReturn

from bot.text import without_tokens


class Parser(argparse.ArgumentParser):
    """The words of a call. What it refuses is told as every error is."""

    def error(self, message: str) -> NoReturn:
        """Say how a command is called, and what is wrong."""
        super().error(without_tokens(message))
