"""The shape of the house: the import rule, sizes, lists that must agree, what must not stand in the repository."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
import tomllib
from importlib.util import resolve_name
from pathlib import Path

import pytest
import yaml
from radon.complexity import cc_visit
from radon.visitors import Class

from bot import __version__
from bot.chat.cogs import ALL
from bot.cli import COMMANDS

ROOT = Path(__file__).parent.parent
MODULES = sorted((ROOT / "bot").rglob("*.py"))
LOCKS = sorted((ROOT / "requirements").glob("*.txt"))
LIMIT = 350
LONGER_FOR_A_REASON: dict[str, str] = {}
"""Module → the reason why it is better in one piece."""
SUBJECT = 72
"""Characters of a commit's first line, as CONTRIBUTING says."""
LONGER_SUBJECTS_UNTIL = "7c4b457"
NOT_ROOMS = {"contract", "data", "gateway", "journeys"}
"""Folders of tests that mirror no room of bot/."""


def relative(path: Path) -> str:
    return str(path.relative_to(ROOT))


def project() -> dict:
    return tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))


def git(*arguments: str) -> str:
    try:
        return subprocess.run(["git", *arguments], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    except (OSError, subprocess.CalledProcessError):
        pytest.skip("this is no checkout, or not a whole one")


def tracked() -> list[Path]:
    return [ROOT / name for name in git("ls-files", "-z").split("\0") if name and (ROOT / name).is_file()]


def test_the_subject_of_every_commit_fits_a_line():
    subjects = git("log", "--format=%s", f"{LONGER_SUBJECTS_UNTIL}..HEAD").splitlines()
    assert subjects
    assert not [subject for subject in subjects if len(subject) > SUBJECT]


def test_imports_only_go_down():
    command = "from importlinter.cli import lint_imports_command as go; go()"
    done = subprocess.run(
        [sys.executable, "-c", command, "--no-cache"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert " 0 broken" in done.stdout


@pytest.mark.parametrize("room", ["bank", "editions", "keywords", "search", "store", "strict_yaml", "verify"])
def test_the_core_starts_without_discord(room):
    names = sorted(path for path in (ROOT / "bot" / room).rglob("*.py") if path.stem != "__init__")
    imports = "; ".join(f"import {'.'.join(path.relative_to(ROOT).with_suffix('').parts)}" for path in names)
    program = f"import sys; {imports}; sys.exit('discord' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", program], cwd=ROOT, check=False).returncode == 0


def test_no_module_is_long_without_a_reason():
    long = {relative(path): lines for path in MODULES if (lines := len(path.read_bytes().splitlines())) > LIMIT}
    assert set(long) == set(LONGER_FOR_A_REASON), long


COMPLEXITY = 15
"""Ways through a function at most, each `and` and `or` counted."""
MORE_WAYS_FOR_A_REASON: dict[str, str] = {}
"""Function → the reason why it is better in one piece."""


def test_no_function_has_more_ways_than_a_reader_can_follow():
    found = {
        f"{relative(path)}:{block.name}": block.complexity
        for path in MODULES
        for block in functions_of(cc_visit(path.read_text(encoding="utf-8")))
        if block.complexity > COMPLEXITY
    }
    assert set(found) == set(MORE_WAYS_FOR_A_REASON), found


def functions_of(blocks):
    """Functions, methods, and those defined inside of them."""
    for block in blocks:
        if isinstance(block, Class):
            yield from functions_of([*block.methods, *block.inner_classes])
        else:
            yield block
            yield from functions_of(block.closures)


DOORS = ("bot.__main__", "bot.app", "bot.cli")
WITHOUT_A_DOOR = {"bot.bank.editing", "bot.bank.sheet", "bot.bank.writer"}
"""What moderators will change quotes by in Discord: tried and kept until it has its door."""


def test_every_module_is_reached_from_a_door():
    names = {dotted(path): path for path in MODULES}
    seen, to_see = set(), [name for name in names if name.startswith(DOORS)]
    while to_see:
        name = to_see.pop()
        if name in names and name not in seen:
            seen.add(name)
            to_see += [name.rpartition(".")[0], *imported_by(names[name])]
    assert len(seen) > 100
    assert set(names) - seen == WITHOUT_A_DOOR


def dotted(path):
    return ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")


def imported_by(path):
    for node in ast.walk(tree(relative(path))):
        if isinstance(node, ast.ImportFrom):
            package = dotted(path) if path.name == "__init__.py" else dotted(path).rpartition(".")[0]
            module = resolve_name("." * node.level + (node.module or ""), package)
            yield from (module, *(f"{module}.{alias.name}" for alias in node.names))
        elif isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)


def test_no_import_names_the_package_which_has_another_name_where_it_is_installed():
    found = {
        f"{relative(path)}:{node.lineno}"
        for path in MODULES
        for node in ast.walk(tree(relative(path)))
        if (isinstance(node, ast.ImportFrom) and not node.level and (node.module or "").split(".")[0] == "bot")
        or (isinstance(node, ast.Import) and any(alias.name.split(".")[0] == "bot" for alias in node.names))
    }
    assert found == set()


ROOMS = sorted(path.name for path in (ROOT / "bot").iterdir() if path.is_dir() and any(path.glob("*.py")))


@pytest.mark.parametrize("room", ROOMS)
def test_the_tests_mirror_the_room(room):
    """A room is tried by tests/test_<room>.py, or by modules of tests/<room>/ that are named after its own."""
    if (ROOT / "tests" / f"test_{room}.py").is_file():
        return
    folder = ROOT / "bot" / room
    there = {path.stem for path in folder.rglob("*.py")} | {path.name for path in folder.iterdir() if path.is_dir()}
    tries = {path.stem.removeprefix("test_") for path in (ROOT / "tests" / room).rglob("test_*.py")}
    assert [name for name in tries if any(name == one or name.startswith(f"{one}_") for one in there)]


def test_every_folder_of_tests_has_its_place():
    folders = {path.name for path in (ROOT / "tests").iterdir() if path.is_dir() and any(path.rglob("test_*.py"))}
    assert folders
    assert folders <= set(ROOMS) | NOT_ROOMS


def test_every_cog_is_listed():
    modules = {path.stem for path in (ROOT / "bot/chat/cogs").glob("*.py") if path.stem != "__init__"}
    listed = [cog.__module__.rpartition(".")[2] for cog in ALL]
    assert len(listed) == len(set(ALL))
    assert modules == set(listed)


def test_every_command_is_a_module_and_every_module_a_command():
    modules = {path.stem for path in (ROOT / "bot/cli").glob("*.py")}
    assert set(COMMANDS) <= modules
    doors = {
        name
        for name in modules
        if {"options", "run"}
        <= {node.name for node in tree(f"bot/cli/{name}.py").body if isinstance(node, ast.FunctionDef)}
    }
    assert doors == set(COMMANDS)


def tree(name: str) -> ast.Module:
    return ast.parse((ROOT / name).read_text(encoding="utf-8"))


FORBIDDEN_NAMES = re.compile(r"(Manager|Helper|Utils?|Base|Handler)$")


def test_classes_are_nouns_from_our_list_of_words():
    found = [
        f"{relative(path)}: {node.name}"
        for path in MODULES
        for node in ast.walk(tree(relative(path)))
        if isinstance(node, ast.ClassDef) and FORBIDDEN_NAMES.search(node.name)
    ]
    assert not found


def test_all_sql_stands_in_the_store():
    statement = re.compile(r"\b(SELECT .+ FROM|INSERT INTO|DELETE FROM|CREATE TABLE|PRAGMA \w+)\b")
    found = {relative(path) for path in MODULES if statement.search(path.read_text(encoding="utf-8"))}
    assert found
    assert all(name.startswith("bot/store/") for name in found), found


def test_what_is_locked_is_what_the_project_asks_for():
    asked = set(project()["project"]["dependencies"])
    lines = (ROOT / "requirements/run.in").read_text(encoding="utf-8").splitlines()
    assert {line for line in lines if line and not line.startswith("#")} == asked
    demo = set(project()["project"]["optional-dependencies"]["demo"])
    assert demo <= set((ROOT / "requirements/dev.in").read_text(encoding="utf-8").splitlines())


@pytest.mark.parametrize("path", LOCKS, ids=relative)
def test_every_locked_package_has_its_version_and_hashes(path):
    text = path.read_text(encoding="utf-8")
    blocks = re.findall(r"^([a-zA-Z0-9][^\n]*(?:\n +[^\n]*)*)", text, re.MULTILINE)
    assert blocks
    for block in blocks:
        assert re.match(r"[\w.\-]+(\[[\w,]+\])?==[\w.]+", block), block.splitlines()[0]
        assert re.search(r"--hash=sha256:[0-9a-f]{64}\b", block), block.splitlines()[0]


def test_what_runs_is_locked_alike_everywhere():
    def versions(name: str) -> dict[str, str]:
        return dict(re.findall(r"^([\w.\-]+)==(\S+)", (ROOT / f"requirements/{name}.txt").read_text(), re.MULTILINE))

    run, dev, build = versions("run"), versions("dev"), versions("build")
    assert {name: dev.get(name) for name in run} == run
    assert {name: dev[name] for name in build if name in dev} == {name: build[name] for name in build if name in dev}


@pytest.mark.parametrize("name", ["Makefile", "Dockerfile", ".ci/run"])
def test_whatever_installs_the_locked_packages_installs_what_newer_pythons_need(name):
    text = (ROOT / name).read_text(encoding="utf-8").replace("\\\n", " ")
    installs = re.findall(r"-r requirements/(?:run|dev)\.txt.*", text)
    assert installs
    assert all("-r requirements/newer.txt" in rest for rest in installs)


def test_the_version_is_one():
    assert project()["project"]["version"] == __version__
    changelog = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    assert f"## [{__version__}]" in changelog
    assert "## [Unreleased]" in changelog


# Written in pieces so that this file does not hold what it looks for.
NOT_HERE = {
    "a package registry's host": re.compile(
        "|".join(["python" + "hosted", r"py" + r"pi\.(org|python)", r"npm" + r"js\.(org|com)", r"deb\." + "debian"])
    ),
    "a path of somebody's machine": re.compile(
        "|".join(["/" + "work/", "/" + "root/", "/" + r"home/\w+/", "/" + "Users/", "/tmp/" + "bash"])
    ),
    "a token": re.compile(r"\b[MNO][\w-]{23,27}\.[\w-]{6}\.[\w-]{27,40}\b"),
}


@pytest.mark.parametrize("what", NOT_HERE)
def test_the_repository_does_not_hold(what):
    found = []
    assert len(list(tracked())) > 100
    for path in tracked():
        data = path.read_bytes()
        if b"\0" not in data and NOT_HERE[what].search(data.decode("utf-8", "replace")):
            found.append(relative(path))
    assert not found


def instructions() -> list[str]:
    return (ROOT / "Dockerfile").read_text(encoding="utf-8").replace("\\\n", " ").splitlines()


def test_the_image_is_built_with_care():
    lines = [line for line in instructions() if line and not line.startswith("#")]
    bases = [line.split()[1] for line in lines if line.startswith("FROM ")]
    assert len(bases) == 2
    assert all(re.fullmatch(r"python:3\.\d+-slim-\w+", base) for base in bases)
    assert len(set(bases)) == 1
    installs = [part for line in lines for part in line.split("&&") if "pip install" in part]
    assert installs
    assert all("--require-hashes" in part or "--no-index" in part for part in installs)
    assert not [line for line in lines if line.startswith("ADD ") or "apt-get" in line or "sudo" in line]


def test_the_image_ends_without_root_and_with_a_health_check():
    last = "\n".join(instructions()).rpartition("\nFROM ")[2]
    assert re.findall(r"^USER (\S+)$", last, re.MULTILINE) == ["10001:10001"]
    assert re.search(r'^HEALTHCHECK .*CMD \["quoth", "health"\]$', last, re.MULTILINE)
    assert 'ENTRYPOINT ["quoth"]\nCMD ["run"]' in last
    assert "QUOTH_HEALTH_FILE=/data/" in last


def test_only_what_is_named_gets_into_the_image():
    lines = (ROOT / ".dockerignore").read_text(encoding="utf-8").splitlines()
    allowed = {line[1:] for line in lines if line.startswith("!")}
    assert "*" in lines
    copied = {
        word.split("/")[0]
        for line in instructions()
        if line.startswith("COPY ") and "--from" not in line
        for word in line.split()[1:-1]
    }
    assert copied <= allowed
    assert not allowed & {"data", "config.yaml", ".git"}


def test_compose_gives_the_bot_as_little_as_it_needs():
    compose = yaml.safe_load((ROOT / "compose.yaml").read_text(encoding="utf-8"))
    bot = compose["services"]["quoth"]
    assert bot["read_only"] is True
    assert bot["cap_drop"] == ["ALL"]
    assert bot["security_opt"] == ["no-new-privileges:true"]
    assert bot["restart"] == "unless-stopped"
    assert bot["environment"]["QUOTH_TOKEN_FILE"] == "/run/secrets/quoth_token"
    assert "QUOTH_TOKEN" not in bot["environment"]
    assert bot["secrets"] == list(compose["secrets"])
    assert not bot.get("privileged")
    assert not bot.get("ports")
