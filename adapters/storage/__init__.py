"""Storage: one set of hand-written SQL, run by SQLite or by PostgreSQL."""
