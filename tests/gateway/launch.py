"""Starts `quoth …`, or a script, against the stand-in that STAND_IN names instead of Discord."""

import os
import runpy
import sys

import yarl
from discord.gateway import DiscordWebSocket
from discord.http import Route

if __name__ == "__main__":
    base = os.environ["STAND_IN"]
    Route.BASE = f"{base}/api/v10"
    DiscordWebSocket.DEFAULT_GATEWAY = yarl.URL(base.replace("http", "ws", 1) + "/gateway")
    del sys.argv[0]
    if sys.argv[0] == "quoth":
        from bot.cli import main

        sys.exit(main())
    runpy.run_path(sys.argv[0], run_name="__main__")
