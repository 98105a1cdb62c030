-- A start that may be repeated. Without an answer it runs until "due", claimed by "holder".
CREATE TABLE receipts (
    key TEXT PRIMARY KEY,
    fingerprint TEXT NOT NULL,
    begun DOUBLE PRECISION NOT NULL,
    holder TEXT,
    due DOUBLE PRECISION,
    meeting TEXT,
    answer TEXT
);
CREATE INDEX receipts_begun ON receipts (begun);
CREATE INDEX facts_ended ON facts (meeting) WHERE kind = 'session-ended';
