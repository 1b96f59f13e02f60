"""`quoth timeline`: how a line moved, at the terminal."""

from __future__ import annotations

from bot.cli import main


def printed(capsys, *call):
    status = main(["timeline", *call])
    captured = capsys.readouterr()
    return status, captured.out, captured.err


def test_dual_track_through_the_years(capsys):
    status, out, err = printed(capsys, "dual-track")
    assert (status, err) == (0, "")
    lines = out.splitlines()
    assert [line[:4] for line in lines if line[:2] == "20"] == ["2014", "2017", "2020", "2014", "2017"]
    assert "      Jens Stoltenberg · 1–3 October 2014 (inferred) · Euronews" in lines
    assert "Side by side, 2014 and 2017" in lines
    assert "2017  “**And** there is no contradiction between **strong defence** and **political dialogue.**”" in lines
    assert any(line.startswith("2014  “~~So~~ there is no contradiction between ~~being in favour") for line in lines)


def test_words_are_taken_together_and_a_speaker_narrows(capsys):
    status, out, _ = printed(capsys, "defence", "spending", "--speaker", "stoltenberg")
    assert status == 0
    assert out.startswith("2014")
    status, _, err = printed(capsys, "defence", "spending", "--speaker", "somebody else")
    assert status == 1
    assert "nothing in the bank answers “defence spending”" in err


def test_a_corrected_spelling_is_said_beside_the_timeline(capsys):
    status, out, err = printed(capsys, "afghanistann")
    assert status == 0
    assert out.startswith("2017")
    assert "for afghanistann" in err


def test_a_miss_prints_no_timeline(capsys):
    status, out, err = printed(capsys, "pizza")
    assert (status, out) == (1, "")
    assert "nothing in the bank answers “pizza”; nearest topics: " in err


def test_a_wrong_call_says_how_to_mend_it(capsys):
    status, out, err = printed(capsys, " ")
    assert (status, out) == (2, "")
    assert "quoth timeline dual-track" in err
