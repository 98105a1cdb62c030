"""Webhooks that must have no effect: signed by somebody else, of another customer, or no webhooks.

Each names a meeting of its own about a referral that is there, so that any effect is seen.
"""

import asyncio
import random
from collections.abc import Sequence
from dataclasses import dataclass

import orjson

from adapters.sandbox.events import ORGANIZATION
from adapters.sandbox.signing import SigningKey
from tests.chaos.mail import Mail

FORGED, FOREIGN, MALFORMED = "forged", "foreign", "malformed"
NOT_JSON = (b"", b"{", b"[]", b"null", b"\xff\xfe", b'{"event": "meeting.ended"', b"{}" * 9)


@dataclass
class BadPost:
    """``referrals`` are those of the run; a plan that was shrunk may have none."""

    mail: Mail
    referrals: Sequence[str]
    stranger: SigningKey

    async def send(self, chance: random.Random) -> None:
        for _ in range(chance.randrange(2, 6) if self.referrals else 0):
            kind = chance.choice([FORGED, FOREIGN, MALFORMED])
            getattr(self, f"_{kind}")(chance)
            await asyncio.sleep(chance.uniform(0, 0.3))

    def _forged(self, chance: random.Random) -> None:
        body, says = self._event(chance, FORGED, ORGANIZATION)
        wrong = chance.choice([self.stranger.sign, lambda _: "", lambda _: "bm8="])
        self.mail.send(body, key=wrong, attempts=2, bad=FORGED, says=says)

    def _foreign(self, chance: random.Random) -> None:
        body, says = self._event(chance, FOREIGN, "another-hospital")
        self.mail.send(body, attempts=2, bad=FOREIGN, says=says)

    def _malformed(self, chance: random.Random) -> None:
        self.mail.send(chance.choice(NOT_JSON), attempts=2, bad=MALFORMED, says={})

    def _event(
        self, chance: random.Random, kind: str, organization: str
    ) -> tuple[bytes, dict[str, str]]:
        """An end, or the joining of a doctor of the referral."""
        referral = chance.choice(self.referrals)
        meeting = f"{kind}-{self.mail.history.number()}"
        about = {
            "id": meeting,
            "sessionId": f"session-of-{meeting}",
            "title": referral,
            "organizedBy": {"id": organization},
        }
        event: dict[str, object] = {"event": "meeting.ended", "reason": "ALL_PARTICIPANTS_LEFT"}
        if chance.random() < 0.5:
            doctor = f"dra-{referral.removeprefix('enc-')}"
            joined = {"peerId": f"peer-of-{meeting}", "customParticipantId": doctor}
            event = {"event": "meeting.participantJoined", "participant": joined}
        return orjson.dumps({**event, "meeting": about}), {"meeting": meeting, "referral": referral}
