-- Every meeting is watched from its opening or first fact on. An answer is kept until the next one.
ALTER TABLE sweeps ADD COLUMN watched DOUBLE PRECISION NOT NULL DEFAULT 0;
UPDATE sweeps SET seen = NULL, seen_at = NULL, upto = NULL;
