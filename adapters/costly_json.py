"""JSON that would cost more to read than anything honest does. Pure."""


def is_costly(body: bytes, most: int) -> bool:
    """Whether the body may hold more than so many values: each but the first of an array or object
    follows a comma. Commas and brackets in texts count too; long numbers and texts cost little."""
    return body.count(b"[") + body.count(b"{") + body.count(b",") > most
