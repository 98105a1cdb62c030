"""The OpenAPI 3.1 document, built from the operations that also register the routes."""

from collections.abc import Sequence
from typing import Any

from entrypoints.http.openapi_parameters import parameters_of
from entrypoints.http.openapi_problems import REQUEST_ID, problem_responses, ref, slugs_of
from entrypoints.http.openapi_schemas import schemas_of
from entrypoints.http.openapi_security import DOCUMENTED, Security
from entrypoints.http.operation import Operation, Reply

Json = dict[str, Any]

TAGS = {
    "videochamadas": "O contrato: abrir, entrar, informar, sair, e o webhook do provedor.",
    "operação": "O que espera, o que foi recusado, e por que alguém aparece em reunião.",
    "serviço": "Saúde do processo, e este documento.",
    "sandbox": "Ensaio: comandar as imitações dos parceiros.",
}


def build_document(
    operations: Sequence[Operation], version: str, security: Security = DOCUMENTED
) -> Json:
    """A plain JSON value; the same operations give the same document, byte for byte."""
    paths: dict[str, Json] = {}
    for operation in operations:
        told = _operation(operation, security)
        paths.setdefault(operation.path, {})[operation.method.lower()] = told
    used = {operation.tag for operation in operations}
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
        "servers": [{"url": "/", "description": "Este serviço."}],
        "tags": [
            {"name": name, "description": text} for name, text in TAGS.items() if name in used
        ],
        "paths": paths,
        "components": {"schemas": schemas_of(operations), **security.components()},
    }


def _operation(operation: Operation, security: Security) -> Json:
    document: Json = {
        "operationId": operation.id,
        "tags": [operation.tag],
        "summary": operation.summary,
    }
    if operation.description:
        document["description"] = operation.description
    document["security"] = security.asked[operation.access]
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
    if reply.model is not None or reply.media != "application/json":
        media: Json = {"schema": ref(reply.model) if reply.model else {"type": "string"}}
        if reply.example is not None:
            media["example"] = reply.example
        document["content"] = {reply.media: media}
    return document
