-- The newest time that an instance told. When the database's clock is set back, time goes on from
-- there.
CREATE TABLE clock (
    id INTEGER PRIMARY KEY CHECK (id = 1),
    at DOUBLE PRECISION NOT NULL
);
CREATE INDEX idempotency_records_due ON idempotency_records (due) WHERE due IS NOT NULL;
