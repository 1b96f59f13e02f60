"""Tells a schedule point by point, with what the store says. Run: .venv/bin/python -m tests.store.model 'SCHEDULE'"""

from __future__ import annotations

import json
import logging
import sys

from tests.store.model.other_program import OtherProgram
from tests.store.model.world import run


def tell(world, point):
    """One line for a point: the fault that happens there, and what is counted."""
    store, fault = world.store, world.faults.get(point)
    counts = ", ".join(f"{name} {getattr(store, name)}" for name in ("given", "waiting", "unwritten", "lost") if store)
    sys.stdout.write(f"{point:24} {counts}{f'   <-- {fault}' if fault else ''}\n")


def main():
    logging.basicConfig(format="  %(message)s", stream=sys.stdout)
    other = OtherProgram()
    try:
        world = run(json.loads(sys.argv[1]), other, tell)
    finally:
        other.close()
    sys.stdout.write("\n".join(world.wrong or ["exact"]) + "\n")
    return bool(world.wrong)


if __name__ == "__main__":
    sys.exit(main())
