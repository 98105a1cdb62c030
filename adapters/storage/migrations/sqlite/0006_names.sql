-- Idempotency records under that name, and what the attendance service was told.
ALTER TABLE receipts RENAME TO idempotency_records;
ALTER TABLE idempotency_records RENAME COLUMN begun TO since;
DROP INDEX receipts_begun;
CREATE INDEX idempotency_records_since ON idempotency_records (since);
ALTER TABLE seats RENAME COLUMN pushed_seq TO told_seq;
ALTER TABLE seats RENAME COLUMN pushed TO told;
