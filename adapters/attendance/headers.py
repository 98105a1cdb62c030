"""Fixed headers for calls to the attendance service, as ``ATTENDANCE_HEADERS`` writes them."""

import re

ENTRY = re.compile(
    r"([A-Za-z0-9!#$%&'*+.^_`|~-]+):[ \t]*([\x21-\x7e](?:[\t\x20-\x7e]*[\x21-\x7e])?)"
)
"""A name and a value (RFC 9110, 5.1 and 5.5) of ASCII."""
OURS = re.compile(
    r"accept(?:-encoding)?|authorization|content-.*|cookie|expect|host|via|x-request-id|traceparent|tracestate"
    r"|connection|keep-alive|proxy-.*|te|trailer|transfer-encoding|upgrade",
    re.IGNORECASE,
)
"""Those that the service or its HTTP client sets, or that are about the connection."""


def read_headers(text: str) -> dict[str, str]:
    """``name: value; name: value``. Raises ValueError, which never repeats the text."""
    headers: dict[str, str] = {}
    for entry in filter(None, (part.strip() for part in text.split(";"))):
        match = ENTRY.fullmatch(entry)
        if match is None:
            raise ValueError("must be name: value, separated by semicolons, in ASCII")
        if OURS.fullmatch(match[1]):
            raise ValueError("must leave out Authorization, Host and others that are set already")
        if match[1].lower() in map(str.lower, headers):
            raise ValueError("must have each name once")
        headers[match[1]] = match[2]
    return headers
