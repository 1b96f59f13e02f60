"""The small made-up bank of the search's tests."""

from tests.search.conftest import bank, index

__all__ = ["bank", "index"]
