"""Read a request's body and write an answer's: bytes to model and back, parsed once."""

import asyncio
from typing import TypeVar

from aiohttp import web
from pydantic import BaseModel

from entrypoints.http.limits import DEFAULT_LIMITS, LIMITS

API_LIMIT = 64 * 1024
WEBHOOK_LIMIT = 256 * 1024

Model = TypeVar("Model", bound=BaseModel)


async def read_bytes(request: web.Request, limit: int) -> bytes:
    """The whole body, as it was sent.

    Raises HTTPUnsupportedMediaType when it is encoded, before anything of it is read;
    HTTPRequestEntityTooLarge before holding more than ``limit`` bytes; HTTPRequestTimeout when it
    takes too long; HTTPBadRequest when it breaks off: there may be nobody left to hear of it.
    """
    _refuse_encoded(request)
    try:
        async with asyncio.timeout(request.app.get(LIMITS, DEFAULT_LIMITS).body):
            return await _read(request, limit)
    except TimeoutError as error:
        raise web.HTTPRequestTimeout from error


def _refuse_encoded(request: web.Request) -> None:
    """A signature is over the bytes as they are, and a few of them may decompress to very many."""
    encodings = ",".join(request.headers.getall("Content-Encoding", ())).split(",")
    if any(encoding.strip().lower() not in {"", "identity"} for encoding in encodings):
        raise web.HTTPUnsupportedMediaType


async def _read(request: web.Request, limit: int) -> bytes:
    announced = request.content_length or 0
    body = bytearray()
    if announced <= limit:
        try:
            async for chunk in request.content.iter_any():
                body += chunk
                if len(body) > limit:
                    break
            else:
                return bytes(body)
        except (web.RequestPayloadError, ConnectionError) as error:
            raise web.HTTPBadRequest from error
    raise web.HTTPRequestEntityTooLarge(max_size=limit, actual_size=max(announced, len(body)))


async def read_model(request: web.Request, model: type[Model], limit: int = API_LIMIT) -> Model:
    """The body as a model, whatever its content type says: a beacon cannot choose one.

    ``limit`` is in bytes. Raises pydantic's ValidationError, which answers 400 or 422.
    """
    return model.model_validate_json(await read_bytes(request, limit))


def set_standard_headers(response: web.StreamResponse, request_id: str) -> None:
    """What every answer says: its request's id, that its type is not to be guessed, and of the
    server no more than its name."""
    response.headers["X-Request-ID"] = request_id
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Server"] = "videochamadas"


def json_response(
    model: BaseModel, *, status: int = 200, headers: dict[str, str] | None = None
) -> web.Response:
    """A model as the JSON body of an answer."""
    return web.Response(
        body=model.model_dump_json().encode(),
        status=status,
        headers=headers,
        content_type="application/json",
        charset="utf-8",
    )
