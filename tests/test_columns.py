"""A column is of the kind that is asked for, or says so."""

import pytest

from bot.columns import bytes_of, ints_of, lines_of, text_of


def test_columns_of_the_wrong_kind_are_told():
    for take in (ints_of, bytes_of, text_of, lines_of):
        with pytest.raises(TypeError):
            take(7)
    assert lines_of("") == []
    assert lines_of("a\nb") == ["a", "b"]
