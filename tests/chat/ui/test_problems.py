"""What moderators are shown of the bank's faults: within Discord's limits, and nothing in it comes alive."""

from types import SimpleNamespace

import pytest

from bot.chat.limits import CONTENT, TEXTS_TOTAL
from bot.chat.ui.problems import fault_notice, mended_notice, problems
from bot.editions.library import Library
from bot.problem import Problem

HOSTILE = "**@everyone** `x` [y](https://example.org) <@1> # z " * 20


def fault(number=1, severity="error", message="this is odd", hint="mend it", name="sources/a.yaml"):
    return Problem(name, number, 7, severity, "odd", message, hint)


def library(*found):
    bank = SimpleNamespace(edition="0123abcd", quotes=(1,) * 61)
    return Library(SimpleNamespace(bank=bank), found)


def shown(*found):
    view = problems(library(*found))
    (container,) = view.to_components()
    return "\n".join(part["content"] for part in container["components"])


def read(said):
    """As a person reads it: a line's number between colons might be an emoji's name, and is escaped."""
    return said.replace("\\:", ":")


def test_a_fault_has_its_place_what_is_wrong_and_how_to_mend_it():
    said = read(shown(fault(3)))
    assert "**sources/a.yaml:3:7** error: this is odd\n-# mend it" in said
    assert "cannot be served as they are" in said
    assert "1 error. Edition `0123abcd` with 61 quotes goes on" in said


def test_a_fault_of_a_whole_file_has_no_line():
    assert "**sources/a.yaml** error" in shown(fault(0))


def test_errors_come_before_warnings():
    said = shown(fault(1, "warning"), fault(2), fault(3))
    assert "2 errors and 1 warning" in said
    assert said.index(":2:7") < said.index(":3:7") < said.index(":1:7")


def test_warnings_alone_are_no_fault():
    said = shown(fault(1, "warning"))
    assert "The bank is served" in said
    assert "1 warning to look at" in said


def test_nothing_to_mend():
    assert "Nothing to mend" in shown()


@pytest.mark.parametrize("message", ["this is odd", HOSTILE, "_" * 5000, "語" * 5000])
def test_as_many_as_fit_are_shown_and_the_others_counted(message):
    found = [fault(number, message=message, hint=message, name=f"sources/{'_' * 100}.yaml") for number in range(1, 999)]
    said = shown(*found)
    assert len(said) <= TEXTS_TOTAL
    count = said.count(" error: ")
    assert count >= 2
    assert f"{998 - count} more are not shown" in said


def test_words_of_a_file_do_not_come_alive():
    said = shown(fault(message=HOSTILE, hint=HOSTILE, name="sources/*a*.yaml"))
    assert "\\*\\*" in said
    assert "\\@everyone" in said
    assert "\\<@1>" in said
    assert "sources/\\*a\\*.yaml" in said


@pytest.mark.parametrize("message", ["this is odd", HOSTILE, "_" * 5000])
def test_a_notice_tells_the_first_error_in_one_message(message):
    said = fault_notice(library(fault(1, "warning"), fault(2, message=message, hint=message)))
    assert "sources/a.yaml:2:7" in read(said)
    assert "1 error and 1 warning" in said
    assert len(said) <= CONTENT


def test_a_notice_tells_that_all_is_mended():
    assert "`0123abcd` with 61 quotes" in mended_notice(library())


UNSEEN = "a\u200bb\u202ec\x1b[31md\ud800e\x00f\u2066g\U000e0041h\u3164i\u2800j\ufe0fk\u034fl\u00adm\ufeffn\r\no\u2028p"


def test_what_cannot_be_seen_is_written_out():
    found = fault(message=UNSEEN, hint=UNSEEN, name=f"sources/{UNSEEN}.yaml")
    for said in (shown(found), fault_notice(library(found))):
        assert said.replace("\n", "").isprintable()
        assert not set(said) & (set(UNSEEN) - set("abcdefghijklmnop[31\n"))
        assert said.count("200b") == 3
