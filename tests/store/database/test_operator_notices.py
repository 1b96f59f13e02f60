"""Whoever runs the bot hears of what was mended, and not of the same again and again."""

from datetime import timedelta

from bot.store.database.operator_notices import REPEAT_AFTER, OperatorNotices
from tests.store.conftest import NOON


async def test_who_comes_late_is_told_what_was_mended_and_what_is_the_matter(tmp_path):
    notices, told = OperatorNotices(tmp_path / "quoth.db", lambda: NOON), []
    notices.say("a trigger was removed")
    notices.trouble("the disk is full")
    notices.tell = told.append
    assert told == ["a trigger was removed", None, "the disk is full"]
    notices.recovered()
    assert told[3:] == [None]
    await notices.close()


async def test_of_what_is_mended_over_and_over_the_operator_hears_once_an_hour(tmp_path, caplog):
    now, told = [NOON], []
    notices = OperatorNotices(tmp_path / "quoth.db", lambda: now[0])
    notices.tell = told.append
    for _ in range(3):
        for seconds in (0, 5, 5):
            now[0] += timedelta(seconds=seconds)
            notices.say("a trigger was removed")
        notices.say("another was removed")
        now[0] += REPEAT_AFTER
    await notices.close()
    said = [notice for notice in told if notice is not None]
    assert said == notices.notices == ["a trigger was removed", "another was removed"] * 3
    assert sum("a trigger" in line.message for line in caplog.records) == 9
