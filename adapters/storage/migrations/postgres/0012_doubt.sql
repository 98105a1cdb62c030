-- "again" is when the attendance service is told a seat once more, because an update's outcome is
-- not known: 0 until it was told since, NULL when nothing is in doubt.
ALTER TABLE seats ADD COLUMN again DOUBLE PRECISION;
