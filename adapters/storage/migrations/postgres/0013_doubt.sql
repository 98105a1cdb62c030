-- "again" is when the attendance service is told a seat once more, because an update's outcome is
-- not known: 0 until it was told since, NULL when nothing is in doubt.
ALTER TABLE seats ADD COLUMN again DOUBLE PRECISION;
-- What was set aside because processes died over it is tried again, alone.
UPDATE seats SET due = 0, lost = 4, why = NULL WHERE due IS NULL AND why = 'poison';
UPDATE deliveries SET state = 0, due = received, lost = 4, settled = NULL, why = NULL
WHERE state = 2 AND why = 'poison' AND body IS NOT NULL;
