-- Keys that only we use: made once, so that what one instance signs another one knows.
CREATE TABLE secrets (
    name TEXT PRIMARY KEY,
    value BLOB NOT NULL
) WITHOUT ROWID;
