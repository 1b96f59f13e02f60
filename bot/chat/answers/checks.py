"""Checking what somebody pasted, and finding quotes for what somebody wrote. Of the text nothing is kept."""

from __future__ import annotations

from threading import Event
from typing import TYPE_CHECKING

from ..acts.custom_ids import ShowToChannel
from ..acts.saved_query import shortened
from ..requests.weight import checks_quickly
from ..serving.reply import Reply, Result
from ..ui import hit_list
from .finding import miss, result_of

if TYPE_CHECKING:
    from ...bank.quote import Quote
    from ...editions.edition import Edition
    from ...verify.verdict import Verdict
    from ..serving.reply import Aside, Maker

FOUND = 5
"""Quotes shown for a message: one page of them."""
_LOADED = Event()
"""Set when that was loaded to the end: `sys.modules` names a module already while another thread loads it."""


def check(text: str, speaker: str | None = None) -> Maker:
    """A verdict on each quotation in a text."""

    async def make(edition: Edition, aside: Aside) -> Reply:
        await aside(_load, light=_LOADED.is_set())
        from ...verify.nearest_passage import nearest_passage  # noqa: PLC0415
        from ...verify.verdict import gravest  # noqa: PLC0415
        from ...verify.verifier import Verifier  # noqa: PLC0415
        from ..ui import verdicts  # noqa: PLC0415  see _load

        def verify() -> tuple[tuple[Verdict, ...], Quote | None]:
            found = Verifier.beside(edition.index).verify(text, speaker=speaker)
            return found, nearest_passage(edition.index, found)

        found, nearest = await aside(verify, light=checks_quickly(text, edition))
        if not any(verdict.words for verdict in found):
            return nothing()
        verdict = gravest(found)
        result = Result(f"check:{verdict.kind}", verdict.quote.id if verdict.quote else None)
        return Reply(verdicts.verdicts(found, nearest), result, shows=ShowToChannel(), tinted=False)

    return make


def _load() -> None:
    """Load what checking needs when somebody first checks: a quarter of all there is to load at the start."""
    if _LOADED.is_set():
        return
    from ...search import message_search  # noqa: F401, PLC0415
    from ...verify import verifier  # noqa: F401, PLC0415
    from ..ui import verdicts  # noqa: F401, PLC0415

    _LOADED.set()


def nothing() -> Reply:
    """That there is nothing to check."""
    from ..ui import verdicts  # noqa: PLC0415  see _load

    return Reply(verdicts.nothing(), private=True, tinted=False)


def quotes_for(text: str) -> Maker:
    """The best quotes for a whole message, or that there are none."""

    async def make(edition: Edition, aside: Aside) -> Reply:
        if not text:
            return nothing()
        await aside(_load, light=_LOADED.is_set())
        from ...search.message_search import find_for_message  # noqa: PLC0415
        from ...verify.verifier import quoted_in  # noqa: PLC0415  see _load

        index = edition.index
        found = await aside(lambda: find_for_message(index, text, FOUND, quoted_in(index, text)))
        if not found.hits:
            return miss(found.query, found, edition, years=False)
        view = hit_list.results(found, 0, saved_query=shortened(found.query, found.key))
        return Reply(view, result_of(found), shows=ShowToChannel())

    return make
