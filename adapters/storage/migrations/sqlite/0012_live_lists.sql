-- Who reads the list of live sessions, and until when meetings are left to it. "ask" is when a meeting
-- is asked about by itself all the same.
CREATE TABLE live_lists (
    id INTEGER PRIMARY KEY CHECK (id = 1),
    due REAL NOT NULL,
    attempts INTEGER NOT NULL,
    serves_until REAL NOT NULL DEFAULT 0
);
ALTER TABLE sweeps ADD COLUMN ask REAL;
