"""Who gets in, from which pages, and how often; and what is written down of those who do not."""
