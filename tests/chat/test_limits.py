"""The limits, by what others know of Discord: at each of them a message is taken, one beyond it is refused."""

import discord
import pytest
from simcord.components import ComponentValidationError, validate_message_state
from simcord.interactions import OptionError, validate_option_value

from bot.chat import limits

CLASSIC, V2 = 0, limits.FLAG_COMPONENTS_V2


def text(length):
    return {"type": 10, "content": "x" * length}


def row(*parts):
    return [{"type": 1, "components": list(parts)}]


def buttons(count, label=1, custom_id=1):
    return row(
        *(
            {"type": 2, "style": 2, "label": "x" * label, "custom_id": f"{number}" * custom_id}
            for number in range(count)
        )
    )


def menu(count=1, placeholder=1, **lengths):
    option = {key: "x" * length for key, length in ({"label": 1, "value": 1} | lengths).items()}
    options = [option, *({"label": "y", "value": f"y{number}"} for number in range(1, count))]
    return row({"type": 3, "custom_id": "menu", "placeholder": "x" * placeholder, "options": options})


LIMITS = {
    "CONTENT": lambda most: {"flags": CLASSIC, "content": "x" * most, "components": []},
    "TEXTS_TOTAL": lambda most: {"flags": V2, "components": [text(most - 7), text(7)]},
    "BUTTONS_IN_ROW": lambda most: {"components": buttons(most)},
    "BUTTON_LABEL": lambda most: {"components": buttons(1, label=most)},
    "CUSTOM_ID": lambda most: {"components": buttons(1, custom_id=most)},
    "SELECT_OPTIONS": lambda most: {"components": menu(most)},
    "SELECT_LABEL": lambda most: {"components": menu(label=most)},
    "SELECT_VALUE": lambda most: {"components": menu(value=most)},
    "SELECT_DESCRIPTION": lambda most: {"components": menu(description=most)},
    "SELECT_PLACEHOLDER": lambda most: {"components": menu(placeholder=most)},
}


@pytest.mark.parametrize("name", LIMITS)
def test_what_is_as_large_as_it_may_be_is_taken_and_nothing_larger(name):
    def send(most):
        validate_message_state(**({"flags": CLASSIC, "content": None, "embeds": []} | LIMITS[name](most)))

    most = getattr(limits, name)
    send(most)
    with pytest.raises(ComponentValidationError):
        send(most + 1)


def test_no_more_is_suggested_than_a_list_of_choices_holds():
    def offer(count):
        option = {"name": "about", "type": 3, "choices": [{"name": "x", "value": f"{one}"} for one in range(count)]}
        validate_option_value("quote", option, "0")

    offer(limits.CHOICES)
    with pytest.raises(OptionError):
        offer(limits.CHOICES + 1)


def test_what_the_library_knows_it_says_too():
    assert discord.MessageFlags.components_v2.flag == limits.FLAG_COMPONENTS_V2
    assert limits.FILE_BYTES == discord.utils.DEFAULT_FILE_SIZE_LIMIT_BYTES


def test_a_suggestion_may_be_as_long_as_the_documentation_says():
    assert limits.CHOICE_NAME == 100  # neither the library nor the simulated Discord knows it
