"""The judge of every body, where Discord's description is at hand."""

import os
from dataclasses import dataclass

import pytest

from tests.contract.judge import judge


@pytest.fixture(scope="session")
def contract():
    made = judge(os.environ.get("DISCORD_OPENAPI"))
    if made is None:
        pytest.skip("DISCORD_OPENAPI does not name Discord's description of its API")
    return made


@dataclass(frozen=True)
class Request:
    method: str
    path: str
    json: object


@pytest.fixture
def faults(contract):
    """What is wrong with one body sent to one address."""
    return lambda method, path, body: contract.faults([Request(method, path, body)])
