"""How long does one heavy request hold the event loop, with 10,000 quotes? A probe sleeps a millisecond at a time.

Run: .venv/bin/python -m benchmarks.answers.stalls
"""

import argparse
import asyncio
import gc
import random
import tempfile
import time
from collections import Counter
from pathlib import Path

from benchmarks.reading.corpus import write_bank
from bot.chat.answers import checks as checking
from bot.chat.answers import reading_packs as packs
from bot.chat.answers import timelines
from bot.chat.requests.request import Asked
from bot.chat.serving.responder import LIGHT, LIGHT_TYPED, Answers, is_light
from bot.library import open_library
from bot.search.pick import Rounds
from bot.search.query import Query
from bot.search.suggest import complete


class Log:
    """A log that keeps nothing."""

    async def record(self, *_, **__):
        return True

    async def lately(self, *_):
        return []

    def settle(self, *_):
        pass

    note = settle


class Probe:
    """The longest time between two looks that were to be a millisecond apart."""

    async def __aenter__(self):
        self.longest, self.task = 0.0, asyncio.create_task(self._look())
        await asyncio.sleep(0.01)
        self.longest = 0.0
        return self

    async def _look(self):
        while True:
            before = time.perf_counter()
            await asyncio.sleep(0.001)
            self.longest = max(self.longest, time.perf_counter() - before - 0.001)

    async def __aexit__(self, *_):
        await asyncio.sleep(0.003)
        self.task.cancel()


async def send(view, *, private):
    pass


class Response:
    async def send_message(self, *_, **__):
        pass

    edit_message = send_message


class Interaction:
    response = Response()


async def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quotes", type=int, default=10_000)
    parser.add_argument("--repeat", type=int, default=3)
    args = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        write_bank(Path(folder), args.quotes)
        library = open_library(Path(folder), None)
    gc.collect()
    gc.freeze()  # as `quoth run` does
    answers = Answers(
        library,
        Log(),
        rounds=Rounds(),
        rng=random.Random(1),
        now=lambda: None,
        accent=0,
        log_wait=0.25,
    )
    bank = library.edition.bank
    rng = random.Random(2)
    quotes = rng.sample(range(len(bank.quotes)), 40)
    texts = [bank.quotes[one].text for one in quotes]
    mixed = " ".join(texts)[:6000]
    swapped = " ".join(word if rng.random() < 0.8 else "otherwise" for word in mixed.split())
    quoted = "\n".join(f"“{text}”" for text in texts)[:6000]
    topic = max(bank.topics, key=lambda one: len(bank.by_topic[one.id]))
    print(f"{len(bank.quotes)} quotes; the largest topic has {len(bank.by_topic[topic.id])}")

    def asked():
        return Asked(1, "slash", None, 1, 0.0, private=True)

    longest = max((text for text in texts), key=len)[:300]
    common = " ".join(sorted(set(mixed.split()), key=len)[:80])[:300]
    words = Counter(word.strip(".,;:?!“”").lower() for quote in bank.quotes for word in quote.text.split())
    frequent = " ".join(word for word, _ in words.most_common(200))
    light, light_typed = (frequent[: most // len(bank.quotes)] for most in (LIGHT, LIGHT_TYPED))
    cases = {
        "verify 6,000, several quotes": lambda: checking.check(answers, send, mixed, asked()),
        "verify 6,000, each in marks": lambda: checking.check(answers, send, quoted, asked()),
        "verify 6,000, one word in five another": lambda: checking.check(answers, send, swapped, asked()),
        "verify 'a a a …' 6,000": lambda: checking.check(answers, send, "a " * 3000, asked()),
        "verify 'the the …' 6,000": lambda: checking.check(answers, send, "the " * 1500, asked()),
        "verify one quote 300": lambda: checking.check(answers, send, longest, asked()),
        "find for 6,000": lambda: checking.find(answers, send, mixed, asked()),
        "find for 6,000, in marks": lambda: checking.find(answers, send, quoted, asked()),
        "timeline of the largest topic": lambda: timelines.show(
            answers, None, send, Query(f"topic:{topic.id}"), asked()
        ),
        "pack of the largest topic": lambda: packs.cite(
            answers, Interaction(), Query(f"topic:{topic.id}"), asked(), None
        ),
        "pack as BibTeX": lambda: packs.cite(answers, Interaction(), Query(f"topic:{topic.id}"), asked(), "bibtex"),
        "quote, 300 characters of one": lambda: answers.give(send, Query(longest), asked()),
        "quote, 300 characters of short words": lambda: answers.give(send, Query(common), asked()),
        "quote, 300 × a": lambda: answers.give(send, Query("a " * 150), asked()),
        "quote, nonsense": lambda: answers.give(send, Query("xqzt wvbn plmk " * 20), asked()),
        "quote, topic": lambda: answers.give(send, Query(f"topic:{topic.id}"), asked()),
        "search, topic": lambda: answers.list_hits(send, Query(topic.name), asked()),
        "quote, frequent words, still light": lambda: answers.give(send, Query(light), asked()),
        "suggest 300": lambda: _suggest(answers, longest),
        "suggest frequent words, 300": lambda: _suggest(answers, frequent[:300]),
        "suggest frequent words, still light": lambda: _suggest(answers, light_typed),
        "suggest a": lambda: _suggest(answers, "a"),
        "suggest s": lambda: _suggest(answers, "s"),
    }
    for name, case in cases.items():
        stalls, took = [], []
        for _ in range(args.repeat):
            async with Probe() as probe:
                began = time.perf_counter()
                await case()
                took.append(time.perf_counter() - began)
            stalls.append(probe.longest)
        print(
            f"{name:42} stall first {stalls[0] * 1000:6.1f} ms, then {max(stalls[1:]) * 1000:6.1f} ms; "
            f"took {min(took) * 1000:7.1f} ms"
        )
    answers.heavy.close()


async def _suggest(answers, typed):
    edition = answers.library.edition
    if is_light(typed, edition, typed=True):
        complete(edition.index, typed, 25)
    else:
        await answers.heavy.do(lambda: complete(edition.index, typed, 25))


if __name__ == "__main__":
    asyncio.run(main())
