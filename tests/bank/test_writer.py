"""Writing: one quote comes, changes or goes; every other byte of the file stays; a bad bank is never written."""

from __future__ import annotations

import os
import shutil
from dataclasses import replace
from datetime import date
from difflib import ndiff
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.bank.editing import QuoteText, add_quote, change_quote, remove_quote
from bot.bank.fingerprint import dump, make
from bot.bank.reader import read_bank
from bot.bank.sheet import values_of
from bot.bank.writer import add, change, remove, replace_file, save
from bot.bank.yaml_text import WIDTH, keyed, scalar
from bot.problem import Problem
from bot.strict_yaml import read_yaml

GOOD_BANK = Path(__file__).parents[1] / "data" / "good_bank"
TODAY = date(2026, 1, 1)

FILE = """\
# yaml-language-server: $schema=../schema.json
source:   # about the article
  outlet: An Outlet
  kind: interview

quotes:
  # the first one
  - id: one   # never changes
    # about the words
    text: The first words.  # as printed
    topics: [a, b, c]
    note: "[sic]"

  # the second one
  - id: two
    text: >-
      The second words, which
      # are folded

      over lines.
    # between two keys
    topics:
      - a   # most of all
      - b
      - c
    said: {date: 2017-05, basis: printed}

  # the third one
  - segments:
    - First part,
    - and second part.
    id: three
    topics: [a,
      b, c]
# the end
"""
ONE = QuoteText("one", ("The first words.",), ("a", "b", "c"), note="[sic]")
TWO = QuoteText(
    "two", ("The second words, which # are folded over lines.",), ("a", "b", "c"), said=("2017-05", "printed")
)
THREE = QuoteText("three", ("First part,", "and second part."), ("a", "b", "c"))
NEW = QuoteText(
    "new", ("Entirely new words: they are long " + "and longer " * 12 + "by far.",), ("a", "b", "c"), question="Why?"
)


def lines_gone_and_come(before, after):
    """The lines that one text has and the other has not, each way, in order."""
    differing = list(ndiff(before.splitlines(), after.splitlines()))
    return [line[2:] for line in differing if line[0] == "-"], [line[2:] for line in differing if line[0] == "+"]


def said(text):
    root, problems = read_yaml(text.encode(), "f")
    assert problems == []
    return values_of(root)


def test_a_quote_is_added_at_the_end_of_the_list():
    text = add_quote(FILE, NEW, "f.yaml")
    before, added, after = text.partition("\n  - id: new\n")
    assert added
    assert before + after[after.index("# the end") :] == FILE
    assert said(text) == {**said(FILE), "new": NEW.values()}
    assert max(map(len, text.splitlines())) <= WIDTH


@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("ending", ["", "\n"])
def test_a_file_keeps_its_line_endings(newline, ending):
    file = FILE.removesuffix("# the end\n").rstrip("\n").replace("\n", newline) + ending.replace("\n", newline)
    text = add_quote(file, NEW, "f.yaml")
    assert text.startswith(file.rstrip("\r\n"))
    assert len(text.split(newline)) == len(text.splitlines()) + (1 if text.endswith(newline) else 0)
    assert said(text)["new"] == NEW.values()


@pytest.mark.parametrize("quote", [ONE, TWO, THREE])
def test_changing_nothing_changes_no_byte(quote):
    assert change_quote(FILE, quote, "f.yaml") == FILE


@pytest.mark.parametrize(
    ("quote", "gone", "come"),
    [
        (
            replace(ONE, segments=("Other words.",)),
            ["    text: The first words.  # as printed"],
            ["    text: Other words.  # as printed"],
        ),
        (replace(ONE, topics=("a", "b")), ["    topics: [a, b, c]"], ["    topics: [a, b]"]),
        (replace(ONE, note=None), ['    note: "[sic]"'], []),
        (replace(ONE, question="Why: now?"), [], ['    question: "Why: now?"']),
        (
            replace(TWO, topics=("a", "c", "b")),
            ["    topics:", "      - a   # most of all", "      - b", "      - c"],
            ["    topics: [a, c, b]", "    # most of all"],
        ),
        (
            replace(TWO, segments=("Short.",)),
            ["    text: >-", "      The second words, which", "      # are folded", "", "      over lines."],
            ["    text: Short."],
        ),
        (replace(TWO, said=None), ["    said: {date: 2017-05, basis: printed}"], []),
        (
            replace(THREE, segments=("One part.",)),
            ["  - segments:", "    - First part,", "    - and second part."],
            ["  - text: One part."],
        ),
        (replace(THREE, topics=("a", "b", "d")), ["    topics: [a,", "      b, c]"], ["    topics: [a, b, d]"]),
        (replace(THREE, after="Then."), [], ["    after: Then."]),
    ],
)
def test_a_change_touches_only_the_lines_of_what_changed(quote, gone, come):
    text = change_quote(FILE, quote, "f.yaml")
    assert lines_gone_and_come(FILE, text) == (gone, come)
    assert said(text)[quote.id] == quote.values()


@pytest.mark.parametrize("key", ["one", "two", "three"])
def test_a_quote_is_removed_and_the_comments_around_it_stay(key):
    text = remove_quote(FILE, key, "f.yaml")
    assert said(text) == {name: values for name, values in said(FILE).items() if name != key}
    for comment in ("# the first one", "# the second one", "# the third one", "# the end", "# about the article"):
        assert comment in text
    start = next(at for at, (old, new) in enumerate(zip(FILE, text, strict=False)) if old != new)
    assert text[start:] == FILE[len(FILE) - len(text) + start :]


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "not-editable"),
        ("quotes: []\n", "not-editable"),
        ("quotes: [{id: one, text: a}]\n", "not-editable"),
        ("quotes:\n  - id: one\n    id: two\n", "duplicate-key"),
        ("quotes:\n  - &a id: one\n", "anchor"),
        ("\ufeff" + FILE, "not-editable"),
        ("quotes: {id: one}\n", "not-editable"),
        ("[" * 100_000, None),
    ],
)
def test_what_cannot_be_edited_is_told(text, code):
    for problem in (add_quote(text, NEW, "f"), change_quote(text, ONE, "f"), remove_quote(text, "one", "f")):
        assert isinstance(problem, Problem)
        assert code in (None, problem.code)


def test_a_quote_between_braces_is_written_anew():
    file = "quotes:\n  - {id: one, text: a b, topics: [a]}  \n  - id: two\n    text: c\n    topics: [a]\n"
    text = change_quote(file, QuoteText("one", ("d",), ("a",)), "f")
    assert text == "quotes:\n  - id: one\n    text: d\n    topics: [a]\n  - id: two\n    text: c\n    topics: [a]\n"


def test_the_only_quote_is_not_removed():
    problem = remove_quote("quotes:\n  - id: one\n    text: a\n", "one", "f")
    assert isinstance(problem, Problem)
    assert problem.code == "last-quote"


def test_a_quote_that_is_not_there_is_told():
    assert isinstance(remove_quote(FILE, "four", "f"), Problem)
    assert isinstance(change_quote(FILE, replace(ONE, id="four"), "f"), Problem)


WORDS = (
    st.text(
        alphabet=st.one_of(
            st.sampled_from("ab :#-?&*!|>'\"%@`{}[],…“”’é\\=~"),
            st.characters(codec="utf-8", exclude_categories=["Cs", "Cc"]),
        ),
        min_size=1,
        max_size=200,
    )
    .map(lambda text: " ".join(text.split()))
    .filter(bool)
)
KEYS = st.from_regex(r"[a-z0-9]+(-[a-z0-9]+)?", fullmatch=True).filter(lambda key: len(key) < 20)


@st.composite
def quotes(draw, key=None):
    return QuoteText(
        key or draw(KEYS),
        tuple(draw(st.lists(WORDS, min_size=1, max_size=3))),
        tuple(draw(st.lists(KEYS, min_size=1, max_size=6))),
        question=draw(st.none() | WORDS),
        before=draw(st.none() | WORDS),
        speaker=draw(st.none() | KEYS),
        said=draw(st.none() | st.just(("2017", "printed"))),
        note=draw(st.none() | WORDS),
    )


@given(WORDS)
def test_any_text_is_read_back_as_it_was_written(text):
    for written in (f"key: {scalar(text)}", f"key: [{scalar(text, in_list=True)}]", keyed("key:", text, "")):
        root, problems = read_yaml(written.encode(), "f")
        if any(
            problem.code in {"bidi-override", "control-character", "stray-bom", "no-character"} for problem in problems
        ):
            continue
        assert problems == [], written
        node = root.entries["key"]
        assert getattr(node, "value", None) == text or node.items[0].value == text


@given(quotes(key="new"), st.data())
def test_no_edit_touches_another_byte(new, data):
    added = add_quote(FILE, new, "f")
    at = next(at for at, (old, now) in enumerate(zip(FILE, added, strict=False)) if old != now)
    assert added[at + len(added) - len(FILE) :] == FILE[at:]
    assert said(added) == {**said(FILE), "new": new.values()}
    assert said(remove_quote(added, "new", "f")) == said(FILE)
    key = data.draw(st.sampled_from(["one", "two", "three"]))
    other = data.draw(quotes(key=key))
    changed = change_quote(FILE, other, "f")
    head, tail = HEADS[key]
    assert changed[: FILE.index(head)] == FILE[: FILE.index(head)]
    assert changed.endswith(FILE[FILE.index(tail) :])
    assert all(comment in changed for comment in COMMENTS)
    assert said(changed) == {**said(FILE), key: other.values()}


HEADS = {
    "one": ("  - id: one", "\n  # the second one"),
    "two": ("  - id: two", "\n  # the third one"),
    "three": ("  - segments:", "# the end"),
}
COMMENTS = ("# never changes", "# about the words", "# as printed", "# between two keys", "# most of all")


@pytest.fixture
def bank(tmp_path):
    folder = tmp_path / "quotes"
    shutil.copytree(GOOD_BANK, folder, ignore=shutil.ignore_patterns("articles"))
    (folder / "fingerprints").mkdir()
    for article in (GOOD_BANK / "articles").glob("*.txt"):
        text = dump(make(article.read_text(encoding="utf-8"), article.stem))
        (folder / "fingerprints" / article.name).write_text(text, encoding="utf-8")
    return folder


def as_text(bank, key):
    quote = read_bank(bank, TODAY).bank.by_id[key]
    return QuoteText(
        quote.id,
        quote.segments,
        tuple(topic.id for topic in quote.topics),
        quote.question,
        quote.before,
        quote.after,
    )


def test_a_good_change_is_written_and_the_new_bank_given(bank):
    path = bank / "sources" / "north.yaml"
    before = path.read_bytes()
    path.chmod(0o640)
    quote = replace(as_text(bank, "bridge-first"), note="[sic]")
    written = change(bank, "north", quote, TODAY)
    assert written.bank is not None
    assert written.bank.by_id["bridge-first"].note == "[sic]"
    assert (written.before, written.after) == (before, path.read_bytes())
    assert read_bank(bank, TODAY).bank.key == written.bank.key
    assert path.stat().st_mode & 0o777 == 0o640
    assert sorted(path.name for path in bank.joinpath("sources").iterdir()) == ["north.yaml", "south.yaml"]


def test_a_quote_goes_and_comes_back(bank):
    quote = as_text(bank, "bridge-first")
    assert remove(bank, "north", "bridge-first", TODAY).bank is not None
    assert "bridge-first" not in read_bank(bank, TODAY).bank.by_id
    assert add(bank, "north", quote, TODAY).bank is not None
    assert as_text(bank, "bridge-first") == quote


@pytest.mark.parametrize(
    ("edit", "code"),
    [
        ({"segments": ("We build the wall first, and we build it before the winter comes.",)}, "not-in-source"),
        ({"topics": ("bridge", "river", "unicorns")}, "unknown-topic"),
        ({"speaker": "nobody"}, "unknown-speaker"),
    ],
)
def test_a_change_that_would_break_the_bank_is_not_written(bank, edit, code):
    before = (bank / "sources" / "north.yaml").read_bytes()
    written = change(bank, "north", replace(as_text(bank, "bridge-first"), **edit), TODAY)
    assert written.bank is None
    assert code in {problem.code for problem in written.problems}
    assert all(problem.file.startswith(bank.as_posix()) for problem in written.problems)
    assert (bank / "sources" / "north.yaml").read_bytes() == before


def test_an_id_that_is_taken_is_not_added(bank):
    written = add(bank, "north", as_text(bank, "bridge-first"), TODAY)
    assert written.bank is None
    assert written.problems


@pytest.mark.parametrize("source", ["../topics", "gone", "", ".", "a/b"])
def test_a_source_is_never_a_path(bank, source):
    [problem] = add(bank, source, NEW, TODAY).problems
    assert problem.code == "no-such-source"


def test_a_file_changed_meanwhile_is_not_written_over(bank):
    path = bank / "sources" / "north.yaml"
    before = path.read_bytes()
    path.write_bytes(before + b"# by somebody else\n")
    [problem] = save(bank, "sources/north.yaml", before + b"# by us\n", before, TODAY).problems
    assert problem.code == "changed-meanwhile"
    assert path.read_bytes().endswith(b"somebody else\n")


def test_a_folder_that_cannot_be_written_is_told(bank):
    if os.geteuid() == 0:
        pytest.skip("nothing is forbidden to root")
    (bank / "sources").chmod(0o500)
    written = change(bank, "north", replace(as_text(bank, "bridge-first"), note="[sic]"), TODAY)
    (bank / "sources").chmod(0o700)
    assert [problem.code for problem in written.problems] == ["not-writable"]


def test_a_link_stays_a_link_and_nothing_is_left_over(tmp_path):
    (tmp_path / "real.yaml").write_bytes(b"old")
    (tmp_path / "link.yaml").symlink_to("real.yaml")
    replace_file(tmp_path / "link.yaml", b"new")
    assert (tmp_path / "link.yaml").is_symlink()
    assert (tmp_path / "real.yaml").read_bytes() == b"new"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["link.yaml", "real.yaml"]


def test_a_write_that_fails_leaves_the_old_file_and_no_other(tmp_path):
    (tmp_path / "taken").mkdir()
    (tmp_path / "taken" / "inside").write_bytes(b"")
    with pytest.raises(OSError):  # noqa: PT011  which one it is depends on the system
        replace_file(tmp_path / "taken", b"new")
    assert [path.name for path in tmp_path.iterdir()] == ["taken"]


SHIPPED = sorted((Path(__file__).parents[2] / "quotes" / "sources").glob("*.yaml"))


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.stem)
def test_every_shipped_quote_can_be_edited_and_removed(path):
    text = path.read_text(encoding="utf-8")
    there = said(text)
    assert there
    for key, values in there.items():
        quote = QuoteText(
            key,
            values.get("segments") or (values["text"],),
            values["topics"],
            values.get("question"),
            values.get("before"),
            values.get("after"),
            note=values.get("note"),
        )
        assert change_quote(text, quote, path.name) == text
        changed = change_quote(text, replace(quote, note="A note of the test.", question=None), path.name)
        gone, come = lines_gone_and_come(text, changed)
        assert come == ["    note: A note of the test."]
        assert all(line in text for line in gone)
        assert said(remove_quote(text, key, path.name)) == {name: one for name, one in there.items() if name != key}
