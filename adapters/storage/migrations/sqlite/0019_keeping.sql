-- A secret that was replaced stays while something that it signed or named is about. "since" is from
-- when it is used.
ALTER TABLE secrets RENAME TO former_secrets;
CREATE TABLE secrets (
    name TEXT NOT NULL,
    since REAL NOT NULL,
    value BLOB NOT NULL,
    PRIMARY KEY (name, since)
) WITHOUT ROWID;
INSERT INTO secrets (name, since, value) SELECT name, 0, value FROM former_secrets;
DROP TABLE former_secrets;
-- Which start of which machine "steady" is counted from.
ALTER TABLE clock ADD COLUMN boot TEXT;
