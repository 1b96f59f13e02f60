"""The small made-up bank of the search's tests, and banks of a few words."""

from bot.bank.bank import Bank
from bot.bank.quote import Quote, Source, Speaker
from tests.search.conftest import bank, index

__all__ = ["bank", "bank_of", "index"]


def bank_of(texts, prints=None):
    """A bank of these texts, all by one speaker in one source."""
    speaker = Speaker("ada-brook", "Ada Brook", "Ada", "Brook", ("brook",))
    source = Source("gazette", "Valley Gazette", "interview")
    quotes = tuple(Quote(f"q{at}", (text,), speaker, source, ()) for at, text in enumerate(texts))
    return Bank("0" * 64, (source,), (speaker,), (), quotes, prints or {})
