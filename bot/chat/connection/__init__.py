"""Every touch of a private part of discord.py stands in this package, with a check that the part is still there.

The check runs at import: another version of discord.py that was built differently is told in one clear line at the
start, not by a fault in the middle of the night.
"""

from __future__ import annotations

import inspect
from typing import TYPE_CHECKING, Any

import discord

from ...errors import CallError

if TYPE_CHECKING:
    from collections.abc import Iterable


def relied_on(what: str, parts: Iterable[tuple[Any, str]], takes: Iterable[tuple[Any, tuple[str, ...]]] = ()) -> None:
    """Check that each (owner, attribute) is there and each function takes these arguments. Raises CallError."""
    missing = [f"{getattr(owner, '__name__', owner)}.{name}" for owner, name in parts if not hasattr(owner, name)]
    for function, names in takes:
        taken = inspect.signature(function).parameters
        missing += [f"{function.__qualname__}({name})" for name in names if name not in taken]
    if missing:
        raise CallError(
            f"discord.py {discord.__version__} is built differently from what {what} relies on "
            f"({', '.join(missing)} is not there); install discord.py 2.7.1"
        )


def named(owner: Any, function: str, words: Iterable[str]) -> list[tuple[Any, str]]:
    """What a function of discord.py must use, by the words of its source, for `relied_on`: attributes of instances."""
    if not hasattr(owner, function):
        return [(owner, function)]
    try:
        text = inspect.getsource(getattr(owner, function))
    except OSError:  # installed without its source
        return []
    return [(owner, word) for word in words if word not in text]
