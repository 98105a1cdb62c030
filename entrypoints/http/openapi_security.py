"""What each operation asks of its callers, as the OpenAPI document has it."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from entrypoints.http.operation import Access
from entrypoints.setting_types import BARE, BEARER, COOKIE

Json = dict[str, Any]

WHOSE = "Um médico fala apenas por si e apenas sobre os seus encaminhamentos."
BEARER_SCHEME: Json = {
    "type": "http",
    "scheme": "bearer",
    "description": (
        f"O token (JWT) de um médico, ou a chave de um serviço, conforme a configuração. {WHOSE} "
        "Com `AUTH=none` nada é pedido; com `JWT_FROM` o token também pode vir sem `Bearer` ou num "
        "cookie, como diz o documento que o serviço mostra em `/openapi.json`."
    ),
}
BARE_SCHEME: Json = {
    "type": "apiKey",
    "in": "header",
    "name": "Authorization",
    "description": f"O token (JWT) de um médico, sem `Bearer`. {WHOSE}",
}
IN_COOKIE = (
    "O token (JWT) de um médico, apenas de páginas da própria origem do serviço "
    f"(`Sec-Fetch-Site: same-origin`) e sem `Authorization`. {WHOSE}"
)


@dataclass(frozen=True, slots=True)
class Security:
    """What each kind of access asks for, by the names of ``schemes``; any of a list is enough."""

    asked: Mapping[Access, list[Json]]
    schemes: Mapping[str, Json]

    def components(self) -> Json:
        """For the document's components; empty where nobody is asked."""
        return {"securitySchemes": dict(self.schemes)} if self.schemes else {}


def asked(
    authentication: Collection[str], places: Sequence[str], *, sandboxed: bool | None = None
) -> Security:
    """What a service asks with these methods (``AUTH``), where tokens stand in these ``places``
    (``JWT_FROM``). ``sandboxed``: both partners are twins; None when that is not known."""
    if "none" in authentication:
        return Security({access: [] for access in Access}, {})
    schemes = _schemes(authentication, places)
    callers: list[Json] = [{name: []} for name in schemes]
    operators: list[Json] = [{BEARER: []}]
    developers = {True: [], False: operators, None: [*operators, {}]}
    kinds = {
        Access.ANYONE: [],
        Access.PROVIDER: [],
        Access.CALLER: callers,
        Access.LEAVER: [*callers, {}],
        Access.OPERATOR: operators,
        Access.METRICS: operators,
        Access.DEVELOPER: developers[sandboxed],
    }
    return Security(kinds, {BEARER: BEARER_SCHEME, **schemes})


def _schemes(authentication: Collection[str], places: Sequence[str]) -> dict[str, Json]:
    """What callers may send: a service's key stands where a bearer token does."""
    found: dict[str, Json] = {}
    if "api-key" in authentication or BEARER in places:
        found[BEARER] = BEARER_SCHEME
    if BARE in places:
        found[BARE] = BARE_SCHEME
    names = [place.removeprefix(COOKIE) for place in places if place.startswith(COOKIE)]
    for number, name in enumerate(names, start=1):
        scheme = {"type": "apiKey", "in": "cookie", "name": name, "description": IN_COOKIE}
        found[f"cookie-{number}"] = scheme
    return found


DOCUMENTED = asked({"jwt", "api-key"}, [BEARER])
"""Of the interface wherever it is served."""
