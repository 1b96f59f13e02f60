"""Pauses grow, differ by chance and are bounded."""

from __future__ import annotations

import random
from itertools import pairwise

import pytest

from bot.chat.connection.backoff import Growing


@pytest.mark.parametrize("pauses", [Growing(5, 300), Growing(1, 30), Growing(60, 3600), Growing(2, 60)])
def test_pauses_grow_up_to_their_most(pauses):
    rng = random.Random(1)
    drawn = [pauses.after(failures, rng) for failures in range(1, 2_000)]
    assert pauses.first <= drawn[0] <= pauses.first * 1.2
    assert all(later > earlier for earlier, later in pairwise(drawn[:4]))
    assert max(drawn) <= pauses.most
    assert drawn[-1] >= pauses.most / 1.2
    assert len(set(drawn[20:])) > 1_000
    assert pauses.after(0, rng) == pauses.after(-3, rng) == 0


def test_an_attempt_that_took_long_is_part_of_the_pause():
    plain, less, none = (Growing(2, 50).after(4, random.Random(1), took) for took in (0, 15, 20))
    assert less == pytest.approx(plain - 15)
    assert none == 0
