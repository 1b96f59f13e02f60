"""Waiting for what the store does by and by."""

import asyncio


async def written(store):
    """Wait until nothing is to be written any more."""
    for _ in range(500):
        if not store.unwritten:
            return
        await asyncio.sleep(0.01)
    raise AssertionError("it was never written")
