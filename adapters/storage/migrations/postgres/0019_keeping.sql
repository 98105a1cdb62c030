-- A secret that was replaced stays while something that it signed or named is about. "since" is from
-- when it is used.
ALTER TABLE secrets ADD COLUMN since DOUBLE PRECISION NOT NULL DEFAULT 0;
ALTER TABLE secrets ALTER COLUMN since DROP DEFAULT;
ALTER TABLE secrets DROP CONSTRAINT secrets_pkey;
ALTER TABLE secrets ADD PRIMARY KEY (name, since);
