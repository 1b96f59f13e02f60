"""A quotation as it is compared."""

from bot.text import words
from bot.verify.claim import spans


def test_two_words_of_one_sign_stand_in_its_place():
    text = "a ½ ton"
    assert words(text) == ["a", "1", "2", "ton"]
    assert [text[start:end] for start, end in spans(text, words(text))] == ["a", "½", "½", "ton"]
