"""Nothing outside a bank's folder is read, whatever leads there; and nothing in it holds a reader up."""

import os
import shutil
import socket
from datetime import date
from pathlib import Path

import pytest

from bot.bank.folder import HERE, Folder, read_all, stands_for
from bot.bank.inside import Inside, LeadsOut, NotPlain
from bot.bank.reader import read_bank
from bot.bank.writer import QuoteText, add
from bot.editions.copies import LAST_GOOD, Copies

TODAY = date(2021, 1, 1)
SECRET = "token: MTA5.hunter2.never-to-be-shown\npassword: [swordfish\n"
WORDS = ("MTA5", "hunter2", "never", "swordfish", "password", "token")


@pytest.fixture
def secret(tmp_path):
    """A file of the host, with keys and values that nobody is to see."""
    (tmp_path / "host").mkdir()
    (tmp_path / "host" / "config.yaml").write_text(SECRET, encoding="utf-8")
    return tmp_path / "host" / "config.yaml"


def told(folder):
    return "\n".join(str(problem) for problem in read_bank(folder, TODAY, named=HERE).problems)


def linked(place, target):
    place.unlink(missing_ok=True)
    place.symlink_to(target)


def folder_linked(place, target):
    shutil.rmtree(place)
    place.symlink_to(target)


def a_source_that_is_a_link(bank, secret):
    linked(bank / "sources" / "east.yaml", secret)


def a_relative_link(bank, secret):
    linked(bank / "sources" / "north.yaml", Path("../../host/config.yaml"))


def topics_that_are_a_link(bank, secret):
    linked(bank / "topics.yaml", secret)


def speakers_that_are_a_link(bank, secret):
    linked(bank / "speakers.yaml", secret)


def a_fingerprint_that_is_a_link(bank, secret):
    linked(bank / "fingerprints" / "north.txt", secret)


def sources_that_are_elsewhere(bank, secret):
    folder_linked(bank / "sources", secret.parent)


def fingerprints_that_are_elsewhere(bank, secret):
    shutil.copy(secret, secret.parent / "north.txt")
    folder_linked(bank / "fingerprints", secret.parent)


def a_link_to_a_link_that_leads_out(bank, secret):
    (bank / "kept").symlink_to(secret)
    linked(bank / "topics.yaml", "kept")


def a_link_through_a_folder_that_leads_out(bank, secret):
    (bank / "up").symlink_to("..")
    linked(bank / "topics.yaml", "up/host/config.yaml")


def a_link_through_the_process_itself(bank, secret):
    linked(bank / "topics.yaml", f"/proc/self/root{secret}")


def a_folder_whose_name_only_begins_alike(bank, secret):
    shutil.copytree(secret.parent, bank.with_name(bank.name + "-more"))
    linked(bank / "topics.yaml", bank.with_name(bank.name + "-more") / secret.name)


WAYS_OUT = [
    a_source_that_is_a_link,
    a_relative_link,
    topics_that_are_a_link,
    speakers_that_are_a_link,
    a_fingerprint_that_is_a_link,
    sources_that_are_elsewhere,
    fingerprints_that_are_elsewhere,
    a_link_to_a_link_that_leads_out,
    a_link_through_a_folder_that_leads_out,
    a_link_through_the_process_itself,
    a_folder_whose_name_only_begins_alike,
]


@pytest.mark.parametrize("lay", WAYS_OUT)
def test_a_link_out_of_the_folder_is_refused_and_nothing_behind_it_is_told(good_bank, secret, lay):
    lay(good_bank, secret)
    reading = read_bank(good_bank, TODAY, named=HERE)
    assert reading.bank is None
    assert "leads-out" in {problem.code for problem in reading.problems}
    said = told(good_bank)
    assert "leads out of the bank's folder" in said
    assert not [word for word in WORDS if word in said]
    assert str(secret.parent) not in said
    assert "host" not in said


@pytest.mark.parametrize("lay", WAYS_OUT)
def test_what_is_behind_a_link_is_not_opened(good_bank, secret, lay, monkeypatch):
    lay(good_bank, secret)
    opened, really = [], os.open

    def watched(path, *args, **options):
        handle = really(path, *args, **options)
        opened.append(os.path.realpath(f"/proc/self/fd/{handle}"))
        return handle

    monkeypatch.setattr(os, "open", watched)
    read_bank(good_bank, TODAY)
    assert opened
    assert not [path for path in opened if not f"{path}/".startswith(f"{good_bank.resolve()}/")]


@pytest.mark.parametrize("target", ["nothing.yaml", "/etc/shadow", "/nowhere/at/all", "../../../../../../etc/passwd"])
def test_whether_there_is_something_outside_is_not_told_either(good_bank, target):
    linked(good_bank / "topics.yaml", Path("/") / target if target.startswith("/") else Path("..") / target)
    (problem,) = [one for one in read_bank(good_bank, TODAY).problems if one.line == 0]
    assert problem.code == "leads-out"
    assert target not in str(problem)


def test_links_that_stay_inside_are_read(good_bank):
    (good_bank / "v1").mkdir()
    for name in ("topics.yaml", "sources", "fingerprints"):
        (good_bank / name).rename(good_bank / "v1" / name)
    (good_bank / "now").symlink_to("v1")
    (good_bank / "topics.yaml").symlink_to("now/topics.yaml")
    (good_bank / "sources").symlink_to(good_bank / "now" / "sources")
    (good_bank / "fingerprints").symlink_to("now/fingerprints")
    assert read_bank(good_bank, TODAY).problems == ()


def test_a_bank_as_kubernetes_mounts_it_is_read(good_bank):
    (good_bank / "..2021_01_01").mkdir()
    for name in ("topics.yaml", "speakers.yaml", "sources", "fingerprints"):
        (good_bank / name).rename(good_bank / "..2021_01_01" / name)
        (good_bank / name).symlink_to(f"..data/{name}")
    (good_bank / "..data").symlink_to("..2021_01_01")
    assert read_bank(good_bank, TODAY).problems == ()
    (good_bank / "sources").unlink()
    (good_bank / "sources").mkdir()
    (good_bank / "..2021_01_01" / "sources").rename(good_bank / "sources" / "..2021")
    (good_bank / "sources" / "..data").symlink_to("..2021")
    for file in (good_bank / "sources" / "..2021").iterdir():
        (good_bank / "sources" / file.name).symlink_to(f"..data/{file.name}")
    assert not [one for one in read_bank(good_bank, TODAY).problems if one.severity == "error"]


FOREIGN = {
    "env": "DISCORD_TOKEN=MTA5.hunter2\nPASSWORD: swordfish\n",
    "env with colons": "DISCORD_TOKEN: MTA5.hunter2\nNEVER: swordfish\n",
    "a compose file": "services:\n  bot:\n    environment: {TOKEN: hunter2}\n    source: swordfish\n",
    "anchors": "token: &hunter2 MTA5\npassword: *hunter2\nnever: !swordfish x\n",
    "duplicates": "hunter2: a\nhunter2: b\nswordfish: c\n",
    "merges": "a: &swordfish {b: hunter2}\nc:\n  <<: *swordfish\n",
    "a list": "- hunter2\n- token: &never swordfish\n",
    "text": "hunter2 swordfish\n",
    "odd ids": "hunter2_TOKEN: {name: swordfish, aliases: [never]}\n",
    "a comment": "token: hunter2 #swordfish and more\n",
    "json": '{"token": "hunter2", "password": "swordfish"}\n',
    "brackets": "password: [swordfish\ntoken: hunter2: never\n",
    "a tab": "token:\n\tpassword: hunter2\n",
    "documents": "token: hunter2\n---\npassword: swordfish\n",
    "a directive": "%hunter2 swordfish\n---\ntoken: never\n",
    "an escape": 'token: "hunter2 \\q swordfish"\n',
    "a long key": "token" * 300 + ": hunter2\n",
}


@pytest.mark.parametrize("name", ["topics.yaml", "speakers.yaml", "sources/foreign.yaml", "sources/north.yaml"])
@pytest.mark.parametrize("kind", FOREIGN)
def test_of_a_file_that_is_no_part_of_a_bank_no_word_is_told(good_bank, name, kind):
    (good_bank / name).write_text(FOREIGN[kind], encoding="utf-8")
    reading = read_bank(good_bank, TODAY, named=HERE)
    assert reading.bank is None
    found = [problem for problem in reading.problems if problem.file == name]
    assert found
    assert all(problem.line >= 1 and problem.column >= 1 for problem in found if problem.code != "more-problems")
    said = "\n".join(str(problem) for problem in reading.problems).lower()
    assert not [word for word in (*WORDS, "environment", "services", "bot:") if word.lower() in said]


HALF = {
    "a value": "source: git@hunter2\nswordfish: x\n",
    "a group of other keys": "source:\n  url: https://hunter2@x\n  swordfish: y\n",
    "a text for a list": "quotes: swordfish\nhunter2: a\n",
    "a list of words": "quotes:\n  - hunter2\n  - swordfish\nnever: 1\n",
    "a list of groups": "quotes:\n  - symbol: hunter2\n    price: swordfish\n",
    "a merge": "<<: *hunter2\nsource: 1\n",
    "a comment": "source: value #swordfish hunter2\n",
    "an alias below": "source:\n  a: *hunter2\n",
    "twice": "source: x\nhunter2: a\nhunter2: b\n",
    "what cannot be read": "hunter2: [\nsource: &swordfish\n",
    "a script": "quotes: *hunter2\nrun: |\n a\nb\n",
    "an event": '{"source": {"kind": "hunter2", "host": "h"}, "auth": {"password": "swordfish"}, "never": 1}',
    "a kind": "source:\n  kind: hunter2\n  name: swordfish\n  title: never\nsecretRef: MTA5\n",
    "prices": '{"apikey": "hunter2", "quotes": [{"id": "swordfish 7", "price": 1, "session": "never"}]}',
    "ids with text": "quotes:\n  - id: hunter2 7\n    text: swordfish\n    never: x\n",
    "an id that cannot be read": 'quotes:\n  - id: *hunter2\n    text: "swordfish\n',
    "a kind that cannot be read": "source:\n  kind: *hunter2\n  swordfish: [\n",
    "another word": "source:\n  output: hunter2\n  swordfish: x\n",
    "nothing": "source:\nhunter2: swordfish\n",
    "both, and nothing below": "source:\nquotes:\nhunter2: swordfish\n",
    "both, and no more than marks": "source: {}\nquotes: []\nhunter2: swordfish\n",
    "both, and a comment": "source: # see below\n\nquotes: ''\n# and here\nhunter2: {never: swordfish}\n",
    "both, and other keys without values": "source:\n  MTA5:\nquotes:\n  - never:\nhunter2: swordfish\n",
    "both, and below one a word": "source:\nquotes: never\nhunter2: swordfish\n",
    "both, and below one other keys": "source:\nquotes:\n  - symbol: never\nhunter2: swordfish\n",
    "both, in what cannot be read": "source:\nquotes:\nhunter2: *swordfish\n",
    "both, with marks, in what cannot be read": "source: []\n\nquotes: {} # x\n\nnever: &swordfish 1\nhunter2: [\n",
    "both, twice over": "source:\nquotes:\nhunter2: a\nhunter2: b\nswordfish: a\nswordfish: b\n",
    "both, and texts": "source: https://hunter2@x\nquotes: 3\nswordfish: never\n",
    "both, each of the other's kind": "source: [never]\nquotes: {a: MTA5}\nhunter2: swordfish\n",
    "both, and a list below the one": "source:\n- never\nquotes:\n  a: MTA5\nhunter2: swordfish\n",
    "both, and YAML's nothing": "source: ~\nquotes: null\nhunter2: swordfish\n",
    "both, and NULL": "source: NULL\nquotes: Null\nhunter2: swordfish\n",
    "both, and nothing in marks": "source: {a: ~}\nquotes: [null, NULL]\nhunter2: swordfish\n",
    "both, one filled, one nothing below": "source: {a: b}\nquotes:\n- ~\n- a: Null\nhunter2: swordfish\n",
    "both, and texts, in what cannot be read": "source: https://never@x\nquotes: 3\nhunter2: *swordfish\n",
    "both, a kind wrong, in what cannot be read": "source: [never]\nquotes:\n- a\nhunter2: *swordfish\n",
    "both, a text below, in what cannot be read": "source:\n  never\nquotes:\n- a\nhunter2: *swordfish\n",
    "both, lines of text, in what cannot be read": "source: |\n  a: never\nquotes: [a]\nhunter2: *swordfish\n",
    "both, nothing, in what cannot be read": "source: ~\nquotes: null\nhunter2: *swordfish\n",
    "both, nothing below, in what cannot be read": "source:\n  a: NULL\nquotes:\n- b: ~\n- Null\nhunter2: *swordfish\n",
    "both, nothing in marks, in what cannot be read": '"source": {"a":null}\nquotes: [~]\nhunter2: *swordfish\n',
    "one of both in what cannot be read": "quotes:\r\nsource: 5\r\nhunter2: *swordfish\r\n",
}


@pytest.mark.parametrize("name", ["foreign", "north"])
@pytest.mark.parametrize("kind", HALF)
def test_one_root_key_of_a_source_alone_makes_no_file_a_banks(good_bank, name, kind):
    (good_bank / "sources" / f"{name}.yaml").write_text(HALF[kind], encoding="utf-8")
    reading = read_bank(good_bank, TODAY, named=HERE)
    assert reading.bank is None
    said = told(good_bank).lower()
    assert said
    assert not [word for word in WORDS if word.lower() in said]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("source: {outlet: A, kind: essay}\n", "quotes"),
        ("source: {outlett: A, kindd: speech}\nextra: x\n", "knows no key “extra”"),
        ("quotes:\n  - id: a-2017\n    texxt: a\n    topics: [x]\n", "did you mean “text”?"),
        ("source: {outlet: A}\nqoutes: []\n", "did you mean “quotes”?"),
        ("source:\n  outlet: *Anchor\nquotes: []\n", "aliases (a value that starts with *)"),
        ("source:\n  outlet: *Anchor\n", "aliases (a value that starts with *)"),
        ("quotes:\n  - id: *Anchor\n    topics: [x]\n", "aliases (a value that starts with *)"),
        ("source: {x: y}\nquotes: [z]\nextra: z\n", "knows no key “extra”"),
        ("source: {outlet: A}\nquotes:\nextra: z\n", "knows no key “extra”"),
        ("source:\nquotes:\n  - id: a-2017\n    topics: [x]\nextra: z\n", "knows no key “extra”"),
        ("source:\n  outlet:\nquotes:\nextra: z\n", "knows no key “extra”"),
        ("source:\n  x: y\nquotes:\n- z\nextra: *Anchor\n", "aliases (a value that starts with *)"),
        ("source: # here\n\n  # and\n  x: y\nquotes: [z]\nextra: *Anchor\n", "aliases (a value that starts with *)"),
        ("source:\r\n  x: y\r\nquotes:\r\n- z\r\nextra: *Anchor\r\n", "aliases (a value that starts with *)"),
        ('source: {"x":"y"}\nquotes: [y]\nextra: *Anchor\n', "aliases (a value that starts with *)"),
        ("source:\nquotes:\n", "north.yaml:1:8"),
        ("source:\nquotes:\nextra: z\n", "it has no “source:” or “quotes:”;"),
        ("source:\nquotes: [y]\nextra: z\n", "it has no “source:”;"),
        ("source:\nquotes: y\nextra: z\n", "it has no “source:” or “quotes:”;"),
        ("source: &a\n  b: c\nquotes: !x\n  - d: e\nextra: *Anchor\n", "aliases (a value that starts with *)"),
        (
            "source:\n  outlet: Null Press\nquotes:\n- null and void\nextra: *Anchor\n",
            "aliases (a value that starts with *)",
        ),
        ("source: {a: ~, b: x}\nquotes: [~, x]\nqoute: z\n", "knows no key “qoute”"),
        ("source: x\n", "it has no “quotes:”;"),
        ("quotes: x\n", "it has no “source:”;"),
        ("x: y\n", "it has no “source:” or “quotes:”;"),
    ],
)
def test_the_faults_of_half_a_source_are_told_as_ever(good_bank, text, said):
    (good_bank / "sources" / "north.yaml").write_text(text, encoding="utf-8")
    assert said in told(good_bank)


@pytest.mark.parametrize("rest", ["topics: x\n", "topics: 3\n", "topics: [x]\n", "topics: {x: ~}\n", "topics: NULL\n"])
@pytest.mark.parametrize("more", ["hunter2: swordfish\n", "hunter2: *swordfish\n"])
def test_nor_does_that_of_the_topics(good_bank, rest, more):
    (good_bank / "topics.yaml").write_text(rest + more, encoding="utf-8")
    said = told(good_bank).lower()
    assert said
    assert not [word for word in WORDS if word.lower() in said]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("topics: {russia: {name: Russia}}\ncalls: []\ncals: []\n", "knows no key “cals”"),
        ("topics:\n  russia:\n    nam: Russia\ncalss: *Anchor\n", "aliases (a value that starts with *)"),
        ("topics: x\n", "topics.yaml:1:9"),
    ],
)
def test_a_topics_file_is_told_its_faults_as_ever(good_bank, text, said):
    (good_bank / "topics.yaml").write_text(text, encoding="utf-8")
    assert said in told(good_bank)


@pytest.mark.parametrize(
    ("name", "target"),
    [
        ("sources/foreign.yaml", "../.env"),
        ("sources/foreign.yaml", "../config.yaml"),
        ("sources/foreign.yaml", "../quotes/config.yaml"),
        ("sources/foreign.yaml", ".hidden.yaml"),
        ("sources/foreign.yaml", "../.git/sources/config.yaml"),
        ("sources/foreign.yaml", "env"),
        ("topics.yaml", ".env"),
        ("topics.yaml", "config.yaml"),
        ("speakers.yaml", "sources/env"),
        ("speakers.yaml", ".git/speakers.yaml"),
        ("fingerprints/north.txt", "../.env"),
        ("fingerprints/north.txt", "../sources/env"),
    ],
)
def test_a_link_leads_only_to_what_a_bank_has(good_bank, name, target):
    words = "topics: {hunter2: {swordfish: never}}\nspeakers: {hunter2: {swordfish: x}}\nsource: {hunter2: x}\n"
    (good_bank / ".git" / "sources").mkdir(parents=True)
    (good_bank / "quotes").mkdir()
    secrets = (".env", "config.yaml", "quotes/config.yaml", "sources/.hidden.yaml", "sources/env", ".git/speakers.yaml")
    for secret in (*secrets, ".git/sources/config.yaml"):
        (good_bank / secret).write_text(words, encoding="utf-8")
    linked(good_bank / name, target)
    found = [one for one in read_bank(good_bank, TODAY, named=HERE).problems if one.file == name]
    assert [one.code for one in found] == ["leads-out"]
    assert not [word for word in WORDS if word in told(good_bank)]


@pytest.mark.parametrize("target", [".", ".git", "private", "fingerprints"])
def test_the_folder_of_the_sources_is_no_link_to_another(good_bank, target):
    for name in (".git", "private"):
        (good_bank / name).mkdir()
        (good_bank / name / "hunter2.pem").touch()
    folder_linked(good_bank / "sources", target)
    assert "leads-out" in {one.code for one in read_bank(good_bank, TODAY).problems}
    assert "hunter2" not in told(good_bank)


def test_a_misspelt_key_of_a_real_file_is_told_as_ever(good_bank):
    file = good_bank / "sources" / "north.yaml"
    file.write_text(file.read_text(encoding="utf-8").replace("outlet:", "outlett:"), encoding="utf-8")
    assert "did you mean “outlet”?" in told(good_bank)
    file.write_text("source: {outlett: x}\n", encoding="utf-8")
    assert "sources/north.yaml:1:10: a source knows no key “outlett”; did you mean “outlet”?" in told(good_bank)


def test_a_folder_that_is_a_link_itself_is_read(good_bank, tmp_path):
    (tmp_path / "current").symlink_to(good_bank)
    reading = read_bank(tmp_path / "current", TODAY)
    assert reading.problems == ()
    assert reading.bank.key == read_bank(good_bank, TODAY).bank.key


def test_one_reading_is_of_one_folder_though_its_link_is_swapped_meanwhile(good_bank, tmp_path):
    (tmp_path / "current").symlink_to(good_bank)
    folder = Folder(tmp_path / "current")
    first = folder.read("topics.yaml")
    linked(tmp_path / "current", tmp_path)
    assert folder.read("topics.yaml") == first


def test_a_link_that_is_put_there_while_the_way_is_gone_leads_nowhere(good_bank, secret, monkeypatch):
    """Where a file stands is worked out, and then, before it is opened, a link takes its place."""
    inside, place = Inside(good_bank), Inside.place

    def and_then(self, *parts):
        real = place(self, *parts)
        linked(good_bank / "topics.yaml", secret)
        return real

    monkeypatch.setattr(Inside, "place", and_then)
    with pytest.raises(OSError, match="leads nowhere"):
        inside.read("topics.yaml", most=100)


def test_a_folder_that_becomes_a_link_while_the_way_is_gone_leads_nowhere(good_bank, secret, monkeypatch):
    inside, place = Inside(good_bank), Inside.place
    shutil.copy(secret, secret.parent / "north.yaml")

    def and_then(self, *parts):
        real = place(self, *parts)
        folder_linked(good_bank / "sources", secret.parent)
        return real

    monkeypatch.setattr(Inside, "place", and_then)
    with pytest.raises(OSError):  # noqa: PT011  which error, the system decides
        inside.read("sources", "north.yaml", most=100)


def test_a_folder_is_no_file(good_bank):
    with pytest.raises(NotPlain):
        Inside(good_bank).read("sources", most=1)
    with pytest.raises(LeadsOut):
        Inside(good_bank).read("..", "other", most=1)


def a_pipe(place):
    os.mkfifo(place)


def a_socket(place):
    here = Path.cwd()
    os.chdir(place.parent)  # a socket's path may be no longer than some hundred letters
    try:
        with socket.socket(socket.AF_UNIX) as made:
            made.bind(place.name)
    finally:
        os.chdir(here)


def a_folder(place):
    place.mkdir()


def a_link_to_a_device(place):
    place.symlink_to("/dev/zero")


@pytest.mark.skipif(os.name == "nt", reason="these are Unix things")
@pytest.mark.parametrize("make", [a_pipe, a_socket, a_folder, a_link_to_a_device])
@pytest.mark.parametrize("name", ["topics.yaml", "speakers.yaml", "sources/north.yaml", "fingerprints/north.txt"])
def test_what_is_no_file_is_told_and_holds_nobody_up(good_bank, make, name):
    (good_bank / name).unlink()
    make(good_bank / name)
    found = [problem for problem in read_bank(good_bank, TODAY, named=HERE).problems if problem.file == name]
    assert found[0].code in {"unreadable", "leads-out"}
    assert found[0].hint


def test_nothing_outside_is_copied_with_a_bank(good_bank, secret, tmp_path):
    bank = read_bank(good_bank, TODAY).bank
    linked(good_bank / "topics.yaml", secret)
    assert Copies(tmp_path / "data").last_good.save(bank, good_bank)
    assert [path for path in (tmp_path / "data").rglob("*") if path.is_file()] == []


def test_a_kept_copy_that_became_a_link_does_not_count(good_bank, tmp_path):
    bank = read_bank(good_bank).bank
    copies, place = Copies(tmp_path), tmp_path / LAST_GOOD
    copies.last_good.save(bank, good_bank)
    (place / bank.key).rename(tmp_path / "elsewhere")
    (place / bank.key).symlink_to(tmp_path / "elsewhere")
    assert copies.last_good_bank() is None
    assert copies.last_good.save(bank, good_bank) == ""
    assert copies.last_good_bank() == bank
    linked(place / bank.key / "topics.yaml", tmp_path / "elsewhere" / "topics.yaml")
    assert copies.last_good_bank() is None


def test_nothing_is_written_through_a_link_that_leads_out(good_bank, secret):
    good = (good_bank / "sources" / "north.yaml").read_bytes()
    secret.write_bytes(good)
    linked(good_bank / "sources" / "north.yaml", secret)
    written = add(good_bank, "north", QuoteText("more", ("Words.",), ("river", "bridge", "money")), TODAY)
    assert written.bank is None
    assert [problem.code for problem in written.problems] == ["leads-out"]
    assert secret.read_bytes() == good


def test_names_inside_the_folder_are_all_that_is_told(good_bank):
    (good_bank / "fingerprints" / "north.txt").unlink()
    (good_bank / "speakers.yaml").unlink()
    (good_bank / "sources" / "notes.txt").write_text("mine", encoding="utf-8")
    said = told(good_bank)
    assert "(fingerprints/north.txt is missing)" in said
    assert str(good_bank) not in said
    assert read_all(good_bank, HERE).label() == "."


def test_a_file_in_the_place_of_the_folder_of_fingerprints_is_told_as_that(good_bank):
    shutil.rmtree(good_bank / "fingerprints")
    (good_bank / "fingerprints").write_text("north", encoding="utf-8")
    reading = read_bank(good_bank, TODAY, HERE)
    assert reading.bank is None
    told = {(one.file, one.code, one.message, one.hint) for one in reading.problems}
    where = "a file stands where its folder should be", "put a folder in its place"
    assert told == {("fingerprints/north.txt", "unreadable", *where), ("fingerprints/south.txt", "unreadable", *where)}


@pytest.mark.parametrize("name", [".north.yaml", "..north.yaml", "...yaml"])
def test_a_hidden_file_stands_for_no_source(name):
    assert stands_for(("..data", "sources", "north.yaml"), ("sources", "south.yaml"))
    assert not stands_for(("..data", "sources", name), ("sources", "south.yaml"))
