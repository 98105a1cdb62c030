-- What is needed to say who is in is found without reading the rest of a meeting. "weighed" is 0 for
-- a new fact, 1 for one that is needed, 2 for one that is over. The columns after it are of "data":
-- an instant that is not known is 0.
ALTER TABLE facts ADD COLUMN weighed INTEGER NOT NULL DEFAULT 0;
ALTER TABLE facts ADD COLUMN peer TEXT
    GENERATED ALWAYS AS (json_extract(data, '$.peer')) VIRTUAL;
ALTER TABLE facts ADD COLUMN session TEXT
    GENERATED ALWAYS AS (json_extract(data, '$.session')) VIRTUAL;
ALTER TABLE facts ADD COLUMN instant REAL
    GENERATED ALWAYS AS (coalesce(json_extract(data, '$.joined_at'), json_extract(data, '$.left_at'), 0)) VIRTUAL;
ALTER TABLE facts ADD COLUMN came_in INTEGER
    GENERATED ALWAYS AS (json_extract(data, '$.in_meeting')) VIRTUAL;
CREATE INDEX facts_weighed ON facts (referral, meeting, weighed, seq) WHERE kind <> 'reported';
CREATE INDEX facts_reported ON facts (referral, meeting, person, came_in, seq)
    WHERE kind = 'reported' AND refused IS NULL;
CREATE INDEX facts_peer ON facts (referral, meeting, peer, instant) WHERE weighed = 2;
CREATE INDEX facts_session ON facts (referral, meeting, session, seq)
    WHERE kind = 'session-ended' AND weighed = 2;
-- When the newest fact of a meeting came, so that expiry reads no facts. Facts up to "forgotten" are
-- of a meeting that expired: they are read no more, and deleted little by little.
ALTER TABLE sweeps ADD COLUMN newest REAL NOT NULL DEFAULT 0;
ALTER TABLE sweeps ADD COLUMN forgotten INTEGER;
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
