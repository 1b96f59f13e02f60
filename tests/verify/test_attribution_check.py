"""Whether a speaker is who somebody says."""

import pytest

from bot.bank.quote import Role, Speaker
from bot.verify.attribution_check import is_by


@pytest.mark.parametrize(
    ("called", "means"),
    [("the former Mayor", True), ("Lord Mayor", True), ("the President", False), ("Mr", False), ("the", False)],
)
def test_a_title_alone_means_whoever_has_that_office(called, means):
    mayor = Speaker("ada-brook", "Ada Brook", "Ada", "Brook", (), (Role("Mayor of the Valley"),))
    assert is_by(called, mayor) is means
