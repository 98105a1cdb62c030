-- "version" rises whenever what is known of a meeting changes. From "closing" on nobody joins it;
-- from "closed" on nobody is in it.
ALTER TABLE meetings ADD COLUMN version BIGINT NOT NULL DEFAULT 0;
ALTER TABLE meetings ADD COLUMN closing DOUBLE PRECISION;
ALTER TABLE meetings ADD COLUMN closed DOUBLE PRECISION;
-- "since" is when the person came in, or went out, as it is shown.
ALTER TABLE seats ADD COLUMN since DOUBLE PRECISION;
-- Meetings that have to be closed at the provider; the row goes when that is done.
CREATE TABLE closings (
    meeting TEXT PRIMARY KEY,
    referral TEXT NOT NULL,
    due DOUBLE PRECISION,
    attempts INTEGER NOT NULL DEFAULT 0,
    failures INTEGER NOT NULL DEFAULT 0,
    lost INTEGER NOT NULL DEFAULT 0,
    why TEXT
);
CREATE INDEX sweeps_meeting ON sweeps (meeting);
CREATE INDEX closings_due ON closings (due) WHERE due IS NOT NULL;
