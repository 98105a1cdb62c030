import pytest

from domain.caller import Doctor, Service
from domain.errors import InvalidCredentialsError, UnauthenticatedError
from domain.ports.callers import Callers
from tests.identity import a_token


async def test_a_good_credential_is_its_caller(callers: Callers) -> None:
    known = []
    for good in ("vck_good", a_token()):
        try:
            known.append(await callers.identify(good))
        except InvalidCredentialsError:
            continue

    assert known
    assert all(isinstance(caller, Doctor | Service) for caller in known)


async def test_without_a_credential_the_caller_is_unauthenticated(callers: Callers) -> None:
    with pytest.raises(UnauthenticatedError):
        await callers.identify(None)


@pytest.mark.parametrize(
    "wrong", ["", " ", "vck_", "vck_bad", "vck_good ", "a.b.c", "é", "x" * 9000]
)
async def test_a_wrong_credential_is_invalid(callers: Callers, wrong: str) -> None:
    with pytest.raises(InvalidCredentialsError):
        await callers.identify(wrong)
