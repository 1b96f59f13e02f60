"""What the words of a call mean. On its own, as it is loaded only when signals are heard."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import NoReturn

from ..errors import CallError
from ..text import NO_NAME, looks_like_a_token, without_tokens


class Parser(argparse.ArgumentParser):
    """The words of a call. What it refuses is told as every error is."""

    def error(self, message: str) -> NoReturn:
        """Say how a command is called, and what is wrong."""
        super().error(without_tokens(message))


def refuse_tokens(args: argparse.Namespace) -> None:
    """Raise CallError where a name in the file system looks like a token: whatever the command says would repeat it."""
    for name, value in vars(args).items():
        if isinstance(value, Path) and looks_like_a_token(str(value)):
            raise CallError(f"{name} {NO_NAME}; rename it where it is none")
