"""Webhooks that must have no effect: signed by somebody else, of another customer, or no webhooks.

Half of them are about a meeting of the run, with its session and the people of it, as a forger's
would be. The others name a meeting of their own about a referral that is there, so that any effect
is seen.
"""

import asyncio
import random
from collections.abc import Sequence
from dataclasses import dataclass

import orjson

from adapters.sandbox.events import ORGANIZATION
from adapters.sandbox.signing import SigningKey
from tests.chaos.history import Entry
from tests.chaos.mail import Mail

FORGED, FOREIGN, MALFORMED = "forged", "foreign", "malformed"
NOT_JSON = (b"", b"{", b"[]", b"null", b"\xff\xfe", b'{"event": "meeting.ended"', b"{}" * 9)
EMPTY = b"{}"
LIVE = 0.5
"""The share that is about a meeting of the run, once people have joined one."""
LATELY = 20_000
"""Entries of the history in which such a meeting is looked for."""

Says = dict[str, str]


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
        """Nothing that was ever an event, or the beginning of one."""
        whole, about = self._event(chance, MALFORMED, ORGANIZATION)
        cut = whole[: chance.randrange(1, len(whole))], about
        body, says = chance.choice([cut, (chance.choice((*NOT_JSON, EMPTY)), Says())])
        self.mail.send(body, attempts=2, bad=MALFORMED, says=says)

    def _event(self, chance: random.Random, kind: str, organization: str) -> tuple[bytes, Says]:
        known = self._joined()
        if known and chance.random() < LIVE:
            return _about(chance, chance.choice(known), organization)
        referral, meeting = chance.choice(self.referrals), f"{kind}-{self.mail.history.number()}"
        stranger = {
            "meeting": meeting,
            "session": f"session-of-{meeting}",
            "referral": referral,
            "peer": f"peer-of-{meeting}",
        }
        return _about(chance, stranger, organization)

    def _joined(self) -> Sequence[Entry]:
        """The last joining of each meeting in which somebody was lately."""
        lately = self.mail.history.entries[-LATELY:]
        return [
            *{
                one["meeting"]: one
                for one in lately
                if one["kind"] == "truth" and one["what"] == "participantJoined"
            }.values()
        ]


def _about(chance: random.Random, known: Entry, organization: str) -> tuple[bytes, Says]:
    """An end, the leaving of that connection, or the joining of a doctor of the referral."""
    number = known["referral"].removeprefix("enc-")
    doctor = chance.choice([f"dra-{number}", f"dr-{number}"])
    meeting = {
        "id": known["meeting"],
        "sessionId": known["session"],
        "title": known["referral"],
        "organizedBy": {"id": organization},
    }
    movement = {"peerId": known["peer"], "customParticipantId": known.get("person", doctor)}
    fresh = {"peerId": f"{known['peer']}-of-a-stranger", "customParticipantId": doctor}
    event: dict[str, object] = chance.choice(
        [
            {"event": "meeting.ended", "reason": "ALL_PARTICIPANTS_LEFT"},
            {"event": "meeting.participantLeft", "participant": movement},
            {"event": "meeting.participantJoined", "participant": fresh},
        ]
    )
    says = {"meeting": known["meeting"], "referral": known["referral"]}
    return orjson.dumps({**event, "meeting": meeting}), says
