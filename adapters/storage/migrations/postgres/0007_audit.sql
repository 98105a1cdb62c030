-- Audit lines of the command line, until a service writes them where its own go.
CREATE TABLE audit (
    id BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    at DOUBLE PRECISION NOT NULL,
    event TEXT NOT NULL,
    who TEXT NOT NULL,
    what TEXT NOT NULL,
    outcome TEXT NOT NULL
);
