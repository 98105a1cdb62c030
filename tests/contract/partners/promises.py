"""What each fault of a partner must come to, in words that stand in a failing test's message."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from typing import NamedTuple

from domain.errors import (
    DomainError,
    Partner,
    PartnerBrokenError,
    PartnerError,
    PartnerMisconfiguredError,
    PartnerUnavailableError,
    UnknownMeetingError,
    UnknownReferralError,
)
from tests.contract.partners import faults
from tests.contract.partners.faults import PATIENCE, Fault


class Promise(NamedTuple):
    """What a call must come to; ``kept`` is given what it returned, or the error that it raised."""

    text: str
    kept: Callable[[object], bool]


def _raised(kind: type[DomainError]) -> Promise:
    return Promise(f"must be raised as a {kind.__name__}", lambda came: isinstance(came, kind))


LATER = Promise(
    "must be raised as a PartnerError of a kind that later may help",
    lambda came: isinstance(came, PartnerError) and came.kind.later,
)
WAIT = Promise(
    "must be raised as a PartnerUnavailableError with retry_after=7",
    lambda came: isinstance(came, PartnerUnavailableError) and came.retry_after == 7,
)
EXPECTED = Promise("must be raised as a DomainError", lambda came: isinstance(came, DomainError))
NOTHING = Promise("must be read as None", lambda came: came is None)
SUCCESS = Promise("must be taken for success", lambda came: came is None)

OF_EACH_CALL: dict[Fault, Promise] = {
    faults.FAILING: LATER,
    faults.OVERLOADED: WAIT,
    faults.TOO_MANY: _raised(PartnerUnavailableError),
    faults.UNAUTHORIZED: _raised(PartnerMisconfiguredError),
    faults.NO_PAGE: LATER,
    faults.NOT_FOUND: EXPECTED,
    faults.CONFLICT: EXPECTED,
    faults.BROKEN: LATER,
    faults.EMPTY: _raised(PartnerBrokenError),
    faults.NO_CONTENT: _raised(PartnerBrokenError),
    faults.HANG: LATER,
    faults.RESET: LATER,
}
OF_SOME: dict[tuple[str, Fault], Promise] = {
    ("referral", faults.NOT_FOUND): _raised(UnknownReferralError),
    ("referral", faults.CONFLICT): LATER,
    ("set_in_meeting", faults.NOT_FOUND): _raised(UnknownReferralError),
    ("set_in_meeting", faults.CONFLICT): LATER,
    ("set_in_meeting", faults.EMPTY): SUCCESS,
    ("set_in_meeting", faults.NO_CONTENT): SUCCESS,
    ("admit", faults.NOT_FOUND): _raised(UnknownMeetingError),
    ("active_session", faults.NOT_FOUND): NOTHING,
    ("inside", faults.NOT_FOUND): NOTHING,
    ("close", faults.NOT_FOUND): _raised(UnknownMeetingError),
    ("close", faults.EMPTY): SUCCESS,
    ("close", faults.NO_CONTENT): SUCCESS,
}
ENDS = f"a call must end within {PATIENCE:g} seconds, whatever the partner does"
OURS = "no exception but a DomainError may leave an adapter"


async def come_of(call: Callable[[], Awaitable[object]]) -> object:
    """What a call returned, or the DomainError that it raised; nothing else may leave it."""
    limit, began = asyncio.timeout(PATIENCE), time.monotonic()
    try:
        async with limit:
            came = await call()
    except DomainError as error:
        came = error
    except Exception as error:
        assert not limit.expired(), ENDS
        raise AssertionError(f"{OURS}, and {type(error).__name__} did") from error
    assert time.monotonic() - began < PATIENCE, ENDS
    return came


def check(partner: Partner, method: str, fault: Fault, came: object) -> None:
    """The promise of a fault, and that the right partner is named."""
    promise = OF_SOME.get((method, fault), OF_EACH_CALL[fault])
    told = f"it came to {type(came).__name__}"
    assert promise.kept(came), f"{method}: {fault} {promise.text}; {told}"
    if isinstance(came, PartnerError):
        assert came.partner is partner, f"{method}: {fault} must name the {partner.value}"
