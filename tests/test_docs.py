"""What the documents say is true: commands exist and run, links and paths lead somewhere."""

from __future__ import annotations

import argparse
import asyncio
import importlib
import os
import re
import shlex
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.cli import COMMANDS
from bot.store.store import Store

ROOT = Path(__file__).parent.parent
DOCUMENTS = sorted(
    [*ROOT.glob("*.md"), *ROOT.glob("docs/*.md"), *ROOT.glob("quotes/*.md"), *ROOT.glob("benchmarks/*/*.md")]
)
FENCE = re.compile(r"^( *)```(\w*)\n(.*?)^\1```$", re.MULTILINE | re.DOTALL)
LINK = re.compile(r"!?\[[^\]]*\]\(([^)\s]+)\)")
NAMED_PATH = re.compile(r"`((?:bot|tests|docs|quotes|requirements|benchmarks|scripts)/[\w./-]+)`")
NOT_ENDING = {"run", "demo"}
"""Commands that serve until they are told to stop: their options are read, they are not started."""
NEEDS_FILES = {"fingerprint", "draft", "health", "backup", "restore"}
"""Commands documented with a person's own files: their options are read, they are not started."""


def name(path: Path) -> str:
    return str(path.relative_to(ROOT))


def prose(path: Path) -> str:
    return FENCE.sub("", path.read_text(encoding="utf-8"))


def commands(path: Path) -> list[str]:
    """The command lines of the console blocks, continued lines joined, variables and remarks left out."""
    lines: list[str] = []
    for _, language, body in FENCE.findall(path.read_text(encoding="utf-8")):
        if language == "console":
            lines += body.replace("\\\n", " ").splitlines()
    stripped = (re.sub(r"^([A-Z_]+=\S* )+", "", line.strip().removeprefix("$ ")) for line in lines)
    return [line for line in stripped if line and not line.startswith("#")]


COMMAND_LINES = sorted({line for path in DOCUMENTS for line in commands(path)})
QUOTH_LINES = [line for line in COMMAND_LINES if line.removeprefix(".venv/bin/").startswith("quoth")]
MAKE_LINES = [line for line in COMMAND_LINES if line.startswith("make")]


def words_of(line: str) -> list[str]:
    """A command's words up to a pipe, a redirection or a remark."""
    lexer = shlex.shlex(line, posix=True, punctuation_chars="|<>;&")
    lexer.whitespace_split = True
    words: list[str] = []
    for word in lexer:
        if set(word) <= set("|<>;&"):
            break
        words.append(word)
    return words[1:]


def parser_of(command: str) -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog=f"quoth {command}")
    importlib.import_module(f"bot.cli.{command}").options(parser)
    return parser


def test_there_are_commands_to_check():
    assert len(QUOTH_LINES) >= 4
    assert {"make demo", "make test"} <= set(MAKE_LINES)


def test_the_readme_begins_with_the_two_commands():
    assert commands(ROOT / "README.md")[:2] == ["make demo", "make test"]


@pytest.mark.parametrize("line", MAKE_LINES)
def test_a_documented_make_target_exists(line):
    targets = re.findall(r"^([a-z-]+):(?!=)", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE)
    wanted = [word for word in words_of(line) if "=" not in word]
    assert wanted
    assert set(wanted) <= set(targets)


@pytest.mark.parametrize("line", QUOTH_LINES)
def test_a_documented_command_is_understood(line, capsys):
    command, *rest = words_of(line)
    if command in {"--help", "--version"}:
        return
    assert command in COMMANDS
    try:
        parser_of(command).parse_args(rest)
    except SystemExit:
        pytest.fail(capsys.readouterr().err)


@pytest.mark.parametrize("line", QUOTH_LINES)
async def test_a_documented_command_runs(line, tmp_path):
    command, *rest = words_of(line)
    if command in NOT_ENDING | NEEDS_FILES:
        pytest.skip("it does not end by itself, or needs a person's own files")
    store = await Store.open(tmp_path / "quoth.db", now=lambda: datetime.now(UTC))  # the log of a bot that has run
    await store.close()
    running = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "bot", command, *rest),
        cwd=ROOT,
        env={**os.environ, "QUOTH_DATA": str(tmp_path)},
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    out, err = await running.communicate()
    assert running.returncode == 0, err.decode()
    assert out.strip()
    assert b"Traceback" not in err


@pytest.mark.parametrize("path", DOCUMENTS, ids=name)
def test_every_link_leads_to_a_file_and_heading(path):
    for target in LINK.findall(prose(path)):
        if re.match(r"[a-z]+:", target):
            continue
        file, _, anchor = target.partition("#")
        there = (path.parent / file).resolve() if file else path
        assert there.exists(), f"{name(path)} links to {target}"
        if anchor:
            assert anchor in anchors(there), f"{name(path)} links to {target}"


def anchors(path: Path) -> set[str]:
    headings = re.findall(r"^#+ (.+)$", prose(path), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


@pytest.mark.parametrize("path", DOCUMENTS, ids=name)
def test_every_path_that_is_named_exists(path):
    missing = [named for named in NAMED_PATH.findall(prose(path)) if not (ROOT / named).exists()]
    assert not missing, f"{name(path)} names what is not there"


@pytest.mark.parametrize("command", COMMANDS)
def test_every_option_of_the_terminal_is_explained(command):
    actions = parser_of(command)._actions
    assert actions
    assert not [action.dest for action in actions if not action.help]
