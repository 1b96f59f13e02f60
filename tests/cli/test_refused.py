"""A token that was given in a wrong place is in no line of an error, whichever command it was given to."""

from __future__ import annotations

import pytest

# Made up; has the shape of a bot's token.
END = "abcdefghijklmnopqrstuvwxyz_0123456789AB"
TOKEN = f"MTIzNDU2Nzg5MDEyMzQ1Njc4.GabcDE.{END}"
CALLS = [
    ["run", "--token", TOKEN],
    ["run", f"--token={TOKEN}"],
    ["run", TOKEN],
    ["run", "--config", TOKEN],
    [TOKEN],
    ["--token", TOKEN],
    ["health", TOKEN],
    ["stats", "--data", TOKEN],
    ["stats", "--days", TOKEN],
    ["check", TOKEN],
    ["cite", TOKEN],
    ["timeline", TOKEN],
]


@pytest.fixture
def data(tmp_path):
    return tmp_path / "data"


@pytest.mark.parametrize("given", [TOKEN, END], ids=["whole", "its end"])
@pytest.mark.parametrize("call", CALLS, ids=" ".join)
def test_no_error_repeats_a_token(quoth, capsys, call, given):
    try:
        status = quoth(*(word.replace(TOKEN, given) for word in call))
    except SystemExit as end:
        status = end.code
    said = "".join(capsys.readouterr())
    assert status in {1, 2}
    assert said
    assert given not in said
    assert given[-20:] not in said


PATHS = [
    ["run", "--config"],
    ["stats", "--data"],
    ["stats", "--config"],
    ["health", "--config"],
    ["backup"],
    ["backup", "copy.db", "--data"],
    ["restore"],
    ["restore", "copy.db", "--data"],
    ["check"],
    ["check", "--json"],
    ["fingerprint"],
    ["draft"],
    ["draft", "article.txt", "--out"],
    *([name, "russia", "--bank"] for name in ("ask", "search", "verify", "cite", "timeline")),
    ["search", "--table"],
    ["demo", "--bank"],
]


@pytest.mark.parametrize("given", [TOKEN, END], ids=["whole", "its end"])
@pytest.mark.parametrize("call", PATHS, ids=" ".join)
def test_no_command_takes_a_path_that_holds_one(quoth, capsys, tmp_path, call, given):
    for path in (tmp_path / given, tmp_path / given / "x"):
        assert quoth(*call, path) == 2
        said = "".join(capsys.readouterr())
        assert "looks like a token itself, or like the end of one" in said
        assert given[-20:] not in said
        assert not (tmp_path / given).exists()


@pytest.mark.parametrize("text", ["{}: x\n", "log_level: '{}'\n", "data: {}\ndata: {}\n"])
def test_nor_does_a_fault_of_the_settings(quoth, capsys, tmp_path, monkeypatch, text):
    (tmp_path / "config.yaml").write_text(text.replace("{}", END), encoding="utf-8")
    assert quoth("run") == 2
    monkeypatch.setenv("QUOTH_CONFIG", TOKEN)
    assert quoth("run") == 2
    assert TOKEN[-20:] not in "".join(capsys.readouterr())
