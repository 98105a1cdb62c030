"""Real RSA keys for the tests, made once: making one takes longer than a test should."""

from functools import cache

from adapters.sandbox.signing import SigningKey


@cache
def key(name: str) -> SigningKey:
    """The key of that name; the same one all through the run."""
    made = SigningKey()
    made.sign(name.encode())
    return made
