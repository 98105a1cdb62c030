"""The parameters of an operation in the OpenAPI document."""

import re
from typing import Any

from pydantic import BaseModel

from adapters.fields import IDENTIFIER
from entrypoints.http.operation import Operation

Json = dict[str, Any]

EXAMPLES = {
    "referralId": "referral-id",
    "referral": "referral-id",
    "meetingId": "meeting-id",
    "file": "start.js",
}
"""Of what stands in a path, by its name there."""
PATH_PARAMETER = re.compile(r"\{(\w+)\}")


def parameters_of(operation: Operation) -> list[Json]:
    """Path, query and header parameters, in that order."""
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
    """The schema without null, which stands for an absent parameter and cannot be sent."""
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
            "example": EXAMPLES[name],
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
