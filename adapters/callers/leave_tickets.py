"""Leave tickets: JWTs that this service signs, with which a closing page can only leave."""

from collections.abc import Callable
from dataclasses import InitVar, dataclass, field

from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import OctKey

from domain.caller import TicketHolder
from domain.errors import InvalidTicketError
from domain.meeting import MeetingId, PersonId

GOOD_FOR = 12 * 3600
"""Seconds: longer than any call, shorter than a day."""
ALGORITHM = "HS256"
PURPOSE = "videochamadas:leave"


@dataclass(slots=True)
class SignedTickets:
    """``secret`` is at least 32 random bytes; ``now`` is in seconds since the epoch.

    The audience is ``PURPOSE``, so that no other JWT signed with that secret is accepted.
    """

    secret: InitVar[bytes]
    now: Callable[[], float]
    _key: OctKey = field(init=False, repr=False)

    def __post_init__(self, secret: bytes) -> None:
        self._key = OctKey.import_key(secret)

    def issue(self, holder: TicketHolder) -> str:
        now = int(self.now())
        claims: jwt.Claims = {
            "aud": PURPOSE,
            "exp": now + GOOD_FOR,
            "sub": holder.person,
            "meeting": holder.meeting,
        }
        return jwt.encode({"alg": ALGORITHM}, claims, self._key)

    def holder(self, ticket: str) -> TicketHolder:
        try:
            claims = jwt.decode(ticket, self._key, algorithms=[ALGORITHM]).claims
            self._registry().validate(claims)
        except (JoseError, ValueError, TypeError, KeyError) as error:
            raise InvalidTicketError(f"a ticket is refused: {type(error).__name__}") from error
        return TicketHolder(PersonId(claims["sub"]), MeetingId(claims["meeting"]))

    def _registry(self) -> jwt.JWTClaimsRegistry:
        wanted: dict[str, jwt.ClaimsOption] = {
            "aud": {"essential": True, "value": PURPOSE},
            "exp": {"essential": True},
        }
        return jwt.JWTClaimsRegistry(lambda: int(self.now()), 0, **wanted)
