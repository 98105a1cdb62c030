"""How long a caller waits at most: Dyte gives a webhook 3 seconds and then counts it as failed."""

import asyncio

ANSWER_WITHIN = 2.5


def answer_deadline() -> float:
    """The end of the time for this request, in the event loop's time."""
    return asyncio.get_running_loop().time() + ANSWER_WITHIN
