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
from bot.chat.answers import browsing
from bot.chat.answers.checks import check, quotes_for
from bot.chat.answers.finding import hits
from bot.chat.answers.quotes import Quotes
from bot.chat.answers.reading_packs import cite_all
from bot.chat.answers.timelines import timeline
from bot.chat.requests.request import Request
from bot.chat.requests.weight import LIGHT, LIGHT_TYPED, completes_quickly
from bot.chat.serving.responder import Responder
from bot.editions.making import open_library
from bot.search.autocomplete import complete
from bot.search.query import Query


class Log:
    """A log that keeps nothing."""

    async def record(self, *_, **__):
        return True

    async def recent_quotes(self, *_):
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


async def send(reply):
    pass


async def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quotes", type=int, default=10_000)
    parser.add_argument("--repeat", type=int, default=3)
    args = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        write_bank(Path(folder), args.quotes)
        library = open_library(Path(folder))
    gc.collect()
    gc.freeze()  # as `quoth run` does
    log = Log()
    answers = Responder(
        library,
        log,
        now=lambda: None,
        accent=0,
        log_wait=0.25,
    )
    bank = library.edition.bank
    rng = random.Random(2)
    texts = [bank.quotes[one].text for one in rng.sample(range(len(bank.quotes)), 40)]
    mixed = " ".join(texts)[:6000]
    swapped = " ".join(word if rng.random() < 0.8 else "otherwise" for word in mixed.split())
    quoted = "\n".join(f"“{text}”" for text in texts)[:6000]
    topic = max(bank.topics, key=lambda one: len(bank.by_topic[one.id]))
    speaker = bank.speakers[0]
    year = library.edition.index.dates.each_year()[0]
    print(f"{len(bank.quotes)} quotes; the largest topic has {len(bank.by_topic[topic.id])}")

    quotes = Quotes(log, random.Random(1))

    def asked():
        return Request(1, "slash", None, 1, 0.0, private=True)

    def served(make):
        return answers.serve(send, asked(), make)

    longest = max((text for text in texts), key=len)[:300]
    common = " ".join(sorted(set(mixed.split()), key=len)[:80])[:300]
    words = Counter(word.strip(".,;:?!“”").lower() for quote in bank.quotes for word in quote.text.split())
    frequent = " ".join(word for word, _ in words.most_common(200))
    light, light_typed = (frequent[: most // len(bank.quotes)] for most in (LIGHT, LIGHT_TYPED))
    cases = {
        "verify 6,000, several quotes": lambda: served(check(mixed)),
        "verify 6,000, each in marks": lambda: served(check(quoted)),
        "verify 6,000, one word in five another": lambda: served(check(swapped)),
        "verify 'a a a …' 6,000": lambda: served(check("a " * 3000)),
        "verify 'the the …' 6,000": lambda: served(check("the " * 1500)),
        "verify one quote 300": lambda: served(check(longest)),
        "find for 6,000": lambda: served(quotes_for(mixed)),
        "find for 6,000, in marks": lambda: served(quotes_for(quoted)),
        "timeline of the largest topic": lambda: served(timeline(Query(f"topic:{topic.id}"))),
        "pack of the largest topic": lambda: served(cite_all(Query(f"topic:{topic.id}"))),
        "pack as BibTeX": lambda: served(cite_all(Query(f"topic:{topic.id}"), "bibtex")),
        "quote, 300 characters of one": lambda: served(quotes.about(Query(longest), asked())),
        "quote, 300 characters of short words": lambda: served(quotes.about(Query(common), asked())),
        "quote, 300 × a": lambda: served(quotes.about(Query("a " * 150), asked())),
        "quote, nonsense": lambda: served(quotes.about(Query("xqzt wvbn plmk " * 20), asked())),
        "quote, topic": lambda: served(quotes.about(Query(f"topic:{topic.id}"), asked())),
        "search, topic": lambda: served(hits(Query(topic.name))),
        "search, a speaker": lambda: served(hits(Query("", speaker=speaker.id))),
        "search, a speaker and a year": lambda: served(
            hits(Query("", speaker=speaker.id, first_year=year, last_year=year))
        ),
        "search, a year typed": lambda: served(hits(Query(str(year)))),
        "topics": lambda: served(browsing.topics()),
        "sources": lambda: served(browsing.sources()),
        "the largest topic, opened": lambda: served(browsing.topic(topic.id)),
        "about": lambda: served(browsing.about(90)),
        "quote, frequent words, still light": lambda: served(quotes.about(Query(light), asked())),
        "suggest 300": lambda: _suggest(answers, library, longest),
        "suggest frequent words, 300": lambda: _suggest(answers, library, frequent[:300]),
        "suggest frequent words, still light": lambda: _suggest(answers, library, light_typed),
        "suggest a": lambda: _suggest(answers, library, "a"),
        "suggest s": lambda: _suggest(answers, library, "s"),
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
    answers.close()


async def _suggest(answers, library, typed):
    edition = library.edition
    if completes_quickly(typed, edition):
        complete(edition.index, typed, 25)
    else:
        await answers.heavily(lambda: complete(edition.index, typed, 25), None, None)


if __name__ == "__main__":
    asyncio.run(main())
