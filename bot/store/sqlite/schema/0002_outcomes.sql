-- What became of an answer stands beside whether anything was found. Nothing of `shared` says who asked.

ALTER TABLE uses RENAME COLUMN outcome TO found_before;
ALTER TABLE uses ADD COLUMN found INTEGER NOT NULL DEFAULT 1;
ALTER TABLE uses ADD COLUMN outcome TEXT NOT NULL DEFAULT 'answered';  -- begun, answered, failed:why, expired, unknown
ALTER TABLE uses ADD COLUMN shared INTEGER NOT NULL DEFAULT 0;         -- three different members asked these words
UPDATE uses SET found = 0 WHERE found_before = 'missed';
ALTER TABLE uses DROP COLUMN found_before;

-- What was asked in private stands among the rest, and nothing tells which that was: so no typed words of before stay.
-- They could be shown to nobody anyway: who asked them was never counted.
UPDATE uses SET query = '', key = CASE
    WHEN found AND instr(key, '|') = 0
        AND (key = 'any' OR key GLOB 'topic:*' OR key GLOB 'quote:*' OR key GLOB 'check:*') THEN key
    ELSE '' END;

CREATE INDEX uses_of_a_guild ON uses (guild, time);
CREATE INDEX uses_under_way ON uses (asked) WHERE outcome = 'begun';

-- Servers that Discord did not list: forgotten when they are missing again a day later.
CREATE TABLE missing (
    guild INTEGER PRIMARY KEY,
    since INTEGER NOT NULL
) STRICT;
