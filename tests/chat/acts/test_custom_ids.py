"""Every custom id ever sent is read as what it was sent for, and every act is written so that it is read again."""

from dataclasses import fields
from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from bot.chat.acts import custom_ids as acts
from bot.chat.acts.saved_query import shortened
from bot.chat.cogs.components import Components
from bot.chat.limits import CUSTOM_ID
from bot.search.query import Query

ROWS = yaml.safe_load((Path(__file__).parents[2] / "data" / "custom_ids.yaml").read_text(encoding="utf-8"))


def meant(does):
    """The act that a row names."""
    ((name, given_fields),) = does.items()
    query = {"query": Query(**given_fields["query"])} if "query" in given_fields else {}
    return getattr(acts, name)(**given_fields | query)


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row["id"])
def test_an_id_ever_sent_is_read_as_what_it_was_sent_for(row):
    act = acts.parse({"custom_id": row["id"], "values": row.get("values", [])}, form=row.get("form", False))
    assert act == (row["does"] and meant(row["does"]))


def test_every_act_stands_in_the_table_and_is_done():
    every = {*acts.ACTS.values(), *acts.FORMS.values()}
    assert len(every) >= 26
    assert {type(meant(row["does"])) for row in ROWS if row["does"]} == every
    assert set(Components(None).acts) == every


def texts(**limits):
    return st.text(st.characters(exclude_categories=["Cs", "Cc"]), **limits)


ids = st.from_regex(r"[\w.-]{1,40}", fullmatch=True)
VALUES = {
    **dict.fromkeys(("quote", "topic", "source", "style"), ids),
    "query": st.builds(lambda words, year: shortened(Query(words, first_year=year)), texts(), st.integers(1, 9999)),
    "trigger": texts(min_size=1, max_size=90),
    "page": st.integers(0, 99_999),
    "listed": st.sampled_from(["topics", "sources"]),
    "asked": st.sampled_from(["o", "p", None]),
    "before": st.none() | ids,
    "message": st.integers(0, 2**64 - 1),
}


@pytest.mark.parametrize("kind", [*acts.ACTS.values(), *acts.FORMS.values()], ids=lambda kind: kind.__name__)
@given(data=st.data())
def test_what_is_written_is_read_again(kind, data):
    act = kind(**{one.name: data.draw(VALUES[one.name], one.name) for one in fields(kind)})
    custom_id, chosen = act.to_custom_id(), kind.chosen()
    assert len(custom_id) <= CUSTOM_ID
    values = [getattr(act, chosen)] if chosen else []
    assert acts.parse({"custom_id": custom_id, "values": values}, form=custom_id.startswith("f:")) == act


@pytest.mark.parametrize("custom_id", ["q:give:" + "x" * 94, "q:find:0:" + "ﷺ" * 6000])
def test_an_id_longer_than_any_of_ours_names_nothing(custom_id):
    assert acts.parse({"custom_id": custom_id}) is None
    assert acts.parse({"custom_id": custom_id[:100]}) is not None
    assert acts.parse({"custom_id": "q:fromtopic", "values": ["a" * 101]}) is None


@pytest.mark.parametrize("custom_id", ["f:problem:known"])
def test_a_forms_id_on_a_button_names_nothing(custom_id):
    assert acts.parse({"custom_id": custom_id}) is None
    assert acts.parse({"custom_id": custom_id}, form=True)


@pytest.mark.parametrize("custom_id", ["q:context:known", "q:give:russia", "c:fromtopic:russia", "q:hush:russia"])
def test_a_buttons_id_in_a_form_names_nothing(custom_id):
    assert acts.parse({"custom_id": custom_id})
    assert acts.parse({"custom_id": custom_id}, form=True) is None
