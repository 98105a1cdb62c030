-- Keys that partners publish, by their URL: a restart while a URL is down still accepts with them.
CREATE TABLE published_keys (
    url TEXT PRIMARY KEY,
    value TEXT NOT NULL,
    fetched REAL NOT NULL
) WITHOUT ROWID;
