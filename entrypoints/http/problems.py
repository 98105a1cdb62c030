"""Every error as application/problem+json (RFC 9457)."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated

from aiohttp import web
from pydantic import BaseModel, ValidationError, WithJsonSchema
from pydantic.json_schema import SkipJsonSchema

from adapters.fields import faults_of
from adapters.partner_answer import PROBLEM_TYPE
from adapters.request_id import REQUEST_ID
from domain.errors import DomainError, FieldFault, MalformedEventError, Partner, PartnerError
from entrypoints.http.field_errors import FieldError, field_errors
from entrypoints.http.problem_table import PROBLEMS

TYPES = [PROBLEM_TYPE + slug for slug in PROBLEMS]
MEDIA_TYPE = "application/problem+json"
DEFAULT_RETRY_AFTER = 5  # seconds

PARTNERS = {
    Partner.VIDEO: "O provedor de vídeo",
    Partner.ATTENDANCE: "O serviço de atendimento",
    Partner.IDENTITY: "O provedor de identidade",
}
HTTP_SLUGS = {
    404: "not-found",
    405: "method-not-allowed",
    408: "request-timeout",
    413: "body-too-large",
    415: "unsupported-encoding",
    504: "timed-out",
}


class ProblemDocument(BaseModel):
    """What an error's body holds; ``instance`` is the request's id, as in ``X-Request-ID``.
    ``errors`` is left out where there are none."""

    type: Annotated[str, WithJsonSchema({"type": "string", "enum": TYPES})]
    title: str
    status: int
    detail: str
    instance: str | None
    errors: list[FieldError] | SkipJsonSchema[None] = None


@dataclass(frozen=True, slots=True)
class Problem:
    """One problem and the headers that go with it."""

    slug: str
    partner: Partner | None = None
    errors: tuple[FieldError, ...] = ()
    retry_after: int | None = None
    allow: str | None = None

    @property
    def status(self) -> int:
        return PROBLEMS[self.slug].status

    def document(self) -> ProblemDocument:
        row = PROBLEMS[self.slug]
        return ProblemDocument(
            type=PROBLEM_TYPE + self.slug,
            title=row.title,
            status=row.status,
            detail=row.detail.format(partner=self.partner and PARTNERS[self.partner]),
            instance=REQUEST_ID.get(),
            errors=list(self.errors) or None,
        )

    def response(self) -> web.Response:
        headers = {
            "Retry-After": self.retry_after,
            "Allow": self.allow,
            "WWW-Authenticate": PROBLEMS[self.slug].challenge,
        }
        response = web.Response(
            body=self.document().model_dump_json(exclude_defaults=True).encode(),
            status=self.status,
            content_type=MEDIA_TYPE,
            headers={name: str(value) for name, value in headers.items() if value is not None},
        )
        if self.status == 408:
            response.force_close()  # RFC 9110, 15.5.9: what comes next is the late body
        return response


def retry_after(slug: str) -> int | None:
    """Our default in seconds; None where waiting does not help."""
    row = PROBLEMS[slug]
    return DEFAULT_RETRY_AFTER if row.status == 503 else row.retry_after


def problem_of(error: DomainError | ValidationError | web.HTTPException) -> Problem:
    """The problem that tells a caller about an expected error."""
    if isinstance(error, ValidationError):
        return _of_faults(faults_of(error))
    if isinstance(error, MalformedEventError) and error.faults:
        return _of_faults(error.faults)
    if isinstance(error, DomainError):
        partner = error.partner if isinstance(error, PartnerError) else None
        return Problem(error.slug, partner, retry_after=_retry_after(error))
    slug = HTTP_SLUGS.get(error.status, "bad-request")
    return Problem(slug, allow=error.headers.get("Allow"))


def _of_faults(faults: Sequence[FieldFault]) -> Problem:
    if any(fault.rule == "json_invalid" for fault in faults):
        return Problem("malformed-json")
    return Problem("invalid-input", errors=field_errors(faults))


def _retry_after(error: DomainError) -> int | None:
    """Seconds: the error's own value, else our default."""
    return error.retry_after or retry_after(error.slug)
