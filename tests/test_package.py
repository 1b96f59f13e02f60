"""What is installed: one package named quoth, beside which another's package named bot can stand."""

from __future__ import annotations

import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from bot.bank.reader import read_bank

ROOT = Path(__file__).parents[1]
PIP = (sys.executable, "-m", "pip", "--quiet", "--disable-pip-version-check")
READ = """
import bot, pathlib, sys
from quoth.config import shipped_bank
from quoth.editions import child_process
from quoth.editions.edition import Previous

outcome = child_process.ChildProcess(shipped_bank()).make(Previous())
print(bot.__doc__, len(outcome.edition.bank.quotes), [str(problem) for problem in outcome.problems])
print(pathlib.Path(child_process.__file__).is_relative_to(sys.argv[1]))
print(sorted(name for name in sys.modules if name.partition(".")[0] == "bot"))
"""
DRAW = """
import asyncio
from quoth.chat.ui import chart
from quoth.config import shipped_bank
from quoth.bank.reader import read_bank

print(len(asyncio.run(chart.picture(read_bank(shipped_bank()).bank.quotes))) > 1000)
"""


@pytest.fixture(scope="module")
def wheel(tmp_path_factory):
    """The wheel of this checkout, made anew."""
    folder = tmp_path_factory.mktemp("wheel")
    options = ("--no-deps", "--no-build-isolation", "--no-index", "--wheel-dir", str(folder))
    subprocess.run((*PIP, "wheel", *options, str(ROOT)), check=True, timeout=300)
    (made,) = folder.iterdir()
    return made


@pytest.fixture(scope="module")
def beside(wheel, tmp_path_factory):
    """A folder of packages into which it was installed, beside a package named bot."""
    folder = tmp_path_factory.mktemp("site")
    (folder / "bot").mkdir()
    (folder / "bot" / "__init__.py").write_text('"""Another\'s."""\n')
    options = ("--no-deps", "--no-index", "--target", str(folder))
    subprocess.run((*PIP, "install", *options, str(wheel)), check=True, timeout=300)
    return folder


@pytest.fixture
def run(beside, tmp_path):
    """Run a program with these packages, far from the checkout; gives what it prints."""

    def call(*command):
        environ = {**os.environ, "PYTHONPATH": str(beside), "QUOTH_DATA": str(tmp_path / "data")}
        done = subprocess.run(
            command, check=False, capture_output=True, text=True, cwd=tmp_path, env=environ, timeout=120
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    return call


def test_the_wheel_lays_one_package(wheel):
    with zipfile.ZipFile(wheel) as content:
        names = content.namelist()
    assert {name.split("/")[0] for name in names} == {"quoth", "quoth-0.1.0.dist-info"}
    shipped = {name for name in names if name.startswith("quoth/shipped_bank/")}
    assert len(shipped) == sum(file.is_file() for file in (ROOT / "quotes").rglob("*"))


def test_the_package_beside_it_is_left_as_it_was(beside, run):
    assert (beside / "bot" / "__init__.py").read_text() == '"""Another\'s."""\n'
    assert [file.name for file in (beside / "bot").iterdir() if file.suffix == ".py"] == ["__init__.py"]


@pytest.mark.parametrize("door", ["script", "module"])
def test_its_commands_work_beside_it(beside, run, door):
    quoth = (str(beside / "bin" / "quoth"),) if door == "script" else (sys.executable, "-m", "quoth")
    assert run(*quoth, "--version") == "quoth 0.1.0\n"
    assert "Jens Stoltenberg" in run(*quoth, "search", "russia")
    assert "no problems: every quote proved" in run(*quoth, "check")


def test_its_children_are_of_the_same_package(beside, run):
    printed = run(sys.executable, "-c", READ, str(beside)).splitlines()
    quotes = len(read_bank(ROOT / "quotes").bank.quotes)
    assert printed == [f"Another's. {quotes} []", "True", "['bot']"]
    assert run(sys.executable, "-c", DRAW) == "True\n"
