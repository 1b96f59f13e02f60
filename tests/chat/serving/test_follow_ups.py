"""What follows an answer once it is there: put in its place, unless somebody went on meanwhile."""

from types import SimpleNamespace

import pytest

from bot.chat.serving.follow_ups import put
from bot.chat.serving.reply import Reply


class Answer:
    """An answer that stands there: keeps what it is edited to."""

    def __init__(self, edited_at=None):
        self.edited_at, self.edits = edited_at, []

    async def original_response(self):
        return SimpleNamespace(edited_at=self.edited_at)

    async def edit_original_response(self, **to):
        self.edits.append(to)


def following(later):
    async def follow_up():
        return later

    return Reply("words", follow_up=follow_up)


PICTURE = Reply("words and picture", files=("chart.png",))


@pytest.mark.parametrize(
    ("fresh", "edited_at", "put_there"), [(True, None, True), (True, "today", False), (False, "today", True)]
)
async def test_a_picture_takes_the_place_of_a_page_that_nobody_turned(fresh, edited_at, put_there):
    answer = Answer(edited_at)
    await put(answer, following(PICTURE), fresh=fresh)
    assert answer.edits == [{"view": "words and picture", "attachments": ["chart.png"]}] * put_there


@pytest.mark.parametrize("reply", [following(None), Reply("words")])
async def test_where_nothing_follows_the_words_stay_as_they_are(reply):
    answer = Answer()
    await put(answer, reply, fresh=False)
    assert answer.edits == []
