-- What is older than its time is found without reading the rest.
CREATE INDEX facts_at ON facts (at);
CREATE INDEX meetings_noted ON meetings (noted);
