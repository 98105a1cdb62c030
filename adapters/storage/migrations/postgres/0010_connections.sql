-- When this service opened a meeting; whose a leave is, its connection says.
ALTER TABLE meetings ADD COLUMN opened DOUBLE PRECISION;
UPDATE facts SET person = NULL WHERE kind = 'peer-left';
DROP INDEX facts_ended;
