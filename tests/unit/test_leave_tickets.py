"""Leave tickets: for one person and one meeting, for twelve hours, for nothing else."""

import pytest
from joserfc import jwt
from joserfc.jwk import OctKey

from adapters.callers.leave_tickets import GOOD_FOR, SignedTickets
from domain.caller import TicketHolder
from domain.errors import InvalidTicketError
from domain.meeting import MeetingId, PersonId
from tests.application.conftest import Clock
from tests.builders import kept_secrets
from tests.identity import a_token, an_unsigned_token

SECRET = bytes(range(32))
TICKETS = SignedTickets(kept_secrets(SECRET), Clock())
STRANGE = SignedTickets(kept_secrets(bytes(32)), Clock())
HOLDER = TicketHolder(PersonId("dra-ana"), MeetingId("meeting-1"))


def test_a_ticket_names_who_may_leave_which_meeting() -> None:
    assert TICKETS.holder(TICKETS.issue(HOLDER)) == HOLDER


def test_a_ticket_is_good_for_twelve_hours() -> None:
    clock = Clock()
    tickets = SignedTickets(kept_secrets(SECRET), clock)
    ticket = tickets.issue(HOLDER)

    clock.pass_by(GOOD_FOR - 1)
    assert tickets.holder(ticket) == HOLDER
    clock.pass_by(1)
    with pytest.raises(InvalidTicketError):
        tickets.holder(ticket)


def test_a_ticket_of_a_former_secret_is_good_and_a_forged_one_is_not() -> None:
    tickets = SignedTickets(kept_secrets(SECRET, bytes(range(1, 33)), bytes(range(2, 34))), Clock())

    assert tickets.holder(TICKETS.issue(HOLDER)) == HOLDER
    assert tickets.holder(tickets.issue(HOLDER)) == HOLDER
    for strange in (
        tickets.issue(HOLDER),
        STRANGE.issue(HOLDER),
    ):
        with pytest.raises(InvalidTicketError):
            TICKETS.holder(strange)


def another_purpose() -> str:
    claims = {"aud": "videochamadas:join", "exp": 2**40, "sub": "dra-ana", "meeting": "meeting-1"}
    return jwt.encode({"alg": "HS256"}, claims, OctKey.import_key(SECRET))


@pytest.mark.parametrize(
    "ticket",
    [
        pytest.param("", id="empty"),
        pytest.param("a.b.c", id="no ticket at all"),
        pytest.param("é", id="not ASCII"),
        pytest.param(
            STRANGE.issue(HOLDER),
            id="another installation's",
        ),
        pytest.param(TICKETS.issue(HOLDER)[:-2], id="cut off"),
        pytest.param(another_purpose(), id="for another purpose"),
        pytest.param(a_token(), id="a doctor's token"),
        pytest.param(an_unsigned_token(), id="unsigned"),
    ],
)
def test_every_other_ticket_is_refused(ticket: str) -> None:
    with pytest.raises(InvalidTicketError):
        TICKETS.holder(ticket)


def test_the_secret_shows_nowhere() -> None:
    assert SECRET.hex() not in repr(TICKETS)
