"""Read the bodies of requests and write those of answers."""

import asyncio
from typing import TypeVar

from aiohttp import web
from pydantic import BaseModel, ValidationError
from pydantic_core import InitErrorDetails

from adapters.costly_json import is_costly
from entrypoints.http.limits import DEFAULT_LIMITS, LIMITS

API_LIMIT = 64 * 1024  # bytes
WEBHOOK_LIMIT = 256 * 1024  # bytes
MOST_VALUES = 1000
"""Of a body that becomes a model; those of the contract have ten. An error copies all of them."""

Model = TypeVar("Model", bound=BaseModel)


async def read_bytes(request: web.Request, limit: int) -> bytes:
    """The whole body, byte for byte.

    Raises HTTPUnsupportedMediaType for a Content-Encoding, before reading; HTTPRequestTimeout when
    it takes longer than ``Limits.body``; HTTPRequestEntityTooLarge when it is longer than ``limit``
    bytes; HTTPBadRequest when the connection breaks.
    """
    _refuse_encoded(request)
    announced = request.content_length or 0
    body = b"" if announced > limit else await _read(request, limit)
    if max(announced, len(body)) > limit:
        raise web.HTTPRequestEntityTooLarge(max_size=limit, actual_size=max(announced, len(body)))
    return body


def _refuse_encoded(request: web.Request) -> None:
    """Signatures are over the bytes as sent, and a small body may decompress to a huge one."""
    if "Content-Encoding" not in request.headers:
        return
    encodings = ",".join(request.headers.getall("Content-Encoding")).split(",")
    if any(encoding.strip().lower() not in {"", "identity"} for encoding in encodings):
        raise web.HTTPUnsupportedMediaType


async def _read(request: web.Request, limit: int) -> bytes:
    """The whole body, or its beginning with more than ``limit`` bytes."""
    content = request.content
    try:
        if content.is_eof():  # it came with its headers, so there is nothing to wait for
            return content.read_nowait()
        async with asyncio.timeout(request.app.get(LIMITS, DEFAULT_LIMITS).body):
            body = bytearray()
            async for chunk in content.iter_any():
                body += chunk
                if len(body) > limit:
                    break
            return bytes(body)
    except TimeoutError as error:
        raise web.HTTPRequestTimeout from error
    except (web.RequestPayloadError, ConnectionError) as error:
        raise web.HTTPBadRequest from error


async def read_model(request: web.Request, model: type[Model], limit: int = API_LIMIT) -> Model:
    """The body as a model, whatever its content type says: a beacon cannot choose one.

    ``limit`` is in bytes. Raises pydantic's ValidationError, which answers 400 or 422.
    """
    return parse_model(model, await read_bytes(request, limit))


def parse_model(model: type[Model], body: bytes) -> Model:
    """Raises pydantic's ValidationError; JSON that would be costly to read is none."""
    if is_costly(body, MOST_VALUES):
        cost = InitErrorDetails(type="json_invalid", input=None, ctx={"error": "too many values"})
        raise ValidationError.from_exception_data(model.__name__, [cost])
    return model.model_validate_json(body)


def set_standard_headers(response: web.StreamResponse, request_id: str) -> None:
    """Set the headers of every answer: the request's id, no MIME sniffing, and the server's name
    without versions."""
    response.headers["X-Request-ID"] = request_id
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Server"] = "videochamadas"


def json_response(
    model: BaseModel, *, status: int = 200, headers: dict[str, str] | None = None
) -> web.Response:
    return web.Response(
        body=model.model_dump_json().encode(),
        status=status,
        headers=headers,
        content_type="application/json",
        charset="utf-8",
    )
