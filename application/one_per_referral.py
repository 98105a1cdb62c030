"""The referral as the key: while its meeting is live, opening again returns it."""

import asyncio
from dataclasses import dataclass

from application.start_once import StartOnce
from domain.errors import StartInProgressError
from domain.meeting import Meeting
from domain.receipt import Repeatable


@dataclass(frozen=True, slots=True)
class OnePerReferral:
    """Openings that wait, ``patience`` seconds at most, for whoever opens the same now."""

    once: StartOnce
    patience: float
    pause: float = 0.1

    async def open(self, title: str) -> Meeting:
        """Raises StartInProgressError when the wait was in vain."""
        loop = asyncio.get_running_loop()
        ends = loop.time() + self.patience
        while (meeting := await self.once(Repeatable.by_referral(title), title)) is None:
            if loop.time() >= ends:
                raise StartInProgressError("the meeting of this referral is still being opened")
            await asyncio.sleep(self.pause)
        return meeting

    async def opened_since(self, title: str, since: float) -> list[Meeting]:  # noqa: ARG002
        """None: ``open`` itself finds what was left behind."""
        return []
