"""Which tokens identify a doctor, and which are refused."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from joserfc import jwt

from adapters.callers.doctor_tokens import LEEWAY, DoctorTokens
from adapters.callers.identity_keys import load_signer
from adapters.published_keys import GivenKeys
from domain.caller import Doctor
from domain.errors import InvalidCredentialsError, UnauthenticatedError
from tests.builders import NOON, a_doctor
from tests.identity import (
    AUDIENCE,
    ISSUER,
    a_confused_token,
    a_token,
    an_unsigned_token,
    public_pem,
    signer,
    token_part,
)

NOW = NOON.timestamp()


def tokens(pem: str | None = None, claim: str = "sub") -> DoctorTokens:
    signer = GivenKeys(lambda: load_signer(pem or public_pem()))
    return DoctorTokens(signer, {"RS256"}, ISSUER, AUDIENCE, claim, lambda: NOW)


async def test_a_good_token_is_its_doctor() -> None:
    assert await tokens().identify(a_token(at=NOW)) == a_doctor()


async def test_one_audience_of_several_is_ours() -> None:
    token = a_token(at=NOW, aud=["other", AUDIENCE])

    assert await tokens().identify(token) == a_doctor()


@pytest.mark.parametrize(("value", "person"), [(4711, "4711"), (" crm-1 ", "crm-1")])
async def test_another_claim_may_hold_the_id(value: object, person: str) -> None:
    token = a_token(at=NOW, medico=value)

    assert await tokens(claim="medico").identify(token) == Doctor(a_doctor(person).person)


@pytest.mark.parametrize("late", [-LEEWAY + 1, 0, LEEWAY - 1])
async def test_clocks_may_differ_by_a_minute(late: int) -> None:
    token = a_token(at=NOW - 3600 - late)

    assert await tokens().identify(token) == a_doctor()


@pytest.mark.parametrize(
    "token",
    [
        pytest.param(a_token(at=NOW - 3600 - LEEWAY), id="expired"),
        pytest.param(a_token(at=NOW, exp=None), id="without an expiry"),
        pytest.param(a_token(at=NOW, exp="tomorrow"), id="an expiry that is no time"),
        pytest.param(a_token(at=NOW, nbf=int(NOW) + LEEWAY + 1), id="not valid yet"),
        pytest.param(a_token(at=NOW, aud="other"), id="for another audience"),
        pytest.param(a_token(at=NOW, aud=None), id="for no audience"),
        pytest.param(a_token(at=NOW, iss="https://evil.example"), id="of another issuer"),
        pytest.param(a_token(at=NOW, iss=None), id="of no issuer"),
        pytest.param(a_token(None, at=NOW), id="for nobody"),
        pytest.param(a_token("", at=NOW), id="for an empty person"),
        pytest.param(a_token(" ", at=NOW), id="for a blank person"),
        pytest.param(a_token(True, at=NOW), id="for a truth value"),
        pytest.param(a_token(["dra-ana"], at=NOW), id="for several people"),
        pytest.param(a_token("x" * 256, at=NOW), id="for an endless person"),
        pytest.param(a_token("a\nb", at=NOW), id="for a forged line"),
        pytest.param(a_token(at=NOW, kid="key-2"), id="signed with another key"),
        pytest.param(a_token(at=NOW)[:-4] + "AAAA", id="with a changed signature"),
        pytest.param(an_unsigned_token(), id="alg none"),
        pytest.param(a_confused_token(), id="HS256 with the public key"),
        pytest.param("", id="empty"),
        pytest.param("a.b.c", id="no token at all"),
        pytest.param("a.b.c.d.e", id="encrypted"),
        pytest.param("é.é.é", id="not ASCII"),
    ],
)
async def test_every_other_token_is_refused(token: str) -> None:
    with pytest.raises(InvalidCredentialsError):
        await tokens().identify(token)


async def test_without_a_token_the_caller_is_unauthenticated() -> None:
    with pytest.raises(UnauthenticatedError):
        await tokens().identify(None)


@given(
    header=st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(max_size=9),
        lambda inner: (
            st.lists(inner, max_size=3)
            | st.dictionaries(
                st.sampled_from(["alg", "kid", "crit", "b64", "typ", "jwk"]), inner, max_size=4
            )
        ),
        max_leaves=6,
    ),
    rest=st.text(max_size=30),
)
async def test_whatever_a_header_says_it_is_refused_and_never_a_crash(
    header: object, rest: str
) -> None:
    head = token_part(header)

    with pytest.raises(InvalidCredentialsError):
        await tokens().identify(f"{head}.{rest}")
    with pytest.raises(InvalidCredentialsError):
        await tokens().identify(f"{head}.e30.{rest}")


@pytest.mark.parametrize("pem", ["", "no key", public_pem()[:-40]])
def test_a_key_that_is_none_is_refused(pem: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 - of whatever kind
        load_signer(pem)


async def test_an_elliptic_curve_signs_too() -> None:
    claims = {"iss": ISSUER, "aud": AUDIENCE, "sub": "dra-ana", "exp": int(NOW) + 60}
    token = jwt.encode({"alg": "ES256"}, claims, signer("ec", "EC"))
    given_key = GivenKeys(lambda: load_signer(public_pem("ec", "EC")))
    both = DoctorTokens(given_key, {"RS256", "ES256"}, ISSUER, AUDIENCE, "sub", lambda: NOW)

    assert await both.identify(token) == a_doctor()
    with pytest.raises(InvalidCredentialsError):
        await tokens(public_pem("ec", "EC")).identify(token)
