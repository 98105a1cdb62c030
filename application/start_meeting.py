"""Open a meeting for a referral: a new one at each call, or one per key.

There are two keys: the one that the caller chose (``Idempotency-Key``), and the referral itself
where the service is configured to have one meeting per referral.
"""

import asyncio
import logging
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from application.reuse_meeting import ReuseMeeting
from application.rights import Rights
from application.start_once import Start, StartOnce
from domain.caller import Caller, Doctor
from domain.errors import StartInProgressError, StorageUnavailableError
from domain.idempotency import IdempotencyKey, StartClaim
from domain.meeting import Meeting, MeetingId
from domain.ports.meetings import MeetingRepository
from domain.ports.starts import IdempotencyRecords
from domain.ports.video import MeetingOpener
from domain.referral import ReferralId

MARGIN = 5.0
"""Seconds: the provider rounds its times, and its machines' clocks differ a little."""
PAUSE = 0.1
"""Seconds between two looks at a meeting that another call is opening."""

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class StartMeeting:
    """``patience`` is how long a call waits for another that opens the same referral's meeting."""

    rights: Rights
    opener: MeetingOpener
    meetings: MeetingRepository
    records: IdempotencyRecords
    once: StartOnce
    reuse: ReuseMeeting
    now: Callable[[], float]
    one_per_referral: bool
    patience: float

    async def __call__(
        self, caller: Caller, title: str, key: IdempotencyKey | None = None
    ) -> Meeting:
        """Raises ForbiddenError; with a key also StartInProgressError and KeyReusedError."""
        await self.rights.to_start(caller, title)
        if key is None:
            if self.one_per_referral:
                return await self._of_referral(title)
            return await self._new(caller, title)
        start = self._shared if self.one_per_referral else self._opened
        meeting = await self.once(key, partial(start, title))
        if meeting is None:
            raise StartInProgressError("another call with this key is under way")
        return meeting

    async def _new(self, caller: Caller, title: str) -> Meeting:
        """Without a key each call opens another meeting (contract)."""
        meeting = await self.opener.open(title)
        try:
            await self.meetings.add(meeting.id, title, now=self.now())
        except StorageUnavailableError as error:
            if isinstance(caller, Doctor):
                raise  # a doctor cannot join a meeting that is not in the repository
            # The meeting is open; refusing it now would only have another one opened.
            log.warning("a meeting was opened and could not be stored: %s", error)
        return meeting

    async def _of_referral(self, title: str) -> Meeting:
        """The referral is the key, while its meeting may be used again."""
        key, start = IdempotencyKey.by_referral(title), partial(self._opened, title)
        meeting = await self._waited_for(key, start)
        if await self.reuse(ReferralId(title), meeting):
            return meeting
        return await self._waited_for(key, start, replacing=meeting.id)

    async def _waited_for(
        self, key: IdempotencyKey, start: Start, replacing: MeetingId | None = None
    ) -> Meeting:
        loop = asyncio.get_running_loop()
        ends = loop.time() + self.patience
        while (meeting := await self.once(key, start, replacing=replacing)) is None:
            if loop.time() >= ends:
                raise StartInProgressError("the meeting of this referral is still being opened")
            await asyncio.sleep(PAUSE)
        return meeting

    async def _shared(self, title: str, claim: StartClaim) -> Meeting:
        """Both keys: the referral's start has opened the meeting and added it."""
        meeting = await self._of_referral(title)
        await self.records.complete(claim, meeting, None, now=self.now())
        return meeting

    async def _opened(self, title: str, claim: StartClaim) -> Meeting:
        """What a lost claim left behind at the provider, else a new meeting."""
        if claim.taken_over:
            age = max(0.0, self.now() - claim.since)
            candidates = await self.opener.opened_within(title, age + MARGIN)
            adopted = await self.records.adopt(claim, candidates, title, now=self.now())
            if adopted is not None:
                return adopted
        meeting = await self.opener.open(title)
        await self.records.complete(claim, meeting, title, now=self.now())
        return meeting
