"""Columns saved in files come back as they were, or not at all."""

import json
from array import array

import pytest

from bot.editions import cache_files

KEY = "a" * 64


@pytest.mark.parametrize(
    "head",
    [b"", b"\n", b"7\n", b"[" * 100_000 + b"\n", b"{}\n", b'{"format": 4}\n', b"\xff\xfe\n"],
)
def test_a_file_of_something_else_is_no_file(tmp_path, head):
    cache_files.path_of(tmp_path, "bank", KEY).write_bytes(head)
    assert cache_files.load(tmp_path, "bank", KEY) is None


@pytest.mark.parametrize(("kind", "column"), [("ascii", "words"), ("bytes", b"words"), ("I", array("I", [5]))])
@pytest.mark.parametrize("length", [4, 6, 5 * 10**15, -5, "5"])
def test_a_length_that_is_wrong_is_noticed_and_costs_no_memory(tmp_path, kind, column, length):
    path = cache_files.save(tmp_path, "bank", KEY, {"column": column})
    head, _, rest = path.read_bytes().partition(b"\n")
    told = json.loads(head)
    assert told["columns"][0][1] == kind
    told["columns"][0][2] = length if kind != "I" or length not in (4, 6) else 8
    path.write_bytes(json.dumps(told).encode() + b"\n" + rest)
    assert cache_files.load(tmp_path, "bank", KEY) is None


def test_the_latest_are_kept_and_nothing_unfinished(tmp_path):
    cache_files.save(tmp_path, "other", "z" * 64, {"text": "stays"})
    for letter in "abcd":
        cache_files.save(tmp_path, "bank", letter * 64, {"text": letter})
    assert len(list(tmp_path.glob("bank*"))) == cache_files.GENERATIONS
    assert cache_files.load(tmp_path, "bank", "d" * 64) == {"text": "d"}
    assert cache_files.load(tmp_path, "bank", "a" * 64) is None
    assert cache_files.load(tmp_path, "other", "z" * 64) == {"text": "stays"}


def test_what_another_program_kept_is_not_used(tmp_path):
    path = cache_files.save(tmp_path, "bank", KEY, {"text": "words"})
    assert cache_files.load(tmp_path, "bank", KEY) == {"text": "words"}
    path.write_bytes(path.read_bytes().replace(cache_files.program().encode(), b"0" * len(cache_files.program())))
    assert cache_files.load(tmp_path, "bank", KEY) is None


def test_what_depends_on_more_than_the_bank_says_so_in_its_key(tmp_path):
    cache_files.save(tmp_path, "index", f"{KEY} 1", {"text": "words"})
    assert cache_files.load(tmp_path, "index", f"{KEY} 1") == {"text": "words"}
    assert cache_files.load(tmp_path, "index", f"{KEY} 2") is None
