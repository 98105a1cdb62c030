"""The OpenAPI 3.1 document, built from the operations that also register the routes."""

from collections.abc import Sequence
from typing import Any

from pydantic import BaseModel
from pydantic.json_schema import models_json_schema

from entrypoints.http.openapi_parameters import parameters_of
from entrypoints.http.openapi_problems import REF, REQUEST_ID, problem_responses, ref, slugs_of
from entrypoints.http.operation import Access, Operation, Reply
from entrypoints.http.problems import ProblemDocument

Json = dict[str, Any]

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
    if parameters := parameters_of(operation):
        document["parameters"] = parameters
    if operation.bodies:
        document["requestBody"] = _request_body(operation)
    responses = {str(reply.status): _reply(reply) for reply in operation.replies}
    document["responses"] = responses | problem_responses(slugs_of(operation))
    return document


def _request_body(operation: Operation) -> Json:
    refs = [ref(model) for model in operation.bodies]
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
        media: Json = {"schema": ref(reply.model)}
        if reply.example is not None:
            media["example"] = reply.example
        document["content"] = {"application/json": media}
    return document


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
