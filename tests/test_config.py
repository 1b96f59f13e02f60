from __future__ import annotations

import os
import re
from dataclasses import fields
from pathlib import Path

import pytest

from bot.config import Settings, example, find_token, load_settings, shipped_bank
from bot.errors import SettingsError

ROOT = Path(__file__).parent.parent
# Made up; has the shape of a bot's token, so that every way an error might show one is tried.
SECRET = "bm8tcmVhbC10b2tlbi1hdC1hbGw.Gabcde.this-is-no-real-token-of-anybody-at-all"
END = "this-is-no-Token-0f-anybody-at-all"


@pytest.fixture
def write(tmp_path):
    def write(text: str) -> Path:
        file = tmp_path / "config.yaml"
        file.write_text(text, encoding="utf-8")
        return file

    return write


def faults_if_any(path):
    try:
        load_settings(path, {})
    except SettingsError as error:
        return error.problems
    return ()


def faults(path, environ=None):
    with pytest.raises(SettingsError) as caught:
        load_settings(path, environ or {})
    return caught.value.problems


def test_without_a_file_every_setting_has_its_default(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert load_settings(None, {}) == Settings()


def test_the_example_file_shows_every_default(write):
    text = (ROOT / "config.example.yaml").read_text(encoding="utf-8")
    assert text == example(), "run: .venv/bin/python -c 'from bot.config import example; print(example(), end=\"\")'"
    assert load_settings(write(text), {}) == Settings()
    names = re.findall(r"^(\w+):", text, re.MULTILINE)
    assert names == [one.name for one in fields(Settings)]


def test_a_file_sets_what_it_names(write):
    file = write('data: elsewhere\naccent: "#ABCDEF"\nstats_days: 7\nbank:\nlog_level: WARNING\n')
    assert load_settings(file, {}) == Settings(
        data=Path("elsewhere"), accent="#abcdef", stats_days=7, log_level="warning"
    )


def test_the_usual_file_and_the_named_file_are_found(write, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    write("stats_days: 7\n")
    assert load_settings(None, {}).stats_days == 7
    (tmp_path / "other.yaml").write_text("stats_days: 8\n", encoding="utf-8")
    assert load_settings(None, {"QUOTH_CONFIG": "other.yaml"}).stats_days == 8
    assert load_settings(tmp_path / "config.yaml", {"QUOTH_CONFIG": "other.yaml"}).stats_days == 7


def test_the_environment_comes_before_the_file(write):
    file = write("data: in-file\nlog_level: debug\n")
    settings = load_settings(file, {"QUOTH_DATA": "in-environment", "QUOTH_BANK": "mine", "QUOTH_LOG_LEVEL": ""})
    assert (settings.data, settings.bank, settings.log_level) == (Path("in-environment"), Path("mine"), "debug")


@pytest.mark.parametrize(
    "text",
    [
        "bank_servers: 123456789012345678, 223456789012345678\n",
        "bank_servers: 123456789012345678 223456789012345678\n",
        "bank_servers: [123456789012345678, 223456789012345678]\n",
        "bank_servers:\n  - 123456789012345678\n  - 223456789012345678\n",
        "bank_servers:\n  - 123456789012345678, 223456789012345678\n",
        'bank_servers: "123456789012345678;223456789012345678,123456789012345678"\n',
    ],
)
def test_servers_are_a_list_or_ids_in_a_row(write, text):
    assert load_settings(write(text), {}).bank_servers == {123456789012345678, 223456789012345678}


def test_servers_may_be_named_in_the_environment(write):
    found = load_settings(write("bank_servers: [7]\n"), {"QUOTH_BANK_SERVERS": "8, 9"})
    assert found.bank_servers == {8, 9}


@pytest.mark.parametrize("text", ["bank_servers:\n", "bank_servers: []\n", 'bank_servers: " "\n'])
def test_no_server_is_named_by_default(write, text):
    assert load_settings(write(text), {}).bank_servers == Settings().bank_servers == frozenset()


def test_settings_that_have_no_variable_ignore_the_environment(write):
    assert load_settings(write(""), {"QUOTH_STATS_DAYS": "7"}).stats_days == 30


@pytest.mark.parametrize(
    ("text", "place", "says"),
    [
        ("stats_days: 30\nstat_days: 7\n", (2, 1), "did you mean stats_days?"),
        ("pizza: 7\n", (1, 1), "the settings are bank, data"),
        ("stats_days: many\n", (1, 13), "must be a whole number from 1 to 3650, not 'many'"),
        ("bank_servers: mine\n", (1, 15), "must be ids of servers"),
        ("bank_servers: [12, mine]\n", (1, 20), "must be ids of servers, as Discord's Copy Server ID gives them, not"),
        ("bank_servers: {a: 1}\n", (1, 15), "bank_servers must be one value"),
        ("bank_servers: -7\n", (1, 15), "must be ids of servers"),
        ("bank_servers: 99999999999999999999\n", (1, 15), "must be ids of servers"),
        ("stats_days: 0\n", (1, 13), "must be a whole number"),
        ("stats_days: 99999999999999999999\n", (1, 13), "must be a whole number"),
        ("stats_days:\n", (1, 12), "must be a whole number"),
        ("accent: blue\n", (1, 9), "must be a colour"),
        ("accent: #1f5fa8\n", (1, 8), "in quotation marks"),
        ("log_level: loud\n", (1, 12), "must be one of debug, info, warning, error"),
        ("data:\n", (1, 6), "must name a folder"),
        ("data: [a, b]\n", (1, 7), "must be one value"),
        ("data: ~no-such-person-here/x\n", (1, 7), "does not know"),
        ('data: "a\\0b"\n', (1, 7), "an escape stands for what no file may hold"),
        ("watch: always\n", (1, 8), "must be one of auto, poll, off"),
        ("owner_channel: general\n", (1, 16), "must be an id as Discord's Copy Channel ID gives it"),
        ("owner_channel: 12345\n", (1, 16), "must be an id as Discord's Copy Channel ID gives it"),
        ("- data\n", (1, 1), "holds no settings"),
        ("data: a\ndata: b\n", (2, 1), "twice"),
        ("data: &a b\n", (1, 7), "anchor"),
    ],
)
def test_a_fault_has_its_place_and_advice(write, text, place, says):
    (problem,) = faults(write(text))
    assert (problem.line, problem.column) == place
    assert says in str(problem)


def test_all_faults_are_told_together(write):
    problems = faults(write("accent: blue\nstats_days: x\nnope: 1\n"), {"QUOTH_LOG_LEVEL": "loud"})
    assert [problem.line for problem in problems] == [1, 2, 3, 0]
    assert problems[3].file == "QUOTH_LOG_LEVEL"


def test_a_named_file_that_cannot_be_read_is_a_fault(tmp_path):
    (problem,) = faults(tmp_path / "none.yaml")
    assert "cannot be read: No such file" in str(problem)
    assert "cannot be read" in str(faults(tmp_path)[0])


@pytest.mark.parametrize("key", ["token", "Token", "bot_token", "discord_token"])
def test_a_token_in_the_file_is_refused_and_not_shown(write, key):
    (problem,) = faults(write(f"{key}: {SECRET}\n"))
    assert "never stands in this file" in str(problem)
    assert SECRET not in repr(problem)


@pytest.mark.parametrize("key", ["token_file", "bank", "data", "log_level", "accent", "stats_days", "health_file"])
def test_a_token_in_a_wrong_place_is_not_shown(write, key):
    (problem,) = faults(write(f"{key}: {SECRET}\n"))
    assert SECRET not in repr(problem)
    assert SECRET not in repr(faults(write(f"{SECRET}: x\n"))[0])
    for text in (f"{key}: {END}\n", f"{END}: x\n"):
        assert END not in "".join(str(fault.message) for fault in faults_if_any(write(text)))


@pytest.mark.parametrize("secret", [SECRET, END], ids=["whole", "its end"])
@pytest.mark.parametrize(
    "line",
    [
        "log_level: info #{}",
        "log_level: info #DISCORD_BOT_TOKEN={}",
        "{}: 1\n{}: 2",
        "A_LONG_NAME_OF_IT_{}: 1\nA_LONG_NAME_OF_IT_{}: 2",
    ],
)
def test_no_part_of_a_token_is_shown_where_words_are_cut(write, line, secret):
    said = "".join(map(str, faults_if_any(write(line.replace("{}", secret) + "\naccent: no\n"))))
    assert "accent" in said
    assert not any(secret[at : at + 8] in said for at in range(len(secret) - 8))


PATHS = ["bank", "data", "token_file", "health_file"]
IN_A_PATH = ["{}", "/srv/{}/data", "/srv/quoth/{}", "./{}.yaml", "~/{}", "a {}"]


@pytest.mark.parametrize("name", PATHS)
@pytest.mark.parametrize("around", IN_A_PATH)
@pytest.mark.parametrize("given", [SECRET, END], ids=["whole", "its end"])
def test_no_path_is_taken_that_holds_a_token_or_the_end_of_one(write, name, around, given):
    """Whatever is done with it would repeat it."""
    path = around.format(given)
    for found in (faults(write(f"{name}: {path}\n")), faults(None, {f"QUOTH_{name.upper()}": path})):
        (problem,) = found
        assert "looks like a token itself, or like the end of one" in str(problem)
        assert given not in repr(problem)
    assert given not in repr(faults(None, {"QUOTH_CONFIG": path}))


BLANKS = [" ", "  ", "\t", "\n  ", "\u00a0", "\u200b", " \u2009 "]


@pytest.mark.parametrize("blank", BLANKS, ids=ascii)
@pytest.mark.parametrize("given", [SECRET, END], ids=["whole", "its end"])
def test_a_value_is_not_told_that_would_be_a_token_without_its_blanks(write, blank, given):
    broken = given[:-18] + blank + given[-18:]
    for text in (f"accent: {broken}\n", f"stats_days: {broken} and more\n", f"{broken}: x\n", f"watch: [{broken}]\n"):
        said = "".join(map(str, faults_if_any(write(text))))
        assert said
        assert given[-18:] not in said
        assert given[:16] not in said
    with pytest.raises(SettingsError) as caught:
        find_token(Settings(token_file=Path(broken)), {})
    assert given[-18:] not in str(caught.value)


def test_what_is_wrong_and_no_token_is_told(write):
    for wrong in ("a colour such as blue or green", "Blue 7", "1f5fa8"):
        assert repr(wrong) in str(faults(write(f"accent: {wrong}\n"))[0])


def test_a_token_for_a_token_file_in_the_environment_is_not_shown(tmp_path):
    with pytest.raises(SettingsError) as caught:
        load_settings(None, {"QUOTH_TOKEN_FILE": SECRET})
    assert "looks like a token itself" in str(caught.value)
    assert SECRET not in repr(caught.value)


def test_the_token_comes_from_the_environment_first(tmp_path):
    file = tmp_path / "token"
    file.write_text("from-file\r\n", encoding="utf-8-sig")
    settings = Settings(token_file=file)
    assert find_token(settings, {}) == "from-file"
    assert find_token(settings, {"QUOTH_TOKEN": "from-environment"}) == "from-environment"
    assert find_token(settings, {"QUOTH_TOKEN": ""}) == "from-file"


def test_without_a_token_a_person_learns_how_to_get_one_and_that_the_demo_needs_none():
    with pytest.raises(SettingsError) as caught:
        find_token(Settings(), {})
    for part in ("developers/applications", "New Application", "Reset Token", "QUOTH_TOKEN_FILE", "quoth demo"):
        assert part in str(caught.value)


@pytest.mark.parametrize(
    ("token", "says"),
    [
        (f"Bot {SECRET}", "a word before the token"),
        (f"{SECRET} ", "a space or a line break"),
        (f"{SECRET}\n", "a space or a line break"),
        (f'"{SECRET}"', "quotation marks"),
        (f"QUOTH_TOKEN={SECRET}", "an equals sign"),
        (f"{SECRET}\u200b", "a character that no token has"),
    ],
)
def test_a_token_that_cannot_be_one_is_refused_unseen(tmp_path, token, says):
    with pytest.raises(SettingsError) as caught:
        find_token(Settings(), {"QUOTH_TOKEN": token})
    assert says in str(caught.value)
    assert SECRET not in repr(caught.value)
    assert SECRET not in repr(caught.value.problems)


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (b"", "there is no token yet"),
        (b"\xff\xfe\x00", "is not a text file"),
        (b"x" * 5000, "is too long"),
        (f"{SECRET}\n{SECRET}\n".encode(), "a space or a line break"),
    ],
)
def test_a_token_file_that_holds_no_token_is_refused(tmp_path, data, says):
    file = tmp_path / "token"
    file.write_bytes(data)
    with pytest.raises(SettingsError) as caught:
        find_token(Settings(token_file=file), {})
    assert says in str(caught.value)
    assert str(file) in str(caught.value)
    assert SECRET not in repr(caught.value)


def test_a_token_file_that_is_not_there_is_named(tmp_path):
    with pytest.raises(SettingsError, match="cannot be read: No such file"):
        find_token(Settings(token_file=tmp_path / "none"), {})


@pytest.mark.parametrize("way", ["itself", "a link"])
def test_no_pipe_is_waited_for(tmp_path, way):
    pipe, link = tmp_path / "pipe", tmp_path / "link"
    os.mkfifo(pipe)
    link.symlink_to(pipe)
    file = pipe if way == "itself" else link
    with pytest.raises(SettingsError, match="cannot be read: it is no plain file"):
        find_token(Settings(token_file=file), {})
    assert "cannot be read: it is no plain file" in str(faults(file)[0])


def test_a_link_to_a_token_file_is_followed(tmp_path):
    (tmp_path / "token").write_text(SECRET, encoding="utf-8")
    (tmp_path / "link").symlink_to("token")
    assert find_token(Settings(token_file=tmp_path / "link"), {}) == SECRET


def test_no_setting_holds_the_token(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert SECRET not in repr(load_settings(None, {"QUOTH_TOKEN": SECRET}))


def test_the_shipped_bank_is_the_checkouts():
    assert shipped_bank() == ROOT / "quotes"
    assert Settings().bank_folder == shipped_bank()
    assert Settings(bank=Path("mine")).bank_folder == Path("mine")
    assert Settings(data=Path("there")).database == Path("there/quoth.db")


def test_an_installed_package_brings_its_bank(tmp_path):
    (tmp_path / "bot" / "shipped_bank").mkdir(parents=True)
    assert shipped_bank(tmp_path / "bot") == tmp_path / "bot" / "shipped_bank"
