"""`quoth demo`: the real bot in a simulated Discord on a local page. No account, no token, no network."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import os
import random
import signal
import tempfile
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..config import Settings, load_settings
from ..errors import CallError

if TYPE_CHECKING:
    import argparse

    from simcord import Env, MemberActor
    from simcord.builders import ChannelHandle

FIRST = "russia"
WELCOME = (
    "Welcome! Type /quote and pick a suggestion, /verify with a quotation, or mention me: @Quoth rusia. /help or "
    "@Quoth help says what else there is. The viewer list above lets you be the newcomer or the moderator. "
    "This page has no menus on a right-click: those are in Discord alone."
)


def options(parser: argparse.ArgumentParser) -> None:
    """The options of `quoth demo`."""
    parser.add_argument("--port", type=int, default=0, help="port of the page on 127.0.0.1 (default: any free one)")
    parser.add_argument("--bank", type=Path, metavar="DIR", help="folder of the bank (default: the shipped bank)")
    parser.add_argument("--seed", type=int, help="make every choice of quotes the same in every run")
    parser.add_argument("--once", action="store_true", help="answer the first query, show it, and leave")


def run(args: argparse.Namespace) -> int:
    """Serve the demo until Ctrl-C."""
    try:
        import simcord.preview  # noqa: F401, PLC0415
    except ImportError:
        raise CallError("the demo needs the simulated Discord: pip install 'quoth[demo]', or run make demo") from None
    if not 0 <= args.port <= 65535:
        raise CallError("--port takes a number from 0 to 65535")
    from ..editions import reloading, watching  # noqa: PLC0415  as in serving: none but the demo waits for them

    logging.basicConfig(level=logging.ERROR, format="{levelname}: {message}", style="{")
    for module in (watching, reloading):
        logging.getLogger(module.__name__).setLevel(logging.INFO)
    with tempfile.TemporaryDirectory(prefix="quoth-demo-") as folder:
        chosen = load_settings(None, {**os.environ, "QUOTH_DATA": folder})
        settings = Settings(
            **{name: getattr(chosen, name) for name in chosen.__slots__}
            | {"bank": args.bank or chosen.bank, "data": Path(folder), "health_file": None}
        )
        asyncio.run(_demo(settings, port=args.port, seed=args.seed, once=args.once))
    return 0


async def _demo(settings: Settings, *, port: int, seed: int | None, once: bool) -> None:
    import simcord  # noqa: PLC0415  only the demo needs the simulated Discord

    from ..app import Clocks, open_house  # noqa: PLC0415
    from ..editions.delays import Delays  # noqa: PLC0415

    rng = random.Random(seed) if seed is not None else None  # noqa: S311  a choice of quotes, not a secret
    async with open_house(settings, rng=rng, watch=None if once else Delays(), clocks=Clocks(age=float)) as house:
        client = house.client(message_content=True)
        async with simcord.run(client, check_errors=False) as env:
            assert client.user is not None
            await client.user.edit(username="Quoth")
            channel, newcomer, moderator = _study_group(env)
            assert channel.guild is not None
            client.settings = replace(settings, bank_servers=frozenset({channel.guild.id}))
            await moderator.slash(channel, "settings keywords", on=True)
            await newcomer.send(channel, "hi all, I am new here. what do people ask this bot?")
            answer = await newcomer.slash(channel, "quote", about=FIRST)
            _show(_read(answer.response.components if answer.response else []))
            if once:
                return
            async with contextlib.AsyncExitStack() as stack:
                preview = env.preview(channel, viewers=[newcomer, moderator], layout="channel", port=port or None)
                try:
                    page = await stack.enter_async_context(preview)
                except simcord.SetupError as error:
                    raise CallError(_why_no_page(port, error.__cause__)) from None
                print(f"\n  The simulated Discord is at  {page.url}")
                print(
                    "  Type /quote and pick a suggestion, press the buttons, write @Quoth rusia or @Quoth help. "
                    "Ctrl-C ends it.\n"
                    f"  The quotes are in  {settings.bank_folder}  and may be changed meanwhile.\n",
                    flush=True,
                )
                await _until_stopped(page.wait_closed())


def _why_no_page(port: int, error: BaseException | None) -> str:
    code = error.errno if isinstance(error, OSError) else None
    why = f" ({os.strerror(code)})" if code else ""
    where = f"port {port}" if port else "any port"
    return f"the page cannot be served on {where}{why}: name another with --port, or leave that out"


def _study_group(env: Env) -> tuple[ChannelHandle, MemberActor, MemberActor]:
    import discord  # noqa: PLC0415

    guild = env.create_guild("Security studies")
    role = guild.create_role("Moderators", permissions=discord.Permissions(manage_guild=True))
    channel = guild.create_text_channel("study-group", topic=WELCOME)
    newcomer = guild.add_member(env.create_user("newcomer"))
    return channel, newcomer, guild.add_member(env.create_user("moderator"), roles=[role])


def _read(components: list[dict[str, Any]]) -> list[str]:
    lines: list[str] = []
    for component in components:
        if component.get("type") == 10:  # a text display
            lines.append(component["content"])
        labels = [part["label"] for part in component.get("components", []) if part.get("type") == 2]  # buttons
        if labels:
            lines.append("  ".join(f"[{label}]" for label in labels))
        elif component.get("components"):
            lines += _read(component["components"])
    return lines


def _show(lines: list[str]) -> None:
    from rich.console import Console  # noqa: PLC0415
    from rich.markdown import Markdown  # noqa: PLC0415
    from rich.panel import Panel  # noqa: PLC0415

    plain = "\n\n".join(line.replace("\n-# ", "\n\n").replace("\n", "  \n") for line in lines)
    Console().print(Panel(Markdown(plain), title=f"/quote {FIRST}", title_align="left", border_style="blue"))


async def _until_stopped(closed: Any) -> None:
    """Wait until the page is closed or the process is told to stop."""
    stopped = asyncio.Event()
    loop = asyncio.get_running_loop()
    for name in (signal.SIGINT, signal.SIGTERM):
        with contextlib.suppress(NotImplementedError):  # Windows has no signal handlers in its event loop
            loop.add_signal_handler(name, stopped.set)
    tasks = {asyncio.create_task(stopped.wait()), asyncio.create_task(closed)}
    _, late = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
    for task in late:
        task.cancel()
    await asyncio.gather(*late, return_exceptions=True)
