"""Our engine and its peers: each is built of the rows of a corpus and gives the ids found for a query, best first."""

from __future__ import annotations

import sqlite3
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from bot.bank.bank import Bank

    Find = Callable[[str], list[str]]
    Build = Callable[[list[dict]], Find]

LIMIT = 5
FIELDS = ("text", "speaker", "topics")


def document(row: dict) -> str:
    """What the peers that know one field only are given of a quote."""
    return " ".join((row["text"], row["speaker"], " ".join(row["topics"])))


def quoth(bank: Bank) -> Find:
    """Ours. The bank is there before the clock starts, as the peers' rows are; what is timed is the index."""
    from bot.search.index import Index
    from bot.search.query import Query

    index = Index.build(bank)
    return lambda words: [hit.quote.id for hit in index.find(Query(words), LIMIT).hits]


def fuzzy(scorer: str, *, cutoff: float | None = 60, prepared: bool = True) -> Build:
    """rapidfuzz over the quotes themselves.

    `prepared` texts are folded once, beforehand; otherwise its processor folds every text for every query, as most
    bots that use it do. A cutoff lets it stop early.
    """

    def build(rows: list[dict]) -> Find:
        from rapidfuzz import fuzz, process, utils

        fold = utils.default_process
        texts = [fold(document(row)) if prepared else document(row) for row in rows]
        ids = [row["id"] for row in rows]
        score, processor = getattr(fuzz, scorer), None if prepared else fold

        def find(words: str) -> list[str]:
            asked = fold(words) if prepared else words
            found = process.extract(asked, texts, scorer=score, processor=processor, limit=LIMIT, score_cutoff=cutoff)
            return [ids[at] for _, _, at in found]

        return find

    return build


def thefuzz(rows: list[dict]) -> Find:
    """thefuzz, which many bots use."""
    from thefuzz import fuzz, process

    texts = {row["id"]: document(row) for row in rows}
    return lambda words: [
        found[2]
        for found in process.extractBests(words, texts, scorer=fuzz.token_set_ratio, score_cutoff=60, limit=LIMIT)
    ]


def fts5(tokenizer: str) -> Build:
    """SQLite's full-text search; any word may match, bm25 ranks."""

    def build(rows: list[dict]) -> Find:
        base = sqlite3.connect(":memory:")
        base.execute(
            f"CREATE VIRTUAL TABLE quotes USING fts5(id UNINDEXED, text, speaker, topics, tokenize='{tokenizer}')"
        )
        base.executemany(
            "INSERT INTO quotes VALUES (?, ?, ?, ?)",
            ((row["id"], row["text"], row["speaker"], " ".join(row["topics"])) for row in rows),
        )

        def find(words: str) -> list[str]:
            asked = " OR ".join(f'"{word}"' for word in words.split())
            found = base.execute("SELECT id FROM quotes WHERE quotes MATCH ? ORDER BY rank LIMIT ?", (asked, LIMIT))
            return [row[0] for row in found]

        return find

    return build


def tantivy(tokenizer: str, *, prefix: bool = False, distance: int = 1) -> Build:
    """tantivy with fuzzy terms on every field, swaps counted as one edit, as its documentation shows."""

    def build(rows: list[dict]) -> Find:
        import tantivy as engine

        schema = engine.SchemaBuilder()
        schema.add_text_field("id", stored=True, tokenizer_name="raw")
        for name in FIELDS:
            schema.add_text_field(name, tokenizer_name=tokenizer if name == "text" else "default")
        index = engine.Index(schema.build())
        writer = index.writer()
        for row in rows:
            writer.add_document(
                engine.Document(id=row["id"], text=row["text"], speaker=row["speaker"], topics=" ".join(row["topics"]))
            )
        writer.commit()
        writer.wait_merging_threads()
        index.reload()
        searcher = index.searcher()
        fields = dict.fromkeys(FIELDS, (prefix, distance, True))

        def find(words: str) -> list[str]:
            asked, _ = index.parse_query_lenient(words, list(FIELDS), fuzzy_fields=fields)
            return [searcher.doc(address)["id"][0] for _, address in searcher.search(asked, LIMIT).hits]

        return find

    return build


def bm25(rows: list[dict]) -> Find:
    """bm25s with its English stop words and stemmer."""
    import bm25s
    import Stemmer

    stemmer = Stemmer.Stemmer("english")
    ids = [row["id"] for row in rows]
    engine = bm25s.BM25()
    engine.index(
        bm25s.tokenize([document(row) for row in rows], stopwords="en", stemmer=stemmer, show_progress=False),
        show_progress=False,
    )

    def find(words: str) -> list[str]:
        asked = bm25s.tokenize(words, stopwords="en", stemmer=stemmer, show_progress=False)
        found, scores = engine.retrieve(asked, k=LIMIT, show_progress=False)
        return [ids[at] for at, score in zip(found[0], scores[0], strict=True) if score > 0]

    return find


OURS = "quoth"
PEERS: dict[str, Build] = {
    "rapidfuzz WRatio": fuzzy("WRatio"),
    "rapidfuzz WRatio, no cutoff": fuzzy("WRatio", cutoff=None),
    "rapidfuzz WRatio, no cutoff, texts folded anew": fuzzy("WRatio", cutoff=None, prepared=False),
    "rapidfuzz token_set_ratio": fuzzy("token_set_ratio"),
    "thefuzz token_set_ratio": thefuzz,
    "SQLite FTS5 porter": fts5("porter unicode61"),
    "SQLite FTS5 trigram": fts5("trigram"),
    "tantivy, stemming": tantivy("en_stem"),
    "tantivy, no stemming": tantivy("default"),
    "bm25s": bm25,
}
IN_NODE = ("minisearch", "fuse.js")
ENGINES = (OURS, *PEERS, *IN_NODE)
NOT_RANKED = ("rapidfuzz WRatio, no cutoff", "rapidfuzz WRatio, no cutoff, texts folded anew")
"""The same engine asked as most bots ask it: told in a note, for its time."""
_FEW, _FEWEST = {1_000: 60, 10_000: 20, 100_000: 5}, {1_000: 20, 10_000: 10, 100_000: 3}
_SLOW = ("rapidfuzz WRatio", "rapidfuzz token_set_ratio", "thefuzz token_set_ratio", "fuse.js")
FEWER = {name: _FEWEST if name in NOT_RANKED else _FEW for name in (*_SLOW, *NOT_RANKED)}
"""Queries of each set that a slow engine answers, by the size of the corpus."""
