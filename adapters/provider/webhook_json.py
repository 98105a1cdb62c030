"""A webhook's body to a JSON object. Pure.

What nobody acts on need not be well-formed: lone surrogates, raw control characters, bytes that
are no UTF-8 and endless numbers are let pass, because the provider puts people's names and other
systems' figures into the same body.
"""

import codecs
import json

import orjson

from adapters.costly_json import is_costly
from domain.errors import FieldFault, MalformedEventError

Json = dict[str, object]

MOST_VALUES = 10_000
"""Of one body; the provider's events have some tens. 256 KiB would hold 131,000, at up to half a
microsecond each."""


def read_object(body: bytes) -> Json:
    """Raises MalformedEventError for what is no JSON object, and for what is nested too deep or has
    too many values to be read."""
    if is_costly(body, MOST_VALUES):
        raise _not_json()
    body = body.removeprefix(codecs.BOM_UTF8)
    try:
        told = orjson.loads(body)
    except orjson.JSONDecodeError:
        told = _leniently(body)
    if not isinstance(told, dict):
        raise MalformedEventError("not an object", [FieldFault((), "model_type", {})])
    return told


def _leniently(body: bytes) -> object:
    try:
        return json.loads(body.decode(errors="replace"), parse_int=float, strict=False)
    except (ValueError, RecursionError) as error:
        raise _not_json() from error


def _not_json() -> MalformedEventError:
    return MalformedEventError("not JSON", [FieldFault((), "json_invalid", {})])
