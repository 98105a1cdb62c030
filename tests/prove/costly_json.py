"""No body costs more than 10 ms to read, however it is made and whoever signed it."""

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial

from pydantic import ValidationError

from adapters.provider.webhook_body import read_event
from adapters.provider.webhook_json import MOST_VALUES
from domain.errors import MalformedEventError
from entrypoints.http import bodies
from entrypoints.http.bodies import API_LIMIT, WEBHOOK_LIMIT, parse_model
from entrypoints.http.schemas import JoinMeetingBody, LeaveMeetingBody, StartMeetingBody, TicketBody

MODELS = (StartMeetingBody, JoinMeetingBody, LeaveMeetingBody, TicketBody)
ATTEMPTS = 3
SO_DEEP = 120
"""Deeper is refused by some of the readers."""


@dataclass(frozen=True, slots=True)
class CostlyJson:
    """Milliseconds of the processor that the dearest body took, in the best of some attempts."""

    bodies: int
    refused: int
    nested: float
    webhook: float
    api: float

    def __str__(self) -> str:
        return (
            f"{self.bodies} bodies made to be costly, {self.refused} refused: a webhook of "
            f"256 KiB of nested arrays took {self.nested:.2f} ms, the dearest one "
            f"{self.webhook:.2f} ms, the dearest of 64 KiB at the API {self.api:.2f} ms"
        )


def shapes(size: int, values: int) -> Iterator[bytes]:
    """JSON objects of about so many bytes, the first of nested arrays; some need a lenient reader,
    and some are just below what is refused."""
    nest = b"[" * SO_DEEP + b"]" * SO_DEEP
    small = (b"[]", b"{}", b"[{}]", b"0", b"NaN", b"1.1e-300", b'""', b'"a"', b"9" * 4000)
    for one in (nest, *small):
        most = (values - 20) // (1 + one.count(b"[") + one.count(b"{"))
        for many in (size // (len(one) + 1), most):
            yield from _both(b"[" + b",".join([one] * many)[:size] + b"]")
    for fields in (size // 9, values - 20):
        named = (b'"%x":0' % number for number in range(fields))
        yield from _both(b"{" + b",".join(named) + b"}")
        yield from _both(b"{" + b",".join([b'"a":0'] * fields) + b"}")
    yield from _both(b"9" * size)
    yield from _both(b"0." + b"9" * size)
    yield from _both(b'"' + rb"\u0041" * (size // 6) + b'"')
    yield from _both(b'"' + b"\xff" * size + b'"')
    yield b"[" * size
    yield b'{"a":' * (size // 6) + b"1" + b"}" * (size // 6)
    end = b'{"event":"e","reason":"ALL_PARTICIPANTS_LEFT","meeting":{"id":"m","title":%s}}'
    for title in (b"9" * size, b'"' + b" " * size + b'"', b'"' + b"9" * size + b'"'):
        yield end % title


def _both(value: bytes) -> Iterator[bytes]:
    """Beside what each call needs, and beside nothing; well-formed, and not."""
    needed = b'{"event":"e","titleMeet":"t","user":{},"doctorID":[],'
    for start in (needed, b"{", needed + b'"odd":"\xff",'):
        yield start + b'"value":' + value + b"}"


def costly_json() -> CostlyJson:
    webhooks = [
        _cost(partial(read_event, body)) for body in shapes(WEBHOOK_LIMIT - 200, MOST_VALUES)
    ]
    calls = [
        _cost(partial(parse_model, model, body))
        for body in shapes(API_LIMIT - 200, bodies.MOST_VALUES)
        for model in MODELS
    ]
    told = [*webhooks, *calls]
    refused = sum(was_refused for _, was_refused in told)
    dearest = max(cost for cost, _ in webhooks), max(cost for cost, _ in calls)
    return CostlyJson(len(told), refused, webhooks[0][0], *dearest)


def _cost(read: Callable[[], object]) -> tuple[float, bool]:
    """In milliseconds, and whether it was refused."""
    best, refused = float("inf"), False
    for _ in range(ATTEMPTS):
        started = time.thread_time()
        try:
            read()
        except (MalformedEventError, ValidationError):
            refused = True
        best = min(best, time.thread_time() - started)
    return best * 1000, refused
