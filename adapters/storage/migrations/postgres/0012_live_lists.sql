-- Who reads the list of live sessions, and until when meetings are left to it. "ask" is when a meeting
-- is asked about by itself all the same.
CREATE TABLE live_lists (
    id INTEGER PRIMARY KEY CHECK (id = 1),
    due DOUBLE PRECISION NOT NULL,
    attempts INTEGER NOT NULL,
    serves_until DOUBLE PRECISION NOT NULL DEFAULT 0
);
ALTER TABLE sweeps ADD COLUMN ask DOUBLE PRECISION;
