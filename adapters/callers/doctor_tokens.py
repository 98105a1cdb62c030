"""Authenticate doctors by a JWT (RFC 7519) that the hospital's identity provider signed."""

from collections.abc import Callable, Collection
from dataclasses import dataclass

from joserfc import jwt
from joserfc.errors import ExpiredTokenError, InvalidKeyIdError, JoseError
from joserfc.jwk import KeyBase
from joserfc.jws import JWSRegistry

from adapters.published_keys import Keys
from domain.caller import Caller, Doctor
from domain.errors import ExpiredCredentialsError, InvalidCredentialsError, UnauthenticatedError
from domain.meeting import PersonId

LEEWAY = 60
"""Seconds that the identity provider's clock may differ from ours."""
LONGEST_ID = 255  # characters


@dataclass(frozen=True, slots=True)
class DoctorTokens:
    """``algorithms`` come from the configuration, never from the token. ``claim`` names the claim
    with the doctor's id at the attendance service. ``now`` is in seconds since the epoch.
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
        except ExpiredTokenError as error:
            raise ExpiredCredentialsError(f"a token is refused: {type(error).__name__}") from error
        except (JoseError, ValueError, TypeError, KeyError) as error:
            raise InvalidCredentialsError(f"a token is refused: {type(error).__name__}") from error
        return Doctor(_person(claims.get(self.claim)), claims["exp"] + LEEWAY)

    async def _verified(self, token: str) -> jwt.Claims:
        """The claims. For an unknown key id, newer keys are fetched and tried once."""
        try:
            return self._decoded(token, await self.keys.current())
        except InvalidKeyIdError:
            newer = await self.keys.newer()
            if newer is None:
                raise
            return self._decoded(token, newer)

    def _decoded(self, token: str, keys: KeyBase) -> jwt.Claims:
        """Unknown headers are ignored, except critical ones (RFC 7515, 4.1.11)."""
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
    """The id as text; whole numbers are accepted. Raises InvalidCredentialsError."""
    number = isinstance(value, int) and not isinstance(value, bool)
    text = str(value).strip() if number or isinstance(value, str) else ""
    if not text or len(text) > LONGEST_ID or not text.isprintable():
        raise InvalidCredentialsError("a token without a usable person")
    return PersonId(text)
