-- The newest time that was told, and how long the machine had been running then. A restart after the
-- machine's clock was set back goes on from there.
CREATE TABLE clock (
    id INTEGER PRIMARY KEY CHECK (id = 1),
    at REAL NOT NULL,
    steady REAL
);
INSERT INTO clock (id, at) SELECT 1, max(
    coalesce((SELECT received FROM deliveries ORDER BY id DESC LIMIT 1), 0),
    coalesce((SELECT at FROM facts ORDER BY seq DESC LIMIT 1), 0)
);
CREATE INDEX idempotency_records_due ON idempotency_records (due) WHERE due IS NOT NULL;
