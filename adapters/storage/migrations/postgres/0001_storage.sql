-- Times are seconds since the epoch (UTC). "due" is the next try or the end of a lease.
CREATE TABLE deliveries (
    id BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    key TEXT NOT NULL UNIQUE,
    event TEXT NOT NULL,
    body BYTEA,
    state INTEGER NOT NULL DEFAULT 0,
    due DOUBLE PRECISION,
    attempts INTEGER NOT NULL DEFAULT 0,
    failures INTEGER NOT NULL DEFAULT 0,
    lost INTEGER NOT NULL DEFAULT 0,
    outcome TEXT,
    why TEXT,
    referral TEXT,
    meeting TEXT,
    received DOUBLE PRECISION NOT NULL,
    settled DOUBLE PRECISION
);
CREATE INDEX deliveries_due ON deliveries (due) WHERE state = 0;
CREATE INDEX deliveries_settled ON deliveries (settled) WHERE body IS NOT NULL;
CREATE INDEX deliveries_referral ON deliveries (referral);

CREATE TABLE facts (
    seq BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    key TEXT NOT NULL UNIQUE,
    referral TEXT NOT NULL,
    meeting TEXT NOT NULL,
    person TEXT,
    kind TEXT NOT NULL,
    data TEXT NOT NULL,
    at DOUBLE PRECISION NOT NULL,
    refused TEXT
);
CREATE INDEX facts_meeting ON facts (referral, meeting);

CREATE TABLE seats (
    referral TEXT NOT NULL,
    meeting TEXT NOT NULL,
    person TEXT NOT NULL,
    due DOUBLE PRECISION,
    held INTEGER NOT NULL DEFAULT 0,
    attempts INTEGER NOT NULL DEFAULT 0,
    failures INTEGER NOT NULL DEFAULT 0,
    lost INTEGER NOT NULL DEFAULT 0,
    seq BIGINT NOT NULL DEFAULT 0,
    pushed_seq BIGINT NOT NULL DEFAULT 0,
    shown INTEGER,
    pushed DOUBLE PRECISION,
    why TEXT,
    PRIMARY KEY (referral, meeting, person)
);
CREATE INDEX seats_due ON seats (due) WHERE due IS NOT NULL;

CREATE TABLE meetings (
    id BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    meeting TEXT NOT NULL UNIQUE,
    title TEXT NOT NULL,
    noted DOUBLE PRECISION NOT NULL
);
CREATE INDEX meetings_title ON meetings (title, id);
