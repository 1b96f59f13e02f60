"""What people and the bank write is shown as it stands."""

from __future__ import annotations

import re

import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st
from simcord.preview._markdown import markdown_tokens

from bot.chat.escaping import escape

MARKS = r"\*_~`|[]()<>@#:/.-+!1a " + "\n"
PIECES = st.sampled_from(
    [
        *MARKS,
        "**",
        "__",
        "~~",
        "||",
        "```",
        "](",
        "[a](https://example.org)",
        "https://example.org/a_b*c",
        "<https://example.org>",
        "discord.gg/abc",
        "<@1>",
        "<@!1>",
        "<@&1>",
        "<#1>",
        "<:a:1>",
        "<a:a:1>",
        "<t:0:R>",
        "</quote:1>",
        "<id:customize>",
        "@everyone",
        "@here",
        ":smile:",
        ":+1:",
        "# a",
        "-# a",
        "- a",
        "1. a",
        "> a",
        ">>> a",
        "\n# ",
        "\n",
        "Россия",
        "“we”",
    ]
)
TEXTS = st.lists(PIECES, max_size=12).map("".join)

ESCAPED = re.compile(r"\\([^0-9A-Za-z\s])")
# What Discord's client takes for a mark, on text in which every escaped character is replaced by a stop.
ALIVE = re.compile(
    r"""
      [*_`] | ~~ | \|\| | \\(?=[^0-9A-Za-z\s])
    | ^\s*(?:\#{1,3}\s | -\#\s | [-+*]\s | >\s | >>>\s | \d+\.\s)
    | \]\( | <(?:@[!&]?\d|\#\d|a?:\w+:\d|t:|/|id:|https?://)
    | @everyone | @here | https?:// | :[\w+-]+: | discord\.gg/
    """,
    re.MULTILINE | re.VERBOSE,
)


@pytest.mark.parametrize(
    ("text", "escaped"),
    [
        ("We need both.", "We need both."),
        (
            "NATO's dual-track approach – it's “strong” (really).",
            "NATO's dual-track approach – it's “strong” (really).",
        ),
        ("met with [Rex Tillerson] and that's sends [sic]", "met with [Rex Tillerson] and that's sends [sic]"),
        ("at 12:30, 2 < 3, I <3 it, a@b, #1, 3.5%", "at 12:30, 2 < 3, I <3 it, a@b, #1, 3.5%"),
        ("**bold** _it_ ~~no~~ ||boo|| `x`", r"\*\*bold\*\* \_it\_ \~~no\~~ \|\|boo\|\| \`x\`"),
        ("# One\n## Two\n#three", "\\# One\n\\## Two\n#three"),
        ("-# small\n- list\n -  in\n-minus", "\\-# small\n\\- list\n \\-  in\n-minus"),
        ("2014. It began\n2) then", "2014\\. It began\n2\\) then"),
        ("> said\n>>> all", "\\> said\n\\>>> all"),
        ("[a](https://example.org)", r"[a]\(https\://example.org)"),
        ("<@1> <@&2> <#3> <:a:4> <t:5:R> </q:6>", r"\<@1> \<@&2> \<#3> \<\:a:4> \<t\:5:R> \</q:6>"),
        ("@everyone @here @heretic", r"\@everyone \@here \@heretic"),
        (":smile: and discord.gg/abc", r"\:smile: and discord\.gg/abc"),
        (r"¯\_(ツ)_/¯", r"¯\\\_(ツ)\_/¯"),
    ],
)
def test_escape(text, escaped):
    assert escape(text) == escaped


@given(TEXTS | st.text(alphabet=MARKS, max_size=60))
@example("a\\")
@example("\\\\*a*")
def test_taking_the_backslashes_away_gives_the_text_back(text):
    assert ESCAPED.sub(r"\1", escape(text)) == text


@given(TEXTS | st.text(alphabet=MARKS, max_size=60))
def test_nothing_in_it_comes_alive(text):
    assert not ALIVE.search(ESCAPED.sub("\ue000", escape(text)))


def shown(tokens) -> str:
    """What a person reads; anything but plain text and line breaks is marked as such."""
    parts = []
    for token in tokens:
        kind = token["type"]
        if kind == "text":
            parts.append(token["content"])
        elif kind == "break":
            parts.append("\n")
        elif kind in ("inline", "paragraph"):
            parts.append(shown(token["children"]))
        else:
            parts.append(f"⟦{kind}⟧")
    return "".join(parts)


CONTEXT = {
    "users": {"1": "alice"},
    "roles": {"1": "mods"},
    "channels": {"1": "general"},
    "emojis": {"1": {"name": "a", "animated": False}},
    "commands": {"1": "quote"},
    "everyone": True,
}


@given(TEXTS)
@example("<@1> <@&1> <#1> <:a:1> <t:0:R> </quote:1> @everyone")
@example("[a](https://example.org) https://example.org/a_b ||a|| `b` ~~c~~")
def test_a_second_renderer_shows_it_as_it_stands(text):
    lines = [line.strip() for line in text.split("\n") if line.strip()]
    assume(lines)
    plain = "\n".join(lines)
    # Discord knows no link references; this renderer, which is CommonMark at heart, takes them away;
    # and it looks for small print after the backslashes are gone.
    assume("]:" not in plain and "-# " not in plain)
    assert shown(markdown_tokens(escape(plain), "text_display", context=CONTEXT)) == plain


def test_the_second_renderer_would_notice():
    assert shown(markdown_tokens("**a**", "text_display", context=CONTEXT)) != "**a**"
    assert shown(markdown_tokens("<@1>", "text_display", context=CONTEXT)) == "⟦mention⟧"
