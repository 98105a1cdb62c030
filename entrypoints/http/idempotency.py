"""The Idempotency-Key header of a start (draft-ietf-httpapi-idempotency-key-header)."""

import re

from aiohttp import web

from domain.errors import DomainError, Kind
from domain.idempotency import IdempotencyKey
from entrypoints.http.access.caller import CALLER

HEADER = "Idempotency-Key"
# A string of RFC 9651, or the same without quotes, as many clients send it.
QUOTED = r'"(?:[ !#-\[\]-~]|\\["\\]){1,255}"'
BARE = r"[!#-~](?:[ -~]{0,253}[!-~])?"
PATTERN = rf"^(?:{QUOTED}|{BARE})$"


class InvalidIdempotencyKeyError(DomainError):
    """The header is not exactly one key of 1 to 255 printable ASCII characters."""

    slug = "invalid-idempotency-key"
    kind = Kind.REFUSED


def idempotency_key(request: web.Request, body: bytes) -> IdempotencyKey | None:
    """The call's key, which is its caller's own, with the body's fingerprint; None without a key.

    Raises InvalidIdempotencyKeyError.
    """
    given = request.headers.getall(HEADER, [])
    if not given:
        return None
    key = given[0].strip(" \t")
    if len(given) > 1 or not re.fullmatch(f"{QUOTED}|{BARE}", key):
        raise InvalidIdempotencyKeyError("not one key of 1 to 255 printable ASCII characters")
    if key.startswith('"'):
        key = re.sub(r"\\(.)", r"\1", key[1:-1])
    return IdempotencyKey.by_caller(request[CALLER].key, key, body)
