"""Mask secrets and people's names in every log line: the last safeguard, for lines that should not
have held them."""

import re
from collections.abc import Mapping
from functools import lru_cache
from traceback import TracebackException
from typing import Any, TextIO

import structlog
from structlog.typing import EventDict, ExcInfo, WrappedLogger

MASK = "***"
SHORT = 64
"""Characters. Longer texts are seldom the same as others."""
NAMES = re.compile(
    r"\w*(?:authorization|token|ticket|secret|password|api_?keys?|signature|cookie|database_?url"
    r"|name|title|titlemeet|body|avatar|picture|user_?id|doctor_?id|person)",
    re.IGNORECASE,
)
"""Fields that are masked whatever they hold."""
PATTERNS = re.compile(
    r"""
      (?<![\w-])eyJ[\w-]+\.[\w.-]*             # a JSON web token
    | \b(?:basic|bearer)\s+[^\s"',]+           # the value of an Authorization header
    | \bvck_\w+                                # a service's key
    | -----BEGIN[^-]+-----[^-]*(?:-----END[^-]+-----)?
    | (?:cpf\W{0,3}|(?<![\w.-]))               # a CPF number, dotted or plain
      \d{3}\.?\d{3}\.?\d{3}-?\d{2}(?![\w-]|\.\d)
    | (?<=://)[^/\s:@]+:[^/\s@]+(?=@)          # credentials in a URL
    """,
    re.IGNORECASE | re.VERBOSE,
)

_tracebacks = structlog.tracebacks.ExceptionDictTransformer(show_locals=False)


def mask(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
    """A structlog processor: after exceptions are rendered, before our own fields are added."""
    for name, value in event.items():
        event[name] = MASK if _names_a_secret(name) else _masked(value)
    return event


@lru_cache
def _names_a_secret(name: str) -> bool:
    return NAMES.fullmatch(name) is not None


@lru_cache
def _masked_short(text: str) -> str:
    """Most short texts are constants of ours: methods, routes, outcomes."""
    return PATTERNS.sub(MASK, text)


def _masked(value: object) -> object:
    match value:
        case str():
            return _masked_short(value) if len(value) <= SHORT else PATTERNS.sub(MASK, value)
        case Mapping():
            return {
                key: MASK if _names_a_secret(str(key)) else _masked(inner)
                for key, inner in value.items()
            }
        case list() | tuple():
            return [_masked(inner) for inner in value]
        case _:
            return value


def traceback_rows(exc_info: ExcInfo) -> list[dict[str, Any]]:
    """Stack frames and error classes, without messages: a library's message may repeat secrets."""
    return [_without_messages(stack) for stack in _tracebacks(exc_info)]


def traceback_text(to: TextIO, exc_info: ExcInfo) -> None:
    """The same for a terminal."""
    error: TracebackException | None = TracebackException(*exc_info)
    while error is not None:
        kind = error.exc_type.__name__ if error.exc_type else "an error"
        to.write(f"{kind}\n{''.join(error.stack.format())}")
        error = error.__cause__ or error.__context__


def _without_messages(stack: dict[str, Any]) -> dict[str, Any]:
    kept = {"exc_type": stack["exc_type"], "is_cause": stack["is_cause"]}
    frames = [
        {"file": frame["filename"], "line": frame["lineno"], "function": frame["name"]}
        for frame in stack["frames"]
    ]
    grouped = [_without_messages(inner) for group in stack["exceptions"] for inner in group]
    return {**kept, "frames": frames, "exceptions": grouped}
