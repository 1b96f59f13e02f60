"""Changes one small thing in a module, a hundred times over, and asks the module's tests to notice.

    python scripts/mutants.py                    a sample, the same one each time
    python scripts/mutants.py --each 40 --seed 7   a larger one, another one
    python scripts/mutants.py --each 0 --only pick   every change there is of one module

Every change is made in a copy of the repository, never here. A change that no test notices stands in
tests/data/mutants.yaml with the reason, or is printed and makes the run fail.
"""

from __future__ import annotations

import argparse
import ast
import copy
import os
import random
import shutil
import subprocess
import sys
import tempfile
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from queue import Queue
from typing import TYPE_CHECKING, NamedTuple

import yaml

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).resolve().parents[1]
KNOWN = ROOT / "tests" / "data" / "mutants.yaml"
WANTED = 0.9
"""The share of changes that must be noticed."""
SLOWER = 4
"""How many times as long as without a change the tests may take, before the change counts as noticed: it hangs."""


class Room(NamedTuple):
    """A module, and the tests that must notice what is changed in it."""

    module: str
    tests: str


ROOMS = {
    "rules": Room("bank/rules.py", "bank/test_rules.py bank/test_bad_banks.py"),
    "fingerprint": Room("bank/fingerprint.py", "bank/test_fingerprint.py bank/test_inside.py cli/test_fingerprint.py"),
    "people": Room("bank/drafting/people.py", "bank/test_people.py bank/test_drafting.py cli/test_draft.py"),
    "speech": Room("bank/drafting/speech.py", "bank/test_drafting.py cli/test_draft.py"),
    "date_expressions": Room("search/parsing/date_expressions.py", "search/parsing/test_date_expressions.py"),
    "pick": Room("search/pick.py", "search/test_pick.py"),
    "triggers": Room("keywords/triggers.py", "keywords/test_triggers.py keywords"),
    "verifier": Room("verify/verifier.py", "verify"),
    "uses": Room(
        "store/uses/use_writer.py",
        "store/uses store/test_store.py store/reports store/emergency",
    ),
    "quotes": Room("chat/answers/quotes.py", "chat/answers/test_quotes.py journeys/test_quote.py"),
    "limits": Room("chat/limits.py", "chat/test_limits.py"),
}

COMPARISONS = {
    ast.Lt: ast.LtE,
    ast.LtE: ast.Lt,
    ast.Gt: ast.GtE,
    ast.GtE: ast.Gt,
    ast.Eq: ast.NotEq,
    ast.NotEq: ast.Eq,
    ast.In: ast.NotIn,
    ast.NotIn: ast.In,
    ast.Is: ast.IsNot,
    ast.IsNot: ast.Is,
}
OPERATIONS = {
    ast.Add: ast.Sub,
    ast.Sub: ast.Add,
    ast.Mult: ast.Add,
    ast.FloorDiv: ast.Mult,
    ast.Div: ast.Mult,
    ast.Mod: ast.Mult,
    ast.BitAnd: ast.BitOr,
    ast.BitOr: ast.BitAnd,
    ast.LShift: ast.RShift,
}


@dataclass(frozen=True)
class Mutant:
    """One change: in which function, what stood there and what stands there now, and the whole module with it."""

    room: str
    where: str
    change: str
    source: str

    @property
    def name(self) -> str:
        """How tests/data/mutants.yaml calls it. No line number is in it, so other changes leave it alone."""
        return f"{self.room} · {self.where} · {self.change}"


def mutants(room: str, source: str) -> list[Mutant]:
    """Every change there is of a module, in the order of its text."""
    tree = ast.parse(source)
    found, names = [], Counter[str]()
    for where, node, field, value in list(_changes(tree)):
        before, old = getattr(node, field), ast.unparse(node)
        setattr(node, field, value)
        new = ast.unparse(node)
        changed = ast.unparse(tree)
        setattr(node, field, before)
        change = " ⇒ ".join(_short(old, new))
        names[f"{where}{change}"] += 1
        if (count := names[f"{where}{change}"]) > 1:
            change += f" ({count})"
        found.append(Mutant(room, where, change, changed))
    return found


def _short(old: str, new: str) -> tuple[str, str]:
    """Two texts without the long stretches they begin and end with alike."""
    start = _alike(old, new)
    end = max(0, _alike(old[start:][::-1], new[start:][::-1]) - 25)
    start = max(0, start - 25)
    return tuple(" ".join(text[start : len(text) - end].split()) for text in (old, new))


def _alike(one: str, other: str) -> int:
    """How many characters two texts begin with alike."""
    return next((at for at, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other)))


def _changes(node: ast.AST, where: str = "") -> Iterator[tuple[str, ast.AST, str, object]]:
    """Every (place, node, field, new value) below a node."""
    if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
        where = f"{where}.{node.name}".strip(".")
    for field, value in ast.iter_fields(node):
        if field in ("decorator_list", "annotation", "returns", "type_params", "format_spec", "bases"):
            continue
        for at, child in enumerate(value if isinstance(value, list) else [value]):
            if not isinstance(child, ast.AST) or _is_for_readers(child):
                continue
            for new in _instead_of(child):
                yield where, node, field, [*value[:at], new, *value[at + 1 :]] if isinstance(value, list) else new
            yield from _changes(child, where)


def _is_for_readers(node: ast.AST) -> bool:
    """Docstrings, what only the type checker imports, and the list of a module's names."""
    if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
        return True
    words = ast.unparse(node) if isinstance(node, (ast.If, ast.Assign)) else ""
    return words.startswith(("if TYPE_CHECKING:", "__all__ ="))


def _instead_of(node: ast.AST) -> Iterator[ast.AST]:  # noqa: C901  a list of cases
    """What else could stand in a node's place."""
    match node:
        case ast.Constant(value=bool(value)):
            yield ast.Constant(not value)
        case ast.Constant(value=int(value)):
            yield ast.Constant(value + 1)
        case ast.Constant(value=str(value)):
            yield ast.Constant(f"{value}§" if value else "§")
        case ast.Compare(ops=[op], left=left, comparators=others) if type(op) in COMPARISONS:
            yield ast.Compare(left, [COMPARISONS[type(op)]()], others)
        case ast.BoolOp(op=op, values=values):
            yield ast.BoolOp(ast.And() if isinstance(op, ast.Or) else ast.Or(), values)
        case ast.BinOp(left=left, op=op, right=right) if type(op) in OPERATIONS:
            yield ast.BinOp(left, OPERATIONS[type(op)](), right)
        case ast.UnaryOp(op=ast.Not() | ast.USub(), operand=operand):
            yield operand
        case ast.Return(value=ast.AST() as value) if ast.unparse(value) != "None":
            yield ast.Return(ast.Constant(None))
        case ast.Expr(value=ast.Call() | ast.Await()) | ast.Delete() | ast.AugAssign():
            yield ast.Pass()
        case ast.Break():
            yield ast.Continue()
        case ast.Continue():
            yield ast.Break()
        case ast.If(test=test) | ast.IfExp(test=test) | ast.While(test=test) if not isinstance(test, ast.UnaryOp):
            changed = copy.copy(node)
            changed.test = ast.UnaryOp(ast.Not(), test)
            yield changed


class Copy:
    """A copy of the repository in which the tests of a changed module are run."""

    def __init__(self, folder: Path) -> None:
        self.root = folder
        leave = shutil.ignore_patterns("__pycache__", ".*", "build", "dist", "corpora")
        for name in ("bot", "tests", "quotes", "docs", "scripts", "benchmarks"):
            shutil.copytree(ROOT / name, folder / name, ignore=leave)
        for file in ROOT.iterdir():
            if file.is_file():
                shutil.copy2(file, folder)

    def run(self, room: str, source: str, patience: float | None = None, *, writes: bool = False) -> str | None:
        """The tests' words where they fail, None where they pass. `writes` keeps what is compiled for the next run."""
        module = self.root / "bot" / ROOMS[room].module
        tests = [f"tests/{test}" for test in ROOMS[room].tests.split() if (self.root / "tests" / test).exists()]
        before = module.read_text(encoding="utf-8")
        for compiled in (module.parent / "__pycache__").glob(f"{module.stem}.*"):
            compiled.unlink()  # it is known by time and size, and a change may have both of what stood there
        module.write_text(source, encoding="utf-8")
        env = {**os.environ, "PYTHONPATH": str(self.root), "PYTHONHASHSEED": "0"}
        # An empty word is none: all but the changed module is compiled once.
        env["PYTHONDONTWRITEBYTECODE"] = "" if writes else "1"
        command = [sys.executable, "-m", "pytest", "-x", "-q", "--no-header", "--tb=line", *dict.fromkeys(tests)]
        try:
            done = subprocess.run(
                command, cwd=self.root, env=env, timeout=patience, capture_output=True, text=True, check=False
            )
        except subprocess.TimeoutExpired:
            return "took too long"
        finally:
            module.write_text(before, encoding="utf-8")
        return None if done.returncode == 0 else done.stdout[-2000:] + done.stderr[-2000:]


def main() -> int:
    """Run the sample, print a line a room and every change that nobody noticed."""
    parser = argparse.ArgumentParser(description="Changes small things, and asks the tests to notice.")
    parser.add_argument("--each", type=int, default=10, help="changes of each module, 0 for all (%(default)s)")
    parser.add_argument("--seed", default="quoth", help="which changes are taken (%(default)s)")
    parser.add_argument("--only", default="", help=f"some of {', '.join(ROOMS)}")
    parser.add_argument("--workers", type=int, default=os.cpu_count() or 1)
    options = parser.parse_args()
    rooms = options.only.split(",") if options.only else list(ROOMS)
    known = yaml.safe_load(KNOWN.read_text(encoding="utf-8")) or {}
    with tempfile.TemporaryDirectory(prefix="mutants-") as folder:
        copies: Queue[Copy] = Queue()
        for number in range(options.workers):
            copies.put(Copy(Path(folder) / str(number)))
        with ThreadPoolExecutor(options.workers) as pool:
            bad = [room for room in rooms if not _try_room(room, options, known, copies, pool)]
    return 1 if bad else 0


def _try_room(
    room: str, options: argparse.Namespace, known: dict[str, str], copies: Queue[Copy], pool: ThreadPoolExecutor
) -> bool:
    source = (ROOT / "bot" / ROOMS[room].module).read_text(encoding="utf-8")
    every = mutants(room, source)
    chosen = random.Random(f"{options.seed} {room}")
    sample = chosen.sample(every, min(options.each, len(every))) if options.each else every
    began = time.monotonic()

    def unchanged() -> None:
        one = copies.get()
        failed = one.run(room, source, writes=True)
        copies.put(one)
        if failed:
            raise SystemExit(f"{room}: its tests fail without any change\n{failed}")

    for first in [pool.submit(unchanged) for _ in range(options.workers)]:
        first.result()
    patience = 10 + SLOWER * (time.monotonic() - began)

    def noticed(mutant: Mutant) -> bool:
        one = copies.get()
        try:
            return one.run(room, mutant.source, patience) is not None
        finally:
            copies.put(one)

    survivors = [mutant for mutant, dead in zip(sample, pool.map(noticed, sample), strict=True) if not dead]
    new = [mutant.name for mutant in survivors if mutant.name not in known]
    killed = len(sample) - len(survivors)
    took = time.monotonic() - began
    print(f"{room:17} {killed:3} of {len(sample)} noticed, of {len(every)} there are; {took:.0f} s", flush=True)
    for mutant in survivors:
        print(f"    {'known' if mutant.name in known else 'NEW'}: {mutant.name}", flush=True)
    return not new and killed >= WANTED * len(sample)


if __name__ == "__main__":
    sys.exit(main())
