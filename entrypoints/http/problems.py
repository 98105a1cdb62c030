"""Every error as application/problem+json (RFC 9457), from one table; texts for users in pt-BR."""

from dataclasses import dataclass
from http import HTTPStatus

import orjson
from aiohttp import web
from pydantic import ValidationError

from adapters.request_id import REQUEST_ID
from domain.errors import DomainError, Kind, Partner, PartnerError
from entrypoints.http.field_errors import FieldError, field_errors

TYPE = "urn:problem-type:videochamadas:"
DEFAULT_RETRY_AFTER = 5

STATUS = {
    Kind.REFUSED: HTTPStatus.UNPROCESSABLE_ENTITY,
    Kind.NOT_FOUND: HTTPStatus.NOT_FOUND,
    Kind.BROKEN: HTTPStatus.BAD_GATEWAY,
    Kind.UNAVAILABLE: HTTPStatus.SERVICE_UNAVAILABLE,
    Kind.TIMEOUT: HTTPStatus.GATEWAY_TIMEOUT,
}
PARTNERS = {Partner.VIDEO: "O provedor de vídeo", Partner.ATTENDANCE: "O serviço de atendimento"}

# Slug: title, detail. {partner} is the partner's name in Portuguese.
TEXTS = {
    "malformed-json": ("JSON malformado", "O corpo da requisição não é um JSON válido."),
    "invalid-input": ("Dados inválidos", "Um ou mais campos da requisição são inválidos."),
    "body-too-large": ("Corpo grande demais", "O corpo da requisição excede o limite."),
    "not-found": ("Caminho inexistente", "Não há nada neste caminho."),
    "method-not-allowed": ("Método não permitido", "Este caminho não aceita este método."),
    "bad-request": ("Requisição inválida", "A requisição não pôde ser entendida."),
    "loop-detected": ("Chamada circular", "Este serviço está configurado como parceiro de si."),
    "internal-error": (
        "Erro interno",
        "Algo falhou do nosso lado. Informe o código da requisição.",
    ),
    "unknown-meeting": ("Reunião não encontrada", "Não há reunião com este identificador."),
    "unknown-referral": (
        "Encaminhamento não encontrado",
        "Não há encaminhamento com este identificador.",
    ),
    "partner-not-found": (
        "Não encontrado no parceiro",
        "{partner} não encontrou o que foi pedido.",
    ),
    "partner-refused": ("Dados recusados", "{partner} recusou os dados enviados."),
    "partner-misconfigured": (
        "Falha de configuração",
        "{partner} recusou as credenciais ou a configuração deste serviço.",
    ),
    "partner-broken": ("Falha em um parceiro", "{partner} respondeu de forma inesperada."),
    "partner-unavailable": (
        "Parceiro indisponível",
        "{partner} está indisponível no momento. Tente novamente em instantes.",
    ),
    "partner-timeout": ("Tempo esgotado", "{partner} não respondeu a tempo."),
}

HTTP_SLUGS = {404: "not-found", 405: "method-not-allowed", 413: "body-too-large"}


@dataclass(frozen=True, slots=True)
class Problem:
    """One problem document and the headers that go with it."""

    status: int
    slug: str
    detail: str
    errors: tuple[FieldError, ...] = ()
    retry_after: int | None = None
    allow: str | None = None

    def response(self) -> web.Response:
        document = {
            "type": TYPE + self.slug,
            "title": TEXTS[self.slug][0],
            "status": self.status,
            "detail": self.detail,
            "instance": REQUEST_ID.get(),
        }
        if self.errors:
            document["errors"] = [{"field": e.field, "message": e.message} for e in self.errors]
        headers = {"Retry-After": self.retry_after, "Allow": self.allow}
        return web.Response(
            body=orjson.dumps(document),
            status=self.status,
            content_type="application/problem+json",
            headers={name: str(value) for name, value in headers.items() if value is not None},
        )


def plain_problem(status: int, slug: str) -> Problem:
    """A problem that needs no more words than its slug's."""
    return Problem(status, slug, TEXTS[slug][1])


def problem_of(error: DomainError | ValidationError | web.HTTPException) -> Problem:
    """The problem that tells a caller about an expected error."""
    if isinstance(error, ValidationError):
        return _invalid(error)
    if isinstance(error, DomainError):
        return _domain(error)
    slug = HTTP_SLUGS.get(error.status, "bad-request")
    return Problem(error.status, slug, TEXTS[slug][1], allow=error.headers.get("Allow"))


def _invalid(error: ValidationError) -> Problem:
    faults = error.errors(include_url=False, include_input=False)
    if any(fault["type"] == "json_invalid" for fault in faults):
        return plain_problem(HTTPStatus.BAD_REQUEST, "malformed-json")
    detail = TEXTS["invalid-input"][1]
    return Problem(
        HTTPStatus.UNPROCESSABLE_ENTITY, "invalid-input", detail, errors=field_errors(faults)
    )


def _domain(error: DomainError) -> Problem:
    status = STATUS[error.kind]
    detail = TEXTS[error.slug][1]
    wait = None
    if isinstance(error, PartnerError):
        detail = detail.format(partner=PARTNERS[error.partner])
        wait = error.retry_after
    if status is HTTPStatus.SERVICE_UNAVAILABLE:
        wait = wait or DEFAULT_RETRY_AFTER
    return Problem(status, error.slug, detail, retry_after=wait)
