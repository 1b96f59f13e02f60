"""The day on which the banks of these tests are read."""

from datetime import date

import pytest


@pytest.fixture(scope="session")
def today():
    return date(2021, 1, 1)
