"""The big proofs: each promise as a function of its size. ``make prove`` runs them in full, the
test suite in small seeded forms."""
