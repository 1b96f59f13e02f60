"""From a folder to a bank: what comes out, and that nothing in a folder can break the reader."""

import os
import re
from datetime import date
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.bank.page import Page
from bot.bank.quote import Fact, PartialDate, Role, Topic, When
from bot.bank.reader import read_bank
from bot.bank.shapes import SOURCE_FILE, SPEAKERS_FILE, TOPICS_FILE
from bot.config import shipped_bank
from bot.strict_yaml import MAX_BYTES, read_yaml

TODAY = date(2021, 1, 1)


def edit(folder, name, old, new):
    path = folder / name
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


def codes(reading):
    return [problem.code for problem in reading.problems]


def test_a_quote_knows_all_that_its_file_says(good_bank):
    bank = read_bank(good_bank, TODAY).bank
    quote = bank.by_id["bridge-first"]
    assert quote.text.startswith("We build the bridge first")
    assert quote.question == "What will the town build first with the money it has?"
    assert [topic.id for topic in quote.topics] == ["bridge", "river", "money"]
    assert quote.speaker.name == "Ada Berg"
    assert quote.source.outlet == "The Northby Example"
    assert quote.said == When(PartialDate(2018, 3, 1), PartialDate(2018, 3, 1), "printed")
    assert quote.source.place == Fact("Northby", "inferred")
    assert quote.source.address == Fact("https://example.org/bridge", "looked up")
    assert quote.source.outlet_basis == "printed"
    assert quote.source.language == "en"


def test_a_split_quotation_keeps_its_segments(good_bank):
    quote = read_bank(good_bank, TODAY).bank.by_id["two-halves"]
    assert quote.text == "The harbour feeds this town, … and a town that forgets its harbour forgets its children."


def test_a_quote_may_have_its_own_speaker_and_date(good_bank):
    quote = read_bank(good_bank, TODAY).bank.by_id["lund-on-costs"]
    assert (quote.speaker.given, quote.speaker.family) == ("Tom", "Lund")
    assert quote.said.first == PartialDate(2019, 8, 30)
    assert quote.note == "[sic]"


def test_lines_of_a_folded_block_are_one_line(good_bank):
    quote = read_bank(good_bank, TODAY).bank.by_id["school-doors"]
    assert "when nobody remembers the town" in quote.text
    assert quote.source.reprint.published.last == PartialDate(2019, 10, 3)


def test_topics_and_speakers_come_in_the_order_of_their_files(good_bank):
    bank = read_bank(good_bank, TODAY).bank
    assert [topic.id for topic in bank.topics][:3] == ["river", "bridge", "harbour"]
    assert bank.topics[1] == Topic("bridge", "The bridge", ("crossing",), ("what about the bridge",))
    assert bank.speakers[0].roles == (
        Role("Mayor of Northby", PartialDate(2015), PartialDate(2019, 6, 30)),
        Role("Harbour master", PartialDate(2019, 7)),
    )


def test_the_key_is_that_of_names_and_bytes(good_bank, tmp_path):
    first = read_bank(good_bank, TODAY).bank.key
    (good_bank / "README.md").write_text("not a part of the bank")
    assert read_bank(good_bank, TODAY).bank.key == first
    edit(good_bank, "topics.yaml", "# An invented town", "# Another invented town")
    assert read_bank(good_bank, TODAY).bank.key != first


def test_numbers_and_words_of_yaml_stay_text(good_bank):
    edit(good_bank, "topics.yaml", "aliases: [crossing]", "aliases: [no, 12:30, 0o17, 1e3, ~, null, 2018-01-01]")
    topic = read_bank(good_bank, TODAY).bank.topics[1]
    assert topic.aliases == ("no", "12:30", "0o17", "1e3", "~", "null", "2018-01-01")


def test_calls_stand_beside_the_topics(good_bank):
    edit(good_bank, "topics.yaml", "topics:", "calls: [quote about, … quote]\ntopics:")
    reading = read_bank(good_bank, TODAY)
    assert reading.problems == ()
    assert reading.bank.calls == ("quote about", "… quote")


def test_a_trigger_and_a_call_with_a_topics_name_leave_room_in_the_id_of_a_button(good_bank):
    edit(good_bank, "topics.yaml", "what about the bridge", f"{'a ' * 45}b")
    edit(good_bank, "topics.yaml", "topics:", f"calls: [{'a ' * 20}b]\ntopics:")
    assert [problem.code for problem in read_bank(good_bank, TODAY).problems] == ["too-long", "too-long"]


def test_windows_line_ends_and_a_leading_mark_are_read_like_any_other(good_bank):
    path = good_bank / "sources" / "north.yaml"
    path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes().replace(b"\n", b"\r\n"))
    assert read_bank(good_bank, TODAY).problems == ()
    edit(good_bank, "sources/north.yaml", "[bridge, river, money]", "[bridge, rivers, money]")
    (problem,) = read_bank(good_bank, TODAY).problems
    assert (problem.line, problem.column) == (15, 22)


def test_today_is_not_the_future_and_tomorrow_is(good_bank):
    edit(good_bank, "sources/south.yaml", "date: 2019-08-30", "date: 2021-01-01")
    assert codes(read_bank(good_bank, date(2021, 1, 1))) == []
    assert codes(read_bank(good_bank, date(2020, 12, 31))) == ["future-date"]


def test_a_file_too_big_is_not_read(good_bank):
    (good_bank / "sources" / "south.yaml").write_bytes(b"# " + b"x" * MAX_BYTES)
    (problem,) = read_bank(good_bank, TODAY).problems
    assert (problem.code, problem.line) == ("file-too-big", 0)


def test_a_file_of_faults_is_told_of_in_part(good_bank):
    (good_bank / "sources" / "south.yaml").write_text(
        "source: {outlet: A, kind: speech, speaker: ada-berg}\nquotes:\n" + "  - a\n" * 500
    )
    problems = read_bank(good_bank, TODAY).problems
    assert len(problems) == 201
    assert problems[-1].code == "more-problems"
    assert "300" in problems[-1].message


def test_what_is_left_out_of_a_file_of_faults_still_counts(good_bank):
    note = '  - {id: "A", text: "**b**", topics: [river, bridge, money], note: "**b**"}\n'
    head = "source: {outlet: A, kind: speech, speaker: ada-berg}\nquotes:\n"
    (good_bank / "sources" / "south.yaml").write_text(head + note * 7_000)
    reading = read_bank(good_bank, TODAY)
    assert reading.bank is None
    assert reading.problems[-1].code == "more-problems"
    assert len(reading.problems) == 201


def test_a_folder_that_is_not_there(tmp_path):
    reading = read_bank(tmp_path / "nowhere", TODAY)
    assert reading.bank is None
    assert codes(reading) == ["missing-folder", "missing-file", "missing-file"]


def test_a_folder_without_sources(good_bank):
    for path in (good_bank / "sources").iterdir():
        path.unlink()
    assert codes(read_bank(good_bank, TODAY)) == ["no-sources"]


def test_sources_that_are_a_file(good_bank):
    for path in (good_bank / "sources").iterdir():
        path.unlink()
    (good_bank / "sources").rmdir()
    (good_bank / "sources").write_text("")
    assert codes(read_bank(good_bank, TODAY)) == ["unreadable"]


def test_what_editors_leave_behind_is_passed_over(good_bank):
    sources = good_bank / "sources"
    for name in (".north.yaml.swp", "north.yaml~", ".DS_Store"):
        (sources / name).write_bytes(b"\0\1")
    (sources / ".#north.yaml").symlink_to("somebody@somewhere.1234")
    assert read_bank(good_bank, TODAY).problems == ()


def test_a_link_to_a_file_is_read_and_one_to_nowhere_is_told(good_bank):
    sources = good_bank / "sources"
    (good_bank / "old" / "sources").mkdir(parents=True)
    (sources / "north.yaml").rename(good_bank / "old" / "sources" / "elsewhere.yaml")
    (sources / "north.yaml").symlink_to("../old/sources/elsewhere.yaml")
    assert read_bank(good_bank, TODAY).problems == ()
    (sources / "east.yaml").symlink_to("nothing.yaml")
    (problem,) = read_bank(good_bank, TODAY).problems
    assert (problem.code, problem.message) == ("unreadable", "this link leads nowhere")


def test_a_link_to_itself_is_told(good_bank):
    (good_bank / "sources" / "east.yaml").symlink_to("east.yaml")
    assert codes(read_bank(good_bank, TODAY)) == ["unreadable"]


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="a pipe in the file system is a Unix thing")
def test_a_pipe_does_not_hang_the_reader(good_bank):
    os.mkfifo(good_bank / "sources" / "east.yaml")
    assert codes(read_bank(good_bank, TODAY)) == ["unreadable"]


def test_a_folder_named_like_a_source_is_no_silent_edition(good_bank):
    (good_bank / "sources" / "east.yaml").mkdir()
    reading = read_bank(good_bank, TODAY)
    assert reading.bank is None
    assert [problem.message for problem in reading.problems] == ["this is a folder, where a file should be"]


@pytest.mark.skipif(os.name == "nt" or not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may read all")
def test_a_file_nobody_may_read_is_told(good_bank):
    (good_bank / "sources" / "south.yaml").chmod(0)
    assert codes(read_bank(good_bank, TODAY)) == ["unreadable"]


@pytest.mark.skipif(os.name == "nt", reason="file names are text there")
def test_a_file_name_that_is_no_text_is_shown_escaped(good_bank):
    Path(os.fsdecode(os.fsencode(good_bank / "sources") + b"/\xff\x1b[31m.yaml")).write_text("")
    problems = read_bank(good_bank, TODAY).problems
    assert {problem.code for problem in problems} == {"bad-file-name", "empty-file"}
    assert problems[0].file.endswith(r"/\udcff\x1b[31m.yaml")


def test_words_from_a_file_are_shown_escaped(good_bank):
    edit(good_bank, "sources/south.yaml", '    note: "[sic]"', r'    "no\nte\x1b[31m": x')
    problems = read_bank(good_bank, TODAY).problems
    assert problems
    for problem in problems:
        assert str(problem).isprintable()


def test_the_examples_of_the_document_are_read_without_fault():
    document = (Path(__file__).parents[2] / "docs" / "quote-format.md").read_text(encoding="utf-8")
    shapes = {"source": SOURCE_FILE, "topics": TOPICS_FILE, "speakers": SPEAKERS_FILE}
    seen = set()
    for example in re.findall(r"```yaml\n(.*?)```", document, flags=re.DOTALL):
        root, problems = read_yaml(example.encode(), "docs/quote-format.md")
        page = Page("docs/quote-format.md", TODAY)
        name = next(iter(root.entries))
        if name in shapes:
            page.root(root, shapes[name])
            seen.add(name)
        assert [str(problem) for problem in (*problems, *page.problems)] == []
    assert seen == set(shapes)


def test_the_shipped_bank_is_without_fault():
    assert [str(problem) for problem in read_bank(shipped_bank()).problems] == []


MARKS = (
    "\n",
    "  ",
    "- ",
    ": ",
    "[",
    "]",
    "{",
    "}",
    "'",
    '"',
    "#",
    "|",
    ">-",
    "&a ",
    "*a",
    "!x ",
    "<<: ",
    "\t",
    "---\n",
    "?",
)
WORDS = ("%", "\\", "\0", "\u202e", "\ufeff", "é", "id", "text", "topics", "quotes", "source", "2018-99", "@everyone")
PIECES = st.sampled_from(MARKS + WORDS)


@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    name=st.sampled_from(["sources/north.yaml", "topics.yaml", "speakers.yaml", "fingerprints/north.txt"]),
    edits=st.lists(st.tuples(st.integers(0, 900), st.integers(0, 40), PIECES | st.text(max_size=3)), max_size=4),
)
def test_whatever_stands_in_a_file_the_reader_answers(good_bank, name, edits):
    path = good_bank / name
    whole = path.read_bytes()
    text = whole.decode("utf-8")
    for at, cut, piece in edits:
        text = text[:at] + piece + text[at + cut :]
    try:
        path.write_bytes(text.encode("utf-8", "surrogatepass"))
        reading = read_bank(good_bank, TODAY)
    finally:
        path.write_bytes(whole)
    assert (reading.bank is None) == any(problem.severity == "error" for problem in reading.problems)
    for problem in reading.problems:
        assert problem.line >= 0
        assert problem.column >= 0
        assert str(problem).isprintable()
