"""Leave tickets: JWTs that this service signs, with which a closing page can only leave."""

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import lru_cache

from joserfc import jwt
from joserfc.errors import BadSignatureError, JoseError
from joserfc.jwk import OctKey

from adapters.kept_secrets import KeptSecrets
from domain.caller import TicketHolder
from domain.errors import InvalidTicketError
from domain.meeting import MeetingId, PersonId

GOOD_FOR = 12 * 3600
"""Seconds: longer than any call, shorter than a day."""
ALGORITHM = "HS256"
PURPOSE = "videochamadas:leave"


@dataclass(frozen=True, slots=True)
class SignedTickets:
    """Each of the ``secrets`` is at least 32 random bytes; ``now`` is in seconds since the epoch.

    The audience is ``PURPOSE``, so that no other JWT signed with that secret is accepted.
    """

    secrets: KeptSecrets = field(repr=False)
    now: Callable[[], float]

    def issue(self, holder: TicketHolder) -> str:
        now = int(self.now())
        claims: jwt.Claims = {
            "aud": PURPOSE,
            "exp": now + GOOD_FOR,
            "sub": holder.person,
            "meeting": holder.meeting,
        }
        return jwt.encode({"alg": ALGORITHM}, claims, _key(self.secrets.used))

    def holder(self, ticket: str) -> TicketHolder:
        try:
            claims = self._verified(ticket)
            self._registry().validate(claims)
        except (JoseError, ValueError, TypeError, KeyError) as error:
            raise InvalidTicketError(f"a ticket is refused: {type(error).__name__}") from error
        return TicketHolder(PersonId(claims["sub"]), MeetingId(claims["meeting"]))

    def _verified(self, ticket: str) -> jwt.Claims:
        """Its claims, if one of the secrets signed it."""
        *newer, first = self.secrets.all
        for secret in newer:
            try:
                return _decoded(ticket, secret)
            except BadSignatureError:
                continue
        return _decoded(ticket, first)

    def _registry(self) -> jwt.JWTClaimsRegistry:
        wanted: dict[str, jwt.ClaimsOption] = {
            "aud": {"essential": True, "value": PURPOSE},
            "exp": {"essential": True},
        }
        return jwt.JWTClaimsRegistry(lambda: int(self.now()), 0, **wanted)


@lru_cache(maxsize=4)
def _key(secret: bytes) -> OctKey:
    return OctKey.import_key(secret)


def _decoded(ticket: str, secret: bytes) -> jwt.Claims:
    return jwt.decode(ticket, _key(secret), algorithms=[ALGORITHM]).claims
