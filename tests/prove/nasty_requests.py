"""Every nasty there is, as requests to one route of the service."""

import gzip
import random
import zlib
from collections.abc import Iterator
from functools import cache

import orjson

from entrypoints.http.operation import Operation
from tests.prove.nasty_http import FRAMINGS, HEADERS, METHODS, REQUEST_LINES, SEGMENTS
from tests.prove.nasty_json import BODIES, VALUES

PARAMETERS = {b"{referralId}": b"enc-1001", b"{meetingId}": b"m-1", b"{file}": b"start.js"}
BODY = {"person": "dra-ana", "requester": "dra-ana"}
HOLE = "HOLE"


def nasty_requests(operation: Operation, dice: random.Random) -> list[bytes]:
    """In an order of its own, so that any part of them is a mixture."""
    method, path = operation.method.encode(), operation.path.encode()
    usual = path
    for name, value in PARAMETERS.items():
        usual = usual.replace(name, value)
    requests = [
        *(_request(method, usual, body) for body in (*_bodies(operation), *BODIES)),
        *(_request(other, usual, b"{}") for other in METHODS),
        *(_request(method, usual, b"{}", header) for header in HEADERS),
        *(_request(method, usual, bomb, b"Content-Encoding: " + name) for name, bomb in _bombs()),
        *(_request(method, target, b"{}") for target in _targets(path)),
        *(method + b" " + usual + b" HTTP/1.1\r\nHost: a\r\n" + framing for framing in FRAMINGS),
        *(line + b"\r\nHost: a\r\n\r\n" for line in REQUEST_LINES),
    ]
    dice.shuffle(requests)
    return requests


def _request(method: bytes, target: bytes, body: bytes, *headers: bytes) -> bytes:
    lines = (method + b" " + target + b" HTTP/1.1", b"Host: service.example", *headers)
    return b"\r\n".join((*lines, b"Content-Length: %d" % len(body), b"", body))


def _bodies(operation: Operation) -> Iterator[bytes]:
    """The document's example with one part after the other replaced, and with its keys twice."""
    example = operation.body_example or BODY
    for holed in _holed(example):
        before, _, after = orjson.dumps(holed).partition(orjson.dumps(HOLE))
        yield from (before + value + after for value in VALUES)
    whole = orjson.dumps(example)
    yield whole[:-1] + b"," + whole[1:]


def _holed(value: object) -> Iterator[object]:
    """Copies of a JSON value, each with one part of it replaced by a hole."""
    yield HOLE
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from ({**value, key: holed} for holed in _holed(inner))


def _targets(path: bytes) -> Iterator[bytes]:
    """Nasty segments where the path has parameters, else behind its end."""
    for segment in SEGMENTS:
        parts = [segment if part.startswith(b"{") else part for part in path.split(b"/")]
        yield b"/".join(parts) if b"{" in path else path + b"/" + segment


@cache
def _bombs() -> tuple[tuple[bytes, bytes], ...]:
    """64 MiB of zeros, each in some 64 KiB or, twice compressed, in less than one."""
    zeros = bytes(64 * 1024 * 1024)
    once = gzip.compress(zeros)
    return (
        (b"gzip", once),
        (b"deflate", zlib.compress(zeros)),
        (b"gzip, gzip", gzip.compress(once)),
    )
