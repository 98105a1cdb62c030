"""What each operation asks of its callers, as the OpenAPI document has it."""

from collections.abc import Mapping
from typing import Any

from entrypoints.http.operation import Access

Json = dict[str, Any]
Security = Mapping[Access, list[Json]]

BEARER: Json = {"bearer": []}
DOCUMENTED: Security = {
    Access.ANYONE: [],
    Access.PROVIDER: [],
    Access.CALLER: [BEARER],
    Access.LEAVER: [BEARER, {}],
    Access.OPERATOR: [BEARER],
    Access.DEVELOPER: [BEARER, {}],
}
"""Of the interface wherever it is served."""
NOTHING: Security = {access: [] for access in Access}
SCHEME = {
    "type": "http",
    "scheme": "bearer",
    "description": (
        "O token (JWT) de um médico, ou a chave de um serviço, conforme a configuração. Um médico "
        "fala apenas por si e apenas sobre os seus encaminhamentos. Com `AUTH=none` nada é pedido."
    ),
}


def asked(*, authenticated: bool, sandboxed: bool) -> Security:
    """Of one service: what its gate really asks. ``sandboxed``: both partners are twins."""
    if not authenticated:
        return NOTHING
    return {**DOCUMENTED, Access.DEVELOPER: [] if sandboxed else [BEARER]}


def schemes(security: Security) -> Json:
    """The kinds of credential that are asked for at all."""
    return {"securitySchemes": {"bearer": SCHEME}} if any(security.values()) else {}
