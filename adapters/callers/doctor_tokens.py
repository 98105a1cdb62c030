"""Callers by token: a JWT (RFC 7519) that the hospital's identity provider signed for a doctor."""

from collections.abc import Callable, Collection
from dataclasses import dataclass

from joserfc import jwt
from joserfc.errors import InvalidKeyIdError, JoseError
from joserfc.jwk import KeyBase
from joserfc.jws import JWSRegistry

from adapters.published_keys import Keys
from domain.caller import Caller, Doctor
from domain.errors import InvalidCredentialsError, UnauthenticatedError
from domain.meeting import PersonId

LEEWAY = 60
"""Seconds that the identity provider's clock may differ from ours."""
LONGEST_ID = 255


@dataclass(frozen=True, slots=True)
class DoctorTokens:
    """``algorithms`` are fixed by configuration, never by what a token says of itself; ``claim``
    holds the doctor's id as the attendance service has it. ``now`` is in seconds since the epoch.
    """

    keys: Keys[KeyBase]
    algorithms: Collection[str]
    issuer: str
    audience: str
    claim: str
    now: Callable[[], float]

    async def identify(self, credential: str | None) -> Caller:
        if credential is None:
            raise UnauthenticatedError("no token was given")
        try:
            claims = await self._verified(credential)
            self._registry().validate(claims)
        except (JoseError, ValueError, TypeError, KeyError) as error:
            raise InvalidCredentialsError(f"a token is refused: {type(error).__name__}") from error
        return Doctor(_person(claims.get(self.claim)))

    async def _verified(self, token: str) -> jwt.Claims:
        """A key id that the current keys do not have may be that of a newer one."""
        try:
            return self._decoded(token, await self.keys.current())
        except InvalidKeyIdError:
            newer = await self.keys.newer()
            if newer is None:
                raise
            return self._decoded(token, newer)

    def _decoded(self, token: str, keys: KeyBase) -> jwt.Claims:
        """Headers beyond the standard's are ignored, but for critical ones (RFC 7515, 4.1.11)."""
        registry = JWSRegistry(algorithms=self.algorithms, strict_check_header=False)
        return jwt.decode(token, keys, registry=registry).claims

    def _registry(self) -> jwt.JWTClaimsRegistry:
        wanted: dict[str, jwt.ClaimsOption] = {
            "iss": {"essential": True, "value": self.issuer},
            "aud": {"essential": True, "value": self.audience},
            "exp": {"essential": True},
        }
        return jwt.JWTClaimsRegistry(lambda: int(self.now()), LEEWAY, **wanted)


def _person(value: object) -> PersonId:
    """Whole numbers are ids too: the attendance service may number its doctors."""
    number = isinstance(value, int) and not isinstance(value, bool)
    text = str(value).strip() if number or isinstance(value, str) else ""
    if not text or len(text) > LONGEST_ID or not text.isprintable():
        raise InvalidCredentialsError("a token without a usable person")
    return PersonId(text)
