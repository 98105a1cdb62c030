"""What the page at /docs fills in, as this service would take it now."""

from collections.abc import Mapping
from typing import Any

Json = dict[str, Any]


def with_examples(document: Json, examples: Mapping[str, str]) -> Json:
    """The document with other words in the examples of what is sent: ``examples`` has a word for
    those of the contract that it replaces. Examples of answers stay as they are."""
    if not examples:
        return document
    paths = {
        path: {method: _operation(told, examples) for method, told in item.items()}
        for path, item in document["paths"].items()
    }
    return {**document, "paths": paths}


def _operation(operation: Json, examples: Mapping[str, str]) -> Json:
    changed = dict(operation)
    if parameters := operation.get("parameters"):
        changed["parameters"] = [_exemplified(one, examples) for one in parameters]
    if body := operation.get("requestBody"):
        content = {media: _exemplified(told, examples) for media, told in body["content"].items()}
        changed["requestBody"] = {**body, "content": content}
    return changed


def _exemplified(told: Json, examples: Mapping[str, str]) -> Json:
    if "example" not in told:
        return told
    return {**told, "example": _replaced(told["example"], examples)}


def _replaced(example: object, examples: Mapping[str, str]) -> object:
    match example:
        case str():
            return examples.get(example, example)
        case dict():
            return {name: _replaced(value, examples) for name, value in example.items()}
        case _:
            return example
