PRAGMA application_id = 1366642548;
BEGIN TRANSACTION;
CREATE TABLE changes_made (
    id    INTEGER PRIMARY KEY,
    time  INTEGER NOT NULL,
    guild INTEGER NOT NULL,
    by    INTEGER NOT NULL,        -- the moderator: the one place where a person's id is kept
    what  TEXT NOT NULL
) STRICT;
INSERT INTO "changes_made" VALUES(1,1591617600000000,1,77,'keyword replies on in channel 20');
CREATE TABLE complaints (
    id      INTEGER PRIMARY KEY,
    time    INTEGER NOT NULL,
    guild   INTEGER,
    quote   TEXT NOT NULL,
    edition TEXT NOT NULL,
    text    TEXT NOT NULL
) STRICT;
INSERT INTO "complaints" VALUES(1,1591617600000000,1,'voa-1','0123abcd','The date is wrong.');
CREATE TABLE kept (
    name  TEXT PRIMARY KEY,
    value TEXT NOT NULL
) STRICT;
INSERT INTO "kept" VALUES('commands','{}');
CREATE TABLE keyword_channels (
    channel INTEGER PRIMARY KEY,
    guild   INTEGER NOT NULL
) STRICT;
INSERT INTO "keyword_channels" VALUES(20,1);
CREATE TABLE losses (
    time  INTEGER NOT NULL,
    count INTEGER NOT NULL
) STRICT;
CREATE TABLE migrations (number INTEGER PRIMARY KEY, time INTEGER NOT NULL) STRICT;
INSERT INTO "migrations" VALUES(1,1591617600000000);
CREATE TABLE mutes (
    channel     INTEGER NOT NULL,
    trigger     TEXT NOT NULL,
    guild       INTEGER,
    muted_until INTEGER NOT NULL,
    PRIMARY KEY (channel, trigger)
) STRICT;
INSERT INTO "mutes" VALUES(20,'russia',1,1591704000000000);
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
INSERT INTO "uses" VALUES(1001,1591531200000000,1,21,'slash','russia','topic:russia','answered','voa-1','0123abcd',1.25);
INSERT INTO "uses" VALUES(1002,1591444800000000,NULL,20,'mention','rusia','topic:russia','answered','voa-2','0123abcd',1.25);
INSERT INTO "uses" VALUES(1003,1591358400000000,1,21,'slash','pizza','words:pizza','missed',NULL,'0123abcd',1.25);
INSERT INTO "uses" VALUES(1004,1591272000000000,1,20,'keyword','russia','topic:russia','answered','voa-1','0123abcd',1.25);
INSERT INTO "uses" VALUES(1005,1591185600000000,1,21,'button','','any','answered','voa-3','0123abcd',1.25);
CREATE INDEX uses_of_a_round ON uses (channel, key, time);
CREATE INDEX uses_in_time ON uses (time);
COMMIT;
