-- What operators are shown at each scrape is found by an index. "waiting" is since when the attendance
-- service has to be told of a seat; "connected" is whether the person had a live connection when it
-- was told last, NULL when that was before this column.
ALTER TABLE seats ADD COLUMN waiting REAL;
ALTER TABLE seats ADD COLUMN connected INTEGER;
UPDATE seats SET waiting = due WHERE due IS NOT NULL AND told_seq < seq;
CREATE INDEX seats_waiting ON seats (waiting) WHERE waiting IS NOT NULL;
CREATE INDEX seats_refused ON seats (why) WHERE due IS NULL AND why IS NOT NULL;
CREATE INDEX seats_unconnected ON seats (since) WHERE shown = 1 AND connected = 0;
CREATE INDEX deliveries_waiting ON deliveries (received) WHERE state = 0;
CREATE INDEX deliveries_dead ON deliveries (id) WHERE state = 2;
