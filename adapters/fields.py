"""Field types that every JSON body shares: trimmed, bounded, printable."""

import unicodedata
from typing import Annotated

from pydantic import AfterValidator, StringConstraints
from pydantic_core import PydanticCustomError

LONGEST_IDENTIFIER = 255


def _printable(text: str) -> str:
    """No control characters: they forge log lines, and a database may not store them."""
    if any(unicodedata.category(character) == "Cc" for character in text):
        raise PydanticCustomError("control_characters", "must not hold control characters")
    return text


def _no_dots(text: str) -> str:
    """``.`` and ``..`` mean another place in any path."""
    if text in {".", ".."}:
        raise PydanticCustomError("dots", "must not be a relative path")
    return text


Identifier = Annotated[
    str,
    StringConstraints(strip_whitespace=True, min_length=1, max_length=LONGEST_IDENTIFIER),
    AfterValidator(_printable),
    AfterValidator(_no_dots),
]
"""An id or a title that may become one segment of a path."""

Name = Annotated[
    str,
    StringConstraints(strip_whitespace=True, min_length=1, max_length=255),
    AfterValidator(_printable),
]
"""A person's name."""
