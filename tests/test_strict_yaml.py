"""Text only, every place right, every oddity refused, and never an exception."""

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.strict_yaml import MAX_BYTES, MAX_PROBLEMS, Mapping, Sequence, Text, read_yaml


def read(text):
    root, problems = read_yaml(text.encode(), "file.yaml")
    assert problems == []
    return root


def plain(node):
    if isinstance(node, Text):
        return node.value
    if isinstance(node, Sequence):
        return [plain(item) for item in node.items]
    return {key: plain(value) for key, value in node.entries.items()}


def refused(text):
    data = text if isinstance(text, bytes) else text.encode()
    _, problems = read_yaml(data, "file.yaml")
    return [(problem.line, problem.column, problem.code) for problem in problems]


def test_every_value_is_text():
    assert plain(read("a: no\nb: 12:30\nc: 017\nd: 2017-05-25\ne: ~\nf:\ng: 1_000\n")) == {
        "a": "no",
        "b": "12:30",
        "c": "017",
        "d": "2017-05-25",
        "e": "~",
        "f": "",
        "g": "1_000",
    }


def test_every_key_and_value_has_its_place():
    root = read("# first\na: one\nb:\n  - two\n  - {c: thrée, d: four}\n")
    assert root.places == {"a": (2, 1), "b": (3, 1)}
    assert root.entries["a"] == Text("one", 2, 4)
    assert root.entries["b"].items[0] == Text("two", 4, 5)
    inner = root.entries["b"].items[1]
    assert (inner.line, inner.column) == (5, 5)
    assert inner.places == {"c": (5, 6), "d": (5, 16)}
    assert inner.entries["d"] == Text("four", 5, 19)


def test_columns_count_characters():
    assert read("äöü: “x”\n").entries["äöü"] == Text("“x”", 1, 6)
    assert read("{é😀: a, b: c}").places["b"] == (1, 9)


def test_an_empty_file_is_nothing_at_all():
    assert read_yaml(b"", "file.yaml") == (None, [])
    assert read_yaml(b"# a comment\n", "file.yaml") == (None, [])


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a: &x b", [(1, 4, "anchor")]),
        ("a: *x", [(1, 4, "alias")]),
        ("a:\n  <<: {b: c}", [(2, 3, "merge-key")]),
        ("a: !!int 3", [(1, 4, "tag")]),
        ("a: ! 3", [(1, 4, "tag")]),
        ("- a\n--- \n- b", [(2, 1, "second-document")]),
        ("a: 1\n'a': 2", [(2, 1, "duplicate-key")]),
        ("a: 1\nb: 2\na: 3\na: 4", [(3, 1, "duplicate-key"), (4, 1, "duplicate-key")]),
        ("[a]: b", [(1, 1, "odd-key")]),
        ("%YAML 1.2\n---\na: b", [(1, 1, "directive")]),
        ("a: b\0", [(1, 5, "nul-character")]),
        ("a: b\n\u2066c: d", [(2, 1, "bidi-override")]),
        ("a: b\r\nc: \ufeffd", [(2, 4, "stray-bom")]),
        ("a: b\rc: \x07d", [(2, 4, "control-character")]),
        (b"a: \xed\xb0\x80", [(1, 4, "lone-surrogate")]),
        (b"a: b\nc: \xc3(", [(2, 4, "not-utf8")]),
        (b"\xfe\xff\0a", [(1, 1, "not-utf8")]),
        ("a: '\n\n", [(1, 4, "unclosed-quote")]),
        ("a: [b,\nc: d", [(1, 4, "unclosed-bracket")]),
        ("a: b: c", [(1, 5, "unexpected-colon")]),
        ("a: b\n  c: d", [(2, 4, "bad-indent")]),
        ("a:\n\t- b", [(2, 1, "tab-indent")]),
    ],
)
def test_what_is_refused(text, expected):
    assert refused(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a: we are #1 here", [(1, 11, "comment-in-value")]),
        ("a:\n  - b #c", [(2, 7, "comment-in-value")]),
        ("colour: #1f5fa8", [(1, 9, "comment-in-value")]),
        ("a: b # c", []),
        ("a: 'we are #1'", []),
        ("a: >-\n  we are #1", []),
        ("#a: b\nc: d\n#e", []),
        ("a: b#1", []),
    ],
)
def test_words_taken_for_a_comment_are_warned_of(text, expected):
    root, problems = read_yaml(text.encode(), "file.yaml")
    assert root is not None
    assert [(problem.line, problem.column, problem.code) for problem in problems] == expected
    assert all(problem.severity == "warning" for problem in problems)


def test_a_quoted_merge_mark_is_a_key_like_any_other():
    assert plain(read("'<<': b")) == {"<<": "b"}


@pytest.mark.parametrize("bomb", ["[", "{a: ", "- ", "? ", "[{a: "])
def test_depth_is_refused_where_it_begins_to_hurt(bomb):
    root, problems = read_yaml((bomb * 100_000).encode(), "file.yaml")
    assert root is None
    assert len(problems) == 1


def test_size_is_refused_before_reading():
    assert refused(b"\0" * (MAX_BYTES + 1)) == [(0, 0, "file-too-big")]
    assert read_yaml(b"#" * MAX_BYTES, "file.yaml") == (None, [])


def test_a_bomb_of_aliases_is_not_unfolded():
    bomb = "a0: &a0 x\n" + "".join(f"a{i}: &a{i} [{', '.join([f'*a{i - 1}'] * 9)}]\n" for i in range(1, 60))
    root, problems = read_yaml(bomb.encode(), "file.yaml")
    assert root is None
    assert len(problems) == MAX_PROBLEMS


def test_faults_are_counted_out():
    assert len(refused("a\x07" * 10_000)) == MAX_PROBLEMS


def test_no_message_carries_a_control_character():
    for text in ('"a\\x1b": b\n"a\\x1b": c', '"a\\n": b\n"a\\n": c', "a: *\u00a0"):
        _, problems = read_yaml(text.encode(), "file.yaml")
        assert problems
        assert all(str(problem).isprintable() for problem in problems)


BASE = getattr(yaml, "CBaseLoader", yaml.BaseLoader)
SOUP = st.lists(
    st.sampled_from(
        [*list("ab:-,[]{}'\"|>?!&*#%@`\\ \n\t~<.0\r"), "\n  ", ": ", "- ", "---\n", "\n\n", "é", "\x00", "\u202e"]
    ),
    max_size=40,
).map("".join)


@settings(max_examples=400)
@given(SOUP | st.text(max_size=60))
def test_nothing_is_read_otherwise_than_yaml_reads_it(text):
    data = text.encode("utf-8", "surrogatepass")
    root, problems = read_yaml(data, "file.yaml")
    for problem in problems:
        assert problem.line >= 1
        assert problem.hint
    if root is not None and not any(problem.severity == "error" for problem in problems):
        assert plain(root) == yaml.load(text, Loader=BASE)


@settings(max_examples=100)
@given(st.binary(max_size=80))
def test_any_bytes_get_an_answer(data):
    root, problems = read_yaml(data, "file.yaml")
    assert root is None or isinstance(root, Text | Sequence | Mapping)
    assert isinstance(problems, list)
