"""The ports' implementations: partners over HTTP, their sandbox twins, callers, and storage."""
