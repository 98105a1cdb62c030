"""The problems that an operation may answer, in the OpenAPI document."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from pydantic import BaseModel

from entrypoints.http.access.hosts import AT_ANY_HOST
from entrypoints.http.middlewares import HEALTH
from entrypoints.http.openapi_parameters import PATH_PARAMETER
from entrypoints.http.operation import Access, Operation
from entrypoints.http.problem_table import PROBLEMS
from entrypoints.http.problems import MEDIA_TYPE, Problem, ProblemDocument, retry_after

Json = dict[str, Any]

REF = "#/components/schemas/{model}"
EVERY_REQUEST = ("internal-error",)
ALL_BUT_HEALTH = ("loop-detected",)
AT_A_PUBLIC_HOST = ("misdirected-request",)
EVERY_CHANGE = ("foreign-origin",)
ASKED = (
    "unauthenticated",
    "invalid-credentials",
    "forbidden",
    "too-many-requests",
    "partner-unavailable",
)
EVERY_BODY = (
    "malformed-json",
    "request-timeout",
    "body-too-large",
    "unsupported-encoding",
    "invalid-input",
)
REQUEST_ID = {
    "description": "O identificador da requisição, para suporte.",
    "schema": {"type": "string"},
}


def slugs_of(operation: Operation) -> list[str]:
    """Every problem that the operation may answer, its own and those of any request."""
    slugs = {*operation.problems, *_of_any_request(operation.path)}
    if operation.access not in {Access.ANYONE, Access.PROVIDER}:
        slugs |= {*ASKED}
    if operation.access is Access.LEAVER:
        slugs |= {"invalid-ticket"}
    if operation.method != "GET" and operation.access is not Access.PROVIDER:
        slugs |= {*EVERY_CHANGE}
    if operation.reads:
        slugs |= {"timed-out"}
    if operation.bodies:
        slugs |= {*EVERY_BODY}
    elif PATH_PARAMETER.search(operation.path) or operation.query:
        slugs |= {"invalid-input"}
    return [slug for slug in PROBLEMS if slug in slugs]


def _of_any_request(path: str) -> Iterator[str]:
    yield from EVERY_REQUEST
    if not path.startswith(HEALTH):
        yield from ALL_BUT_HEALTH
    if not path.startswith(AT_ANY_HOST):
        yield from AT_A_PUBLIC_HOST


def problem_responses(slugs: Iterable[str]) -> dict[str, Json]:
    """By status; slugs of one status share a response, with an example for each."""
    by_status: dict[int, list[str]] = {}
    for slug in slugs:
        by_status.setdefault(PROBLEMS[slug].status, []).append(slug)
    return {str(status): _problems(same) for status, same in sorted(by_status.items())}


def _problems(slugs: Sequence[str]) -> Json:
    examples = {slug: {"value": _problem_example(slug)} for slug in slugs}
    document: Json = {
        "description": "; ".join(PROBLEMS[slug].title for slug in slugs) + ".",
        "headers": {"X-Request-ID": REQUEST_ID},
        "content": {MEDIA_TYPE: {"schema": ref(ProblemDocument), "examples": examples}},
    }
    if any(PROBLEMS[slug].challenge for slug in slugs):
        document["headers"]["WWW-Authenticate"] = {
            "description": "Como dizer quem chama.",
            "schema": {"type": "string"},
        }
    if any(retry_after(slug) for slug in slugs):
        document["headers"]["Retry-After"] = {
            "description": "Segundos até tentar de novo.",
            "schema": {"type": "string"},
        }
    return document


def _problem_example(slug: str) -> Json:
    document = Problem(slug).document()
    detail = document.detail.replace("None", "O provedor de vídeo")
    shown = document.model_copy(update={"detail": detail, "instance": "request-id"})
    return shown.model_dump(exclude_none=True)


def ref(model: type[BaseModel]) -> Json:
    """A reference to that model's schema in the document."""
    return {"$ref": REF.format(model=model.__name__)}
