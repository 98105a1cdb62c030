"""The schemas of the OpenAPI document, as generators of types and linters take them."""

from collections.abc import Sequence
from typing import Any

from pydantic import BaseModel
from pydantic.json_schema import models_json_schema

from entrypoints.http.openapi_problems import REF
from entrypoints.http.operation import Operation
from entrypoints.http.problems import ProblemDocument

Json = dict[str, Any]


def schemas_of(operations: Sequence[Operation]) -> Json:
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
    return {
        name: _generated(_without_docstring(schema)) for name, schema in sorted(schemas.items())
    }


def _without_docstring(schema: Json) -> Json:
    """Docstrings are for the readers of the code; this document is for users, in Portuguese."""
    return {key: value for key, value in schema.items() if key != "description"}


def _generated(schema: Any) -> Any:  # noqa: ANN401 - whatever stands in a schema
    """Without defaults: generators take a field that has one for one that is always there, and what
    may be left out is said by ``required``. And no array without ``items``."""
    match schema:
        case list():
            return [_generated(each) for each in schema]
        case dict():
            told = {
                name: {field: _generated(inner) for field, inner in value.items()}
                if name == "properties"
                else _generated(value)
                for name, value in schema.items()
                if name != "default"
            }
            return _with_items(told) if told.get("type") == "array" else told
        case _:
            return schema


def _with_items(array: Json) -> Json:
    """Of an array with a place for each of its members, what any of them may be."""
    if "items" not in array:
        places = array.get("prefixItems", [])
        same = all(place == places[0] for place in places)
        array["items"] = (places[0] if same else {"anyOf": places}) if places else {}
    return array
