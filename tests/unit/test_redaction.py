"""The masking of the log: secrets and names in a careless line are masked."""

import io
import json
import logging

import pytest
import structlog

from entrypoints.logs import configure_logs
from entrypoints.queued_output import STANDARD_ERROR
from entrypoints.redaction import MASK, mask, traceback_rows, traceback_text
from tests.identity import a_token

CPFS = ("123.456.789-09", "12345678909")


@pytest.mark.parametrize(
    "secret",
    [
        a_token(),
        f"Bearer {a_token()}",
        "Basic b3JnOmtleQ==",
        "bearer vck_canary",
        "vck_0123456789abcdef",
        "postgresql://me:canary@db.example/hospital",
        "-----BEGIN PRIVATE KEY-----\nMIICanary\n-----END PRIVATE KEY-----",
        *CPFS,
        "CPF12345678909",
        "CPF: 123.456.789-09.",
    ],
)
def test_what_looks_like_a_secret_or_a_cpf_is_masked_wherever_it_stands(secret: str) -> None:
    line = {"event": "x", "reason": f"failed with {secret}!", "inner": [{"deep": (secret,)}]}

    masked = json.dumps(mask(None, "info", line))

    assert MASK in masked
    for part in (secret, "canary", "Canary", *CPFS, "b3JnOmtleQ"):
        assert part not in masked


@pytest.mark.parametrize(
    "name",
    [
        *("token", "Authorization", "name", "title", "titleMeet", "body", "avatar", "api_key"),
        *("dyte_token", "leaveTicket", "client_secret", "database_url", "user_name", "userId"),
    ],
)
def test_values_that_have_no_business_in_a_log_are_masked_by_their_name(name: str) -> None:
    assert mask(None, "info", {"event": "x", name: "canary"}) == {"event": "x", name: MASK}


def test_what_operators_need_stays_as_it_is() -> None:
    line = {
        "event": "request",
        "route": "/attendance-service/referrals/{referralId}/meetings/{meetingId}/user",
        "status": 200,
        "duration_ms": 12.3,
        "request_id": "8f14e45fceea167a5a36dedd4bea2543",
        "what": "inbox/17",
        "who": "doctor:0123456789abcdef",
        "outcome": "3 facts, 2 seats",
    }

    assert mask(None, "info", dict(line)) == line


def crash(message: str) -> None:
    """An error because of an error, as a library raises them: with what it was given."""
    try:
        int(message)
    except ValueError as error:
        raise ExceptionGroup(message, [KeyError(message), error]) from error


def test_a_traceback_tells_where_and_not_what() -> None:
    told_to_nobody = "".join(("whis", "per"))  # not in a line that a traceback shows
    with pytest.raises(ExceptionGroup) as caught:
        crash(told_to_nobody)
    info = (caught.type, caught.value, caught.tb)
    text = io.StringIO()
    traceback_text(text, info)

    for told in (json.dumps(traceback_rows(info)), text.getvalue()):
        assert "ValueError" in told
        assert "test_redaction" in told
        assert told_to_nobody not in told


@pytest.mark.parametrize("form", ["json", "console"])
def test_every_line_goes_through_the_net(form: str, capfd: pytest.CaptureFixture[str]) -> None:
    handlers = list(logging.root.handlers)
    configure_logs("debug", form)
    structlog.get_logger().info("planted", reason="Bearer canary", titleMeet="canary")
    logging.root.handlers = handlers
    structlog.reset_defaults()
    STANDARD_ERROR.flush()

    assert "planted" in (told := capfd.readouterr().err)
    assert "canary" not in told
