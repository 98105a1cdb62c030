-- "version" rises whenever what is known of a meeting changes. From "closing" on nobody joins it;
-- from "closed" on nobody is in it.
ALTER TABLE meetings ADD COLUMN version INTEGER NOT NULL DEFAULT 0;
ALTER TABLE meetings ADD COLUMN closing REAL;
ALTER TABLE meetings ADD COLUMN closed REAL;
-- "since" is when the person came in, or went out, as it is shown.
ALTER TABLE seats ADD COLUMN since REAL;
-- Meetings that have to be closed at the provider; the row goes when that is done.
CREATE TABLE closings (
    meeting TEXT PRIMARY KEY,
    referral TEXT NOT NULL,
    due REAL,
    attempts INTEGER NOT NULL DEFAULT 0,
    failures INTEGER NOT NULL DEFAULT 0,
    lost INTEGER NOT NULL DEFAULT 0,
    why TEXT
);
CREATE INDEX sweeps_meeting ON sweeps (meeting);
CREATE INDEX closings_due ON closings (due) WHERE due IS NOT NULL;
