-- Times are microseconds since 1970 in UTC. No user id and no message text stands in `uses`.

CREATE TABLE uses (
    asked    INTEGER PRIMARY KEY,  -- Discord's id of what asked: logged once
    time     INTEGER NOT NULL,
    guild    INTEGER,
    channel  INTEGER NOT NULL,
    way      TEXT NOT NULL,
    query    TEXT NOT NULL,
    key      TEXT NOT NULL,
    outcome  TEXT NOT NULL,
    quote    TEXT,
    edition  TEXT NOT NULL,
    duration REAL NOT NULL         -- milliseconds
) STRICT;
CREATE INDEX uses_of_a_round ON uses (channel, key, time);
CREATE INDEX uses_in_time ON uses (time);

CREATE TABLE losses (
    time  INTEGER NOT NULL,
    count INTEGER NOT NULL
) STRICT;

CREATE TABLE keyword_channels (
    channel INTEGER PRIMARY KEY,
    guild   INTEGER NOT NULL
) STRICT;

CREATE TABLE mutes (
    channel     INTEGER NOT NULL,
    trigger     TEXT NOT NULL,
    guild       INTEGER,
    muted_until INTEGER NOT NULL,
    PRIMARY KEY (channel, trigger)
) STRICT;

CREATE TABLE changes_made (
    id    INTEGER PRIMARY KEY,
    time  INTEGER NOT NULL,
    guild INTEGER NOT NULL,
    by    INTEGER NOT NULL,        -- the moderator: the one place where a person's id is kept
    what  TEXT NOT NULL
) STRICT;

CREATE TABLE complaints (
    id      INTEGER PRIMARY KEY,
    time    INTEGER NOT NULL,
    guild   INTEGER,
    quote   TEXT NOT NULL,
    edition TEXT NOT NULL,
    text    TEXT NOT NULL
) STRICT;

CREATE TABLE kept (
    name  TEXT PRIMARY KEY,
    value TEXT NOT NULL
) STRICT;
