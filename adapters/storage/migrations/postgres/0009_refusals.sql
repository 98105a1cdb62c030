-- Refusals of one item in a row, and since when the attendance service says that the referral is
-- not there. A seat's referral is "known" when it was read or updated before.
ALTER TABLE seats ADD COLUMN known INTEGER NOT NULL DEFAULT 0;
ALTER TABLE seats ADD COLUMN refusals INTEGER NOT NULL DEFAULT 0;
ALTER TABLE seats ADD COLUMN refused_since DOUBLE PRECISION;
UPDATE seats SET known = 1 WHERE told IS NOT NULL;
ALTER TABLE deliveries ADD COLUMN refusals INTEGER NOT NULL DEFAULT 0;
ALTER TABLE deliveries ADD COLUMN refused_since DOUBLE PRECISION;
