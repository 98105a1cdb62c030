"""The ports' implementations: the partners over HTTP, their sandbox twins, and memory."""
