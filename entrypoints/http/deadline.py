"""The time limit for an answer: Dyte counts a webhook as failed after 3 s (provider document)."""

import asyncio

ANSWER_WITHIN = 2.5  # seconds


def answer_deadline() -> float:
    """When this request must be answered, in the event loop's time (seconds)."""
    return asyncio.get_running_loop().time() + ANSWER_WITHIN
