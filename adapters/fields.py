"""Field types that every JSON body shares: trimmed, bounded, printable.

Each has a pattern for the OpenAPI document, because JSON Schema cannot express trimming.
"""

import re
from typing import Annotated

from pydantic import (
    AfterValidator,
    BeforeValidator,
    ConfigDict,
    StringConstraints,
    ValidationError,
    WithJsonSchema,
)
from pydantic_core import PydanticCustomError

from domain.errors import FieldFault

LONGEST = 255  # characters
KEEP_NO_TEXTS = ConfigDict(cache_strings="keys")
"""For what requests say. Otherwise pydantic keeps 16,384 texts in case they come again, which takes
more than 1 MB; ids seldom do."""

PRINTABLE = r"[^\u0000-\u001f\u007f-\u009f]"
VISIBLE = r"[^\s\u0000-\u001f\u007f-\u009f]"
TRIMMED = rf"{VISIBLE}(?:{PRINTABLE}{{0,{LONGEST - 2}}}{VISIBLE})?\s*$"
NAME = rf"^\s*{TRIMMED}"
IDENTIFIER = rf"^\s*(?!\.{{1,2}}\s*$){TRIMMED}"
BLANK = r"^\s*$"
CONTROL = re.compile(r"[\u0000-\u001f\u007f-\u009f]")


def _printable(text: str) -> str:
    """No control characters: they can forge log lines, and a database may not store them."""
    if CONTROL.search(text):
        raise PydanticCustomError("control_characters", "must not hold control characters")
    return text


def _no_dots(text: str) -> str:
    """``.`` and ``..`` would name another path."""
    if text in {".", ".."}:
        raise PydanticCustomError("dots", "must not be a relative path")
    return text


def _blank_is_none(value: object) -> object:
    return None if isinstance(value, str) and not value.strip() else value


Name = Annotated[
    str,
    StringConstraints(strip_whitespace=True, min_length=1, max_length=LONGEST),
    AfterValidator(_printable),
    WithJsonSchema({"type": "string", "pattern": NAME}),
]
"""A person's name."""

Identifier = Annotated[
    str,
    StringConstraints(strip_whitespace=True, min_length=1, max_length=LONGEST),
    AfterValidator(_printable),
    AfterValidator(_no_dots),
    WithJsonSchema({"type": "string", "pattern": IDENTIFIER}),
]
"""An id or a title that may become one segment of a path."""

OptionalIdentifier = Annotated[
    Identifier | None,
    BeforeValidator(_blank_is_none),
    WithJsonSchema(
        {
            "anyOf": [
                {"type": "string", "pattern": IDENTIFIER},
                {"type": "string", "pattern": BLANK},
                {"type": "null"},
            ]
        }
    ),
]
"""An identifier or None; absent, null and blank are None."""


def faults_of(error: ValidationError) -> list[FieldFault]:
    """pydantic's findings, without the input."""
    return [
        FieldFault(fault["loc"], fault["type"], fault.get("ctx", {}))
        for fault in error.errors(include_url=False, include_input=False)
    ]
