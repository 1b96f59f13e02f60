"""Each rule of Discord's that its own description leaves out, broken once."""

from __future__ import annotations

import copy

import pytest

from bot.chat.limits import FLAG_COMPONENTS_V2
from tests.contract.discord_rules import problems_of


def button(label="Another", custom_id="another", **more):
    return {"type": 2, "style": 2, "label": label, "custom_id": custom_id, **more}


def link(**more):
    return {"type": 2, "style": 5, "label": "Open", "url": "https://example.org", **more}


def row(*parts):
    return {"type": 1, "components": list(parts)}


def text(content="Words."):
    return {"type": 10, "content": content}


def v2(*parts, **more):
    return {"flags": FLAG_COMPONENTS_V2, "components": list(parts), **more}


def card(*parts):
    return v2({"type": 17, "components": list(parts)})


def select(*values, **more):
    options = [{"label": value, "value": value} for value in values]
    return {"type": 3, "custom_id": "pick", "options": options, **more}


def field(**more):
    return {"type": 4, "custom_id": "what", "style": 1, "label": "What?", **more}


def modal(*rows, **more):
    return {"type": 9, "data": {"custom_id": "report", "title": "Report", "components": list(rows), **more}}


def option(name="about", **more):
    return {"type": 3, "name": name, "description": "What it is about", **more}


def command(*options, **more):
    return {"type": 1, "name": "quote", "description": "A quote", "options": list(options), **more}


def embed(**more):
    return {"embeds": [{"title": "A title", **more}]}


GOOD = [
    {"content": "Words."},
    {"content": "x" * 2000, "components": [row(button(), link()), row(select("a", "b"))]},
    embed(fields=[{"name": "a", "value": "b"}]),
    {"embeds": [{"description": "x" * 4096}, {"description": "x" * 1904}]},
    card(text(), row(button(), link()), {"type": 14, "divider": True}),
    v2({"type": 9, "components": [text()], "accessory": link()}),
    v2(*[text("x" * 200) for _ in range(20)]),
    {"type": 4, "data": {"content": "Words.", "flags": 64}},
    {"type": 5, "data": {"flags": 64}},
    {"type": 6},
    {"type": 7, "data": {"components": []}},
    {"type": 7, "data": card(text())},
    {"type": 8, "data": {"choices": [{"name": "russia · 13 quotes", "value": "topic:russia"}]}},
    {"type": 8, "data": {"choices": []}},
    modal(row(field())),
    modal({"type": 18, "label": "What?", "component": {"type": 4, "custom_id": "what", "style": 2}}),
    command(),
    command(option(required=True), option("year", type=4)),
    command({"type": 1, "name": "keywords", "description": "Switch", "options": [option(autocomplete=True)]}),
    {"type": 3, "name": "Find a quote"},
    [command(), {"type": 3, "name": "Find a quote"}],
]

BAD = [
    # messages
    ({}, "an empty message"),
    ({"content": "  \n"}, "an empty message"),
    ({"type": 4, "data": {"content": ""}}, "an empty message"),
    ({"content": "x" * 2001}, "2001 characters of content"),
    ({"content": "a", "components": [row(button(custom_id=str(n))) for n in range(6)]}, "6 rows"),
    ({"content": "a", "components": [row(button(), button())]}, "custom_id 'another' stands more than once"),
    ({"content": "a", "components": [text()]}, "without the components-v2 flag"),
    ({"embeds": [{"description": "x" * 4000}, {"description": "x" * 2001}]}, "6001 characters over all embeds"),
    (embed(fields=[{"name": "", "value": "b"}]), "field without a name"),
    (embed(fields=[{"name": "a", "value": " "}]), "field without a value"),
    ({"embeds": [{"color": 1}]}, "an empty embed"),
    ({"embeds": [{"title": "a"}] * 11}, "11 embeds"),
    # the second version
    (v2(text(), content="a"), "together with content or embeds"),
    (v2(text(), **embed()), "together with content or embeds"),
    ({"type": 7, "data": {"components": [text()], "content": "a"}}, "together with content or embeds"),
    (card(*[row(button(custom_id=str(n))) for n in range(20)]), "41 components"),
    (card(*[text("x" * 1000) for _ in range(4)], text("x")), "4001 characters over all texts"),
    (v2(), "an empty message"),
    (v2(text(" ")), "a text that shows nothing"),
    (card(), "an empty container"),
    (v2({"type": 9, "components": [text()]}), "without an accessory"),
    (v2({"type": 9, "components": [text()] * 4, "accessory": link()}), "holds 1 to 3 texts"),
    # components
    (card(row()), "an empty row"),
    (card(row(*[button(custom_id=str(n)) for n in range(6)])), "6 buttons in a row"),
    (card(row(button(), select("a"))), "shares its row"),
    (card(row(link(url=None))), "link button 'Open' without an address"),
    (card(row(link(url="example.org"))), "without an address"),
    (card(row(link(custom_id="open"))), "with a custom_id"),
    (card(row(button(custom_id=None))), "button 'Another' without a custom_id"),
    (card(row(button(url="https://example.org"))), "that is no link button"),
    (card(row(button(label=" "))), "a button that shows nothing"),
    (card(row(button(lable="Another"))), "a component of type 2 has no 'lable'"),
    (card(row(select())), "a select of 0 options"),
    (card(row(select(*map(str, range(26))))), "a select of 26 options"),
    (card(row(select("a", "a"))), "a select's value stands more than once"),
    (card(row(select("a", max_values=2))), "wants more values than it has"),
    ({"type": 7, "data": card(row(button(), button()))}, "stands more than once"),
    # suggestions
    ({"type": 8, "data": {"choices": [{"name": "a", "value": "x" * 101}]}}, "a value has 1 to 100"),
    ({"type": 8, "data": {"choices": [{"name": "x" * 101, "value": "a"}]}}, "a name has 1 to 100"),
    ({"type": 8, "data": {"choices": [{"name": " ", "value": "a"}]}}, "a name has 1 to 100"),
    ({"type": 8, "data": {"choices": [{"name": "a", "value": str(n)} for n in range(26)]}}, "26 times a suggestion"),
    # modals
    (modal(), "0 rows in a modal"),
    (modal(*[row(field(custom_id=str(n))) for n in range(6)]), "6 rows in a modal"),
    (modal(row(field()), title="x" * 46), "a modal's title"),
    (modal(row(field()), custom_id=""), "a modal without a custom_id"),
    (modal(row(field(label=None))), "a text field without a label"),
    (modal(row(field(min_length=5, max_length=4))), "min_length is above"),
    (modal(row(field(value="abc", max_length=2))), "filled in with 3 characters"),
    (modal({"type": 17, "components": [text()]}), "a component of type 17 in a modal"),
    (modal(row(field()), row(field())), "custom_id 'what' stands more than once"),
    # commands
    (command(name="Quote"), "'Quote' is no name"),
    (command(name="a quote"), "'a quote' is no name"),
    (command(description=""), "'quote' needs a description"),
    (command(option(description="x" * 101)), "'about' needs a description"),
    (command(option("About")), "'About' is no name"),
    (command(option(), option("year", required=True)), "required option after an optional one"),
    (command(option(), option()), "has an option twice"),
    (command(*[option(f"o{n}") for n in range(26)]), "26 options"),
    (command(option(choices=[{"name": "a", "value": "x" * 101}])), "a value has 1 to 100"),
    (command(option(choices=[{"name": "a", "value": "b"}], autocomplete=True)), "both choices and autocomplete"),
    (
        command({"type": 1, "name": "add", "description": "a", "options": [option(), option("b", required=True)]}),
        "required option after",
    ),
    (command(*[option(f"o{n}", choices=[{"name": "x" * 100, "value": "x" * 100}] * 2) for n in range(25)]), "in all"),
    ({"type": 3, "name": "x" * 33}, "a name has 1 to 32"),
    ({"type": 3, "name": "Find", "description": "x"}, "a context menu has no description"),
    ([command(name=f"c{n}") for n in range(101)], "101 commands of type 1"),
    ([{"type": 3, "name": f"Menu {n}"} for n in range(6)], "6 commands of type 3"),
    ([command(), command()], "command 'quote' stands more than once"),
]


@pytest.mark.parametrize("payload", GOOD, ids=range(len(GOOD)))
def test_good_payloads_have_no_problem(payload):
    before = copy.deepcopy(payload)
    assert problems_of(payload) == []
    assert payload == before


@pytest.mark.parametrize(("payload", "problem"), BAD, ids=[f"{n}-{bad[1]}" for n, bad in enumerate(BAD)])
def test_bad_payloads_have_theirs(payload, problem):
    found = problems_of(payload)
    assert any(problem in one for one in found), found


def test_an_edit_may_leave_out_what_stays():
    assert problems_of({"components": []}, edit=True) == []
    assert problems_of({"components": [text()]}, edit=True) == []
    assert problems_of({"content": "x" * 2001}, edit=True)
