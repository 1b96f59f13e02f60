"""`quoth …` with pauses so short that a test need not wait for them. Started by launch.py like any script."""

import os
import socket
import sys
import threading
import time

from bot import app, running
from bot.chat.connection import gateway, identify_budget, sockets
from bot.chat.connection.backoff import Growing, Pauses
from bot.cli import main
from bot.store.database import maintenance
from bot.store.sqlite import vacuum

QUICK = Pauses(
    start=Growing(0.05, 0.2), line=Growing(0.05, 0.2), identify=Growing(0.05, 0.2), telling=Growing(0.1, 0.4)
)


async def never(_connection) -> bool:
    """As of a log from which something was deleted."""
    return False


if __name__ == "__main__":
    running.Pauses = lambda: QUICK
    identify_budget.APART = 0.05
    gateway.RESUMING = 0.0
    for module, name in ((sockets, "RESUMED_WITHIN"), (gateway, "NEAR"), (app, "HEALTH_EVERY")):
        setattr(module, name, float(os.environ.get(name, getattr(module, name))))
    if "LOST_IN_DNS" in os.environ:
        socket.getaddrinfo = lambda *_args, **_options: time.sleep(300)
    if "NEVER_ANEW" in os.environ:  # the log is written anew at once, without end, and whatever it is told
        maintenance.FIRST_CHECK = 0.0
        vacuum.is_vacuumed = never
        maintenance.vacuum = lambda *_: (print("written anew", flush=True), threading.Event().wait())  # noqa: T201
    sys.exit(main())
