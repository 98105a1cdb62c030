-- Times are seconds since the epoch (UTC). "due" is the next try or the end of a lease.
CREATE TABLE deliveries (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    key TEXT NOT NULL UNIQUE,
    event TEXT NOT NULL,
    body BLOB,
    state INTEGER NOT NULL DEFAULT 0,
    due REAL,
    attempts INTEGER NOT NULL DEFAULT 0,
    failures INTEGER NOT NULL DEFAULT 0,
    lost INTEGER NOT NULL DEFAULT 0,
    outcome TEXT,
    why TEXT,
    referral TEXT,
    meeting TEXT,
    received REAL NOT NULL,
    settled REAL
);
CREATE INDEX deliveries_due ON deliveries (due) WHERE state = 0;
CREATE INDEX deliveries_settled ON deliveries (settled) WHERE body IS NOT NULL;
CREATE INDEX deliveries_referral ON deliveries (referral);

CREATE TABLE facts (
    seq INTEGER PRIMARY KEY AUTOINCREMENT,
    key TEXT NOT NULL UNIQUE,
    referral TEXT NOT NULL,
    meeting TEXT NOT NULL,
    person TEXT,
    kind TEXT NOT NULL,
    data TEXT NOT NULL,
    at REAL NOT NULL,
    refused TEXT
);
CREATE INDEX facts_meeting ON facts (referral, meeting);

CREATE TABLE seats (
    referral TEXT NOT NULL,
    meeting TEXT NOT NULL,
    person TEXT NOT NULL,
    due REAL,
    held INTEGER NOT NULL DEFAULT 0,
    attempts INTEGER NOT NULL DEFAULT 0,
    failures INTEGER NOT NULL DEFAULT 0,
    lost INTEGER NOT NULL DEFAULT 0,
    seq INTEGER NOT NULL DEFAULT 0,
    pushed_seq INTEGER NOT NULL DEFAULT 0,
    shown INTEGER,
    pushed REAL,
    why TEXT,
    PRIMARY KEY (referral, meeting, person)
) WITHOUT ROWID;
CREATE INDEX seats_due ON seats (due) WHERE due IS NOT NULL;

CREATE TABLE meetings (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    meeting TEXT NOT NULL UNIQUE,
    title TEXT NOT NULL,
    noted REAL NOT NULL
);
CREATE INDEX meetings_title ON meetings (title, id);
