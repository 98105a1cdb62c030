-- Whose this database is: what waits in it is for these partners and no others.
CREATE TABLE installation (
    id INTEGER PRIMARY KEY CHECK (id = 1),
    video TEXT NOT NULL,
    organization TEXT,
    attendance TEXT NOT NULL
);
