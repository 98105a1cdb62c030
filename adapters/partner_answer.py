"""Sort a partner's HTTP answer into data, *never* or *later*. Pure: no I/O here.

*Never* (trying again cannot help) is a JSON 400, 404 or 422, and the video provider's 409. Every
other failure is *later*: time-outs, 429, 5xx, 401 and 403 (our credentials), and any answer that is
not JSON, because a gateway can answer 404 with a page of its own.
"""

import re
from collections.abc import Mapping
from typing import NoReturn

import orjson

from domain.errors import (
    Partner,
    PartnerBrokenError,
    PartnerMisconfiguredError,
    PartnerNotFoundError,
    PartnerRefusedError,
    PartnerTimeoutError,
    PartnerUnavailableError,
)

LONGEST_WAIT = 3600  # seconds
WHOLE_SECONDS = re.compile(r"[0-9]{1,18}")
# The video provider's 409 is a participant who exists already; ``admit`` handles it.
NEVER = {
    Partner.VIDEO: {400, 404, 409, 422},
    Partner.ATTENDANCE: {400, 404, 422},
    Partner.IDENTITY: {400, 404, 422},
}


def read_answer(
    partner: Partner, status: int, headers: Mapping[str, str], body: bytes
) -> dict[str, object]:
    """The JSON object of a 2xx answer, {} for an empty body; else raises a PartnerError."""
    if 200 <= status < 300:
        return _success(partner, status, body)
    return _failure(partner, status, headers, body)


def _success(partner: Partner, status: int, body: bytes) -> dict[str, object]:
    if not body.strip():
        return {}
    answer = _json_object(body)
    if answer is None:
        raise PartnerBrokenError(partner, f"{status} with a body that is no JSON object")
    return answer


def _failure(partner: Partner, status: int, headers: Mapping[str, str], body: bytes) -> NoReturn:
    if status in {401, 403}:
        raise PartnerMisconfiguredError(partner, f"{status}: our credentials were refused")
    if status == 508:
        raise PartnerMisconfiguredError(partner, "508: this service is configured as its partner")
    if status in {429, 503}:
        raise PartnerUnavailableError(partner, f"{status}", retry_after=_retry_after(headers))
    if status in {408, 504}:
        raise PartnerTimeoutError(partner, f"{status}")
    answer = _json_object(body)
    if answer is None or status not in NEVER[partner]:
        raise PartnerBrokenError(partner, f"{status}")
    if status == 404:
        raise PartnerNotFoundError(partner, "404")
    raise PartnerRefusedError(partner, status, _message(answer))


def _json_object(body: bytes) -> dict[str, object] | None:
    try:
        answer = orjson.loads(body)
    except orjson.JSONDecodeError:
        return None
    return answer if isinstance(answer, dict) else None


def _retry_after(headers: Mapping[str, str]) -> int | None:
    """Whole seconds, at most ``LONGEST_WAIT``; None for the date form of RFC 9110."""
    text = headers.get("Retry-After", "").strip()
    return min(int(text), LONGEST_WAIT) if WHOLE_SECONDS.fullmatch(text) else None


def _message(answer: dict[str, object]) -> str:
    """The partner's error text: ``error.message``, ``error`` or ``message``."""
    error = answer.get("error")
    inner = error.get("message") if isinstance(error, dict) else error
    return str(inner or answer.get("message") or "")
