"""Waiting for what the store does by and by."""

import asyncio

PATIENCE = 500
"""Looks, a hundredth of a second apart, after which something that should have happened did not."""


async def until(true):
    """Wait until something holds."""
    for _ in range(PATIENCE):
        if true():
            return
        await asyncio.sleep(0.01)
    raise AssertionError("it never came to hold")


async def written(store):
    """Wait until nothing is to be written any more."""
    await until(lambda: not store.unwritten)
