-- What is needed to say who is in is found without reading the rest of a meeting. "weighed" is 0 for
-- a new fact, 1 for one that is needed, 2 for one that is over. The columns after it are of "data":
-- an instant that is not known is 0.
ALTER TABLE facts
    ADD COLUMN weighed INTEGER NOT NULL DEFAULT 0,
    ADD COLUMN peer TEXT
        GENERATED ALWAYS AS (CAST(data AS JSONB) ->> 'peer') STORED,
    ADD COLUMN session TEXT
        GENERATED ALWAYS AS (CAST(data AS JSONB) ->> 'session') STORED,
    ADD COLUMN instant DOUBLE PRECISION
        GENERATED ALWAYS AS (CAST(coalesce(
            CAST(data AS JSONB) ->> 'joined_at', CAST(data AS JSONB) ->> 'left_at', '0'
        ) AS DOUBLE PRECISION)) STORED,
    ADD COLUMN came_in INTEGER
        GENERATED ALWAYS AS (CAST(CAST(CAST(data AS JSONB) ->> 'in_meeting' AS BOOLEAN) AS INTEGER)) STORED;
DROP INDEX facts_meeting;
CREATE INDEX facts_meeting ON facts (referral, meeting, seq);
CREATE INDEX facts_weighed ON facts (referral, meeting, weighed, seq) WHERE kind <> 'reported';
CREATE INDEX facts_reported ON facts (referral, meeting, person, came_in, seq)
    WHERE kind = 'reported' AND refused IS NULL;
CREATE INDEX facts_peer ON facts (referral, meeting, peer, instant) WHERE weighed = 2;
CREATE INDEX facts_session ON facts (referral, meeting, session, seq)
    WHERE kind = 'session-ended' AND weighed = 2;
-- When the newest fact of a meeting came, so that expiry reads no facts. Facts up to "forgotten" are
-- of a meeting that expired: they are read no more, and deleted little by little.
ALTER TABLE sweeps ADD COLUMN newest DOUBLE PRECISION NOT NULL DEFAULT 0;
ALTER TABLE sweeps ADD COLUMN forgotten BIGINT;
INSERT INTO sweeps (referral, meeting, watched)
SELECT referral, meeting, min(at) FROM facts WHERE 1 = 1 GROUP BY referral, meeting
ON CONFLICT (referral, meeting) DO NOTHING;
UPDATE sweeps SET newest = coalesce(
    (SELECT max(at) FROM facts
    WHERE facts.referral = sweeps.referral AND facts.meeting = sweeps.meeting),
    watched
);
CREATE INDEX sweeps_newest ON sweeps (newest) WHERE forgotten IS NULL;
CREATE INDEX sweeps_forgotten ON sweeps (forgotten) WHERE forgotten IS NOT NULL;
DROP INDEX facts_at;
