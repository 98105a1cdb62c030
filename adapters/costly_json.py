"""JSON that would cost more to read than anything honest does. Pure."""

MOST_PARTS = 10_000
"""Values of one body; the provider's events have some tens. Each costs up to half a microsecond, and
256 KiB hold 131,000 of them. Long numbers and long texts cost little."""


def is_costly(body: bytes) -> bool:
    """Whether the body may hold more values than that: each but the first of an array or an object
    follows a comma. Commas and brackets in texts count too."""
    return body.count(b"[") + body.count(b"{") + body.count(b",") > MOST_PARTS
