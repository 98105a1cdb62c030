-- Meetings that somebody may be in. "seen" is the provider's first answer, until a second agrees.
CREATE TABLE sweeps (
    referral TEXT NOT NULL,
    meeting TEXT NOT NULL,
    due REAL,
    attempts INTEGER NOT NULL DEFAULT 0,
    seen TEXT,
    seen_at REAL,
    upto INTEGER,
    PRIMARY KEY (referral, meeting)
);
CREATE INDEX sweeps_due ON sweeps (due) WHERE due IS NOT NULL;
