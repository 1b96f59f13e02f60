"""What a child process sends to its parent: a line of JSON, then the columns of an edition, as they are saved in files.

Receiving makes no quotes, only columns of them, so that it holds nobody up; and whatever comes through can run nothing.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from ..problem import Problem
from .columnar.bank_columns import bank_from_columns, bank_to_columns
from .columnar.encoding import read, write
from .columnar.index_columns import index_from_columns, index_to_columns
from .columnar.json_columns import from_json, to_json
from .edition import Edition, Outcome

if TYPE_CHECKING:
    from .columnar.encoding import Input, Output


def send(outcome: Outcome, out: Output) -> None:
    """Write what came of a reading: its edition last, where there is one."""
    edition = outcome.edition
    key = edition.bank.key if edition is not None else ""
    problems = to_json(Problem, outcome.problems)
    head = [problems, outcome.copy_fault, outcome.unconfirmed_key, dict(outcome.gone), key]
    out.write(json.dumps(head).encode() + b"\n")
    if edition is not None:
        write(out, key, bank_to_columns(edition.bank))
        write(out, key, index_to_columns(edition.index))


def receive(source: Input) -> Outcome:
    """Read what was sent. Raises ValueError, TypeError or LookupError where it broke off, or is of another program."""
    problems, copy_fault, unconfirmed_key, gone, key = json.loads(source.readline())
    edition = None
    if key:
        bank = bank_from_columns(key, read(source, key))
        edition = Edition(bank, index_from_columns(bank, read(source, key)))
    return Outcome(
        edition,
        tuple(from_json(Problem, problems)),
        unconfirmed_key=unconfirmed_key,
        gone=gone,
        copy_fault=copy_fault,
    )
