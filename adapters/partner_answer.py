"""Sort a partner's HTTP answer into data, *never* or *later*. Pure: no I/O here.

*Never* is a JSON 404 or 410 (not there) and a JSON 400, 405, 413, 415 or 422 (refused), and the
video provider's 409: the partner understood, and asking again is in vain. All else that is not a
success is *later*, because a gateway in between can answer 404 with a page of its own.

A 4xx is about one item and says nothing about the partner, except those about our credentials and
our rate, and except what five in a row say together (``partner_signs.py``). Decision 17 has the
table.
"""

import re
from collections.abc import Mapping
from typing import Any, NoReturn

import orjson

from domain.errors import (
    Partner,
    PartnerBrokenError,
    PartnerDeclinedError,
    PartnerMisconfiguredError,
    PartnerNotFoundError,
    PartnerRefusedError,
    PartnerTimeoutError,
    PartnerUnavailableError,
)

LONGEST_WAIT = 3600  # seconds
WHOLE_SECONDS = re.compile(r"[0-9]{1,18}")
GONE = {404, 410}
REFUSED = {400, 405, 413, 415, 422}
ITEM_OR_LOCK = {403, 409}
"""What a gateway says of an item is no different from what the partner does: it may pass."""
PROBLEM_TYPE = "urn:problem-type:videochamadas:"
"""Begins the ``type`` of every problem that a service like this one tells."""
NO_SUCH_PATH = (PROBLEM_TYPE + "not-found", PROBLEM_TYPE + "method-not-allowed")
BYTE_ORDER_MARK = b"\xef\xbb\xbf"
NO_JSON = object()


def read_answer(
    partner: Partner, status: int, headers: Mapping[str, str], body: bytes
) -> dict[str, object]:
    """The JSON object of a 2xx answer, empty when the body is; else raises a PartnerError."""
    if not 200 <= status < 300:
        _failure(partner, status, headers, body)
    if not _text(body):
        return {}
    answer = _json_object(body)
    if answer is None:
        raise PartnerBrokenError(partner, f"{status} with a body that is no JSON object")
    return answer


def read_success(
    partner: Partner, status: int, headers: Mapping[str, str], body: bytes, *, whole: bool
) -> None:
    """For calls whose answer's body is not needed: a 2xx is a success when its body is empty, JSON
    of any kind, or plain text, which may have no media type. A page (HTML) is none: somebody else
    answered.

    ``whole`` is False when there was more than was read; then JSON is what is called JSON. Raises a
    PartnerError for all else.
    """
    if not 200 <= status < 300:
        _failure(partner, status, headers, body)
    if not _text(body) or _json(body) is not NO_JSON:
        return
    if is_page(headers, body):
        raise PartnerBrokenError(partner, f"{status} with a page for people")
    kind = _media_type(headers)
    if kind not in {"", "text/plain"} and (whole or not kind.endswith("json")):
        raise PartnerBrokenError(partner, f"{status} with a body of another kind")


def is_page(headers: Mapping[str, str], body: bytes) -> bool:
    """Whether a body is a page for people, whatever it is called."""
    return "html" in _media_type(headers) or _text(body).startswith(b"<")


def _failure(partner: Partner, status: int, headers: Mapping[str, str], body: bytes) -> NoReturn:
    if status in {401, 407}:
        raise PartnerMisconfiguredError(partner, f"{status}: our credentials were refused")
    if status == 508:
        raise PartnerMisconfiguredError(partner, "508: this service is configured as its partner")
    if status in {425, 429, 503}:
        raise PartnerUnavailableError(partner, f"{status}", retry_after=_retry_after(headers))
    if status in {408, 504}:
        raise PartnerTimeoutError(partner, f"{status}")
    if 400 <= status < 500:
        _refusal(partner, status, headers, _json_object(body))
    raise PartnerBrokenError(partner, f"{status}")


def _refusal(
    partner: Partner, status: int, headers: Mapping[str, str], answer: dict[str, object] | None
) -> NoReturn:
    """About one item. The video provider's conflict is a participant who is there already."""
    if answer is None and status not in ITEM_OR_LOCK:
        raise PartnerBrokenError(partner, f"{status} without JSON", about_item=True)
    if answer is not None and answer.get("type") in NO_SUCH_PATH:
        raise PartnerMisconfiguredError(
            partner, f"{status}: a service like this one is configured as its partner"
        )
    if answer is not None and status in GONE:
        raise PartnerNotFoundError(partner, f"{status}")
    if answer is not None and (status in REFUSED or (status == 409 and partner is Partner.VIDEO)):
        raise PartnerRefusedError(partner, status, _message(answer))
    raise PartnerDeclinedError(partner, status, retry_after=_retry_after(headers))


def _json(body: bytes) -> Any:  # noqa: ANN401 - JSON of any kind
    try:
        return orjson.loads(_text(body))
    except orjson.JSONDecodeError:
        return NO_JSON


def _json_object(body: bytes) -> dict[str, object] | None:
    answer = _json(body)
    return answer if isinstance(answer, dict) else None


def _text(body: bytes) -> bytes:
    return body.removeprefix(BYTE_ORDER_MARK).strip()


def _media_type(headers: Mapping[str, str]) -> str:
    return headers.get("Content-Type", "").partition(";")[0].strip().lower()


def _retry_after(headers: Mapping[str, str]) -> int | None:
    """Whole seconds, at most ``LONGEST_WAIT``; None for the date form of RFC 9110."""
    text = headers.get("Retry-After", "").strip()
    return min(int(text), LONGEST_WAIT) if WHOLE_SECONDS.fullmatch(text) else None


def _message(answer: dict[str, object]) -> str:
    """The partner's error text: ``error.message``, ``error`` or ``message``."""
    error = answer.get("error")
    inner = error.get("message") if isinstance(error, dict) else error
    told = inner or answer.get("message")
    return told if isinstance(told, str) else ""
