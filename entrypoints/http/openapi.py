"""The OpenAPI 3.1 document, built from the operations that also register the routes."""

import re
from collections.abc import Iterable, Sequence
from typing import Any

from pydantic import BaseModel
from pydantic.json_schema import models_json_schema

from adapters.fields import IDENTIFIER
from entrypoints.http.operation import Access, Metered, Operation, Reply
from entrypoints.http.problem_table import PROBLEMS
from entrypoints.http.problems import MEDIA_TYPE, Problem, ProblemDocument, retry_after

Json = dict[str, Any]

PATH_PARAMETER = re.compile(r"\{(\w+)\}")
REF = "#/components/schemas/{model}"
EVERY_REQUEST = ("internal-error", "loop-detected")
EVERY_CHANGE = ("foreign-origin",)
ASKED = ("unauthenticated", "invalid-credentials", "forbidden", "partner-unavailable")
BEARER: Json = {"bearer": []}
SECURITY: dict[Access, list[Json]] = {
    Access.ANYONE: [],
    Access.CALLER: [BEARER],
    Access.LEAVER: [BEARER, {}],
    Access.OPERATOR: [BEARER],
    Access.DEVELOPER: [BEARER, {}],
}
SCHEME = {
    "type": "http",
    "scheme": "bearer",
    "description": (
        "O token (JWT) de um médico, ou a chave de um serviço, conforme a configuração. Um médico "
        "fala apenas por si e apenas sobre os seus encaminhamentos. Com `AUTH=none` nada é pedido."
    ),
}
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


def build_document(operations: Sequence[Operation], version: str) -> Json:
    """A plain JSON value; the same operations give the same document, byte for byte."""
    paths: dict[str, Json] = {}
    for operation in operations:
        paths.setdefault(operation.path, {})[operation.method.lower()] = _operation(operation)
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Videochamadas",
            "version": version,
            "description": (
                "Back end for front end das videochamadas médicas. Todo erro é um documento "
                "`application/problem+json` (RFC 9457) com textos em português."
            ),
            "license": {"name": "MIT", "identifier": "MIT"},
        },
        "paths": paths,
        "components": {
            "schemas": _schemas(operations),
            "securitySchemes": {"bearer": SCHEME},
        },
    }


def _operation(operation: Operation) -> Json:
    document: Json = {
        "operationId": operation.id,
        "tags": [operation.tag],
        "summary": operation.summary,
    }
    if operation.description:
        document["description"] = operation.description
    if security := SECURITY[operation.access]:
        document["security"] = security
    if parameters := _parameters(operation):
        document["parameters"] = parameters
    if operation.bodies:
        document["requestBody"] = _request_body(operation)
    responses = {str(reply.status): _reply(reply) for reply in operation.replies}
    document["responses"] = responses | _problem_responses(slugs_of(operation))
    return document


def slugs_of(operation: Operation) -> list[str]:
    """Every problem that the operation may answer, its own and those of any request."""
    slugs = {*operation.problems, *EVERY_REQUEST}
    if operation.access is not Access.ANYONE:
        slugs |= {*ASKED}
    if operation.access is Access.LEAVER:
        slugs |= {"invalid-ticket"}
    if operation.method != "GET":
        slugs |= {*EVERY_CHANGE}
    if operation.metered is not Metered.NOBODY:
        slugs |= {"too-many-requests"}
    if operation.bodies:
        slugs |= {*EVERY_BODY}
    elif PATH_PARAMETER.search(operation.path) or operation.query:
        slugs |= {"invalid-input"}
    return [slug for slug in PROBLEMS if slug in slugs]


def _parameters(operation: Operation) -> list[Json]:
    numbers = operation.numbers
    path = _of_model("path", numbers) if numbers else _path_parameters(operation)
    query = _of_model("query", operation.query) if operation.query else []
    return [*path, *query, *_header_parameters(operation)]


def _of_model(place: str, model: type[BaseModel]) -> list[Json]:
    document = model.model_json_schema()
    return [
        {
            "name": name,
            "in": place,
            "required": name in document.get("required", ()),
            "description": told.get("description", ""),
            "schema": _when_sent(told),
        }
        for name, told in document["properties"].items()
    ]


def _when_sent(told: Json) -> Json:
    """Without null: it is how a model says that a parameter was left out, and cannot be sent."""
    schema = {key: told[key] for key in told if key not in {"title", "description"}}
    if schema.get("default", ...) is None:
        del schema["default"]
        sent = [each for each in schema.pop("anyOf") if each != {"type": "null"}]
        schema |= sent[0] if len(sent) == 1 else {"anyOf": sent}
    return schema


def _path_parameters(operation: Operation) -> list[Json]:
    return [
        {
            "name": name,
            "in": "path",
            "required": True,
            "schema": {"type": "string", "pattern": IDENTIFIER},
        }
        for name in PATH_PARAMETER.findall(operation.path)
    ]


def _header_parameters(operation: Operation) -> list[Json]:
    return [
        {"name": name, "in": "header", "description": text, "schema": _header(operation, name)}
        for name, text in operation.headers.items()
    ]


def _header(operation: Operation, name: str) -> Json:
    pattern = operation.patterns.get(name)
    return {"type": "string"} if pattern is None else {"type": "string", "pattern": pattern}


def _request_body(operation: Operation) -> Json:
    refs = [_ref(model) for model in operation.bodies]
    media: Json = {"schema": refs[0] if len(refs) == 1 else {"anyOf": refs}}
    if operation.body_example is not None:
        media["example"] = operation.body_example
    return {"required": True, "content": dict.fromkeys(operation.body_types, media)}


def _reply(reply: Reply) -> Json:
    headers = {
        name: {"description": text, "schema": {"type": "string"}}
        for name, text in reply.headers.items()
    }
    document: Json = {"description": reply.meaning, "headers": headers}
    document["headers"]["X-Request-ID"] = REQUEST_ID
    if reply.model is not None:
        media: Json = {"schema": _ref(reply.model)}
        if reply.example is not None:
            media["example"] = reply.example
        document["content"] = {"application/json": media}
    return document


def _problem_responses(slugs: Iterable[str]) -> dict[str, Json]:
    by_status: dict[int, list[str]] = {}
    for slug in slugs:
        by_status.setdefault(PROBLEMS[slug].status, []).append(slug)
    return {str(status): _problems(same) for status, same in sorted(by_status.items())}


def _problems(slugs: Sequence[str]) -> Json:
    examples = {slug: {"value": _problem_example(slug)} for slug in slugs}
    document: Json = {
        "description": "; ".join(PROBLEMS[slug].title for slug in slugs) + ".",
        "headers": {"X-Request-ID": REQUEST_ID},
        "content": {MEDIA_TYPE: {"schema": _ref(ProblemDocument), "examples": examples}},
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


def _ref(model: type[BaseModel]) -> Json:
    return {"$ref": REF.format(model=model.__name__)}


def _schemas(operations: Sequence[Operation]) -> Json:
    """Every model once; a body is described as it is read, a reply as it is written."""
    used: dict[type[BaseModel], str] = {}
    for operation in operations:
        used.update(dict.fromkeys(operation.bodies, "validation"))
        models = (reply.model for reply in operation.replies)
        used.update(dict.fromkeys((model for model in models if model), "serialization"))
    used[ProblemDocument] = "validation"
    pairs: Any = list(used.items())
    _, definitions = models_json_schema(pairs, ref_template=REF)
    schemas: Json = definitions["$defs"]
    return {name: _without_docstring(schema) for name, schema in sorted(schemas.items())}


def _without_docstring(schema: Json) -> Json:
    """Docstrings are for the readers of the code; this document is for users, in Portuguese."""
    return {key: value for key, value in schema.items() if key != "description"}
