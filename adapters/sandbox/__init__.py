"""The sandbox twins of both partners, in memory: the same ports, without an account."""
