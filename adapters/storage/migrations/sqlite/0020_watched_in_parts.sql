-- The watched meetings are read in parts, in this order; many are due at one time.
DROP INDEX sweeps_due;
CREATE INDEX sweeps_due ON sweeps (due, referral, meeting) WHERE due IS NOT NULL;
