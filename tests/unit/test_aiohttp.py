"""What entrypoints/http/connection.py uses of aiohttp beyond its documented interface.

pyproject.toml keeps aiohttp below its next minor for this. When a test here fails after an upgrade,
read what became of the part that it names, and mend connection.py before moving the bound.
"""

import ast
import inspect
import re
from importlib.metadata import requires, version
from pathlib import Path

import pytest
from aiohttp import web

from entrypoints.http import connection
from entrypoints.http.connection import Connection
from entrypoints.http.limits import DEFAULT_LIMITS

ARGUMENTS = {
    "loop",
    "access_log",
    "keepalive_timeout",
    "lingering_time",
    "max_line_size",
    "max_field_size",
    "max_headers",
    "auto_decompress",
}
ATTRIBUTES = {
    "_loop",
    "_next_keepalive_close_time",
    "_request_count",
    "_task_handler",
    "_waiter",
    "force_close",
}
OVERRIDDEN = {"connection_made", "connection_lost", "handle_error", "finish_response"}

SOURCE = ast.parse(Path(connection.__file__).read_text())
(CLASS,) = [
    node for node in SOURCE.body if isinstance(node, ast.ClassDef) and node.name == "Connection"
]


async def a_handler() -> web.RequestHandler:
    """One of aiohttp's own, before anything was asked of it."""

    async def nobody_asks(_request: web.BaseRequest) -> web.StreamResponse:
        raise AssertionError

    made = web.Server(nobody_asks)()
    assert isinstance(made, web.RequestHandler)
    return made


@pytest.mark.parametrize("argument", sorted(ARGUMENTS))
def test_the_handler_still_takes_this_argument(argument: str) -> None:
    taken = inspect.signature(web.RequestHandler.__init__).parameters

    assert argument in taken, f"aiohttp's RequestHandler takes no {argument!r} any more"


@pytest.mark.parametrize("attribute", sorted(ATTRIBUTES))
async def test_the_handler_still_has_this_attribute(attribute: str) -> None:
    handler = await a_handler()

    assert hasattr(handler, attribute), f"aiohttp's RequestHandler has no {attribute!r} any more"


async def test_the_handler_counts_requests_from_zero() -> None:
    assert (await a_handler())._request_count == 0


@pytest.mark.parametrize("method", sorted(OVERRIDDEN))
def test_the_method_that_is_overridden_is_still_called_like_that(method: str) -> None:
    theirs = getattr(web.RequestHandler, method, None)
    assert theirs is not None, f"aiohttp's RequestHandler has no {method!r} any more"
    ours = getattr(Connection, method)

    assert list(inspect.signature(ours).parameters) == list(inspect.signature(theirs).parameters)
    assert inspect.iscoroutinefunction(ours) == inspect.iscoroutinefunction(theirs)


async def test_our_connection_can_still_be_made() -> None:
    server = (await a_handler())._manager
    assert server is not None

    made = Connection(server, DEFAULT_LIMITS, lambda: True, set())

    assert (made._request_count, made.max_headers) == (0, DEFAULT_LIMITS.fields)


def test_whatever_is_used_is_listed_here() -> None:
    own = {node.name for node in CLASS.body if isinstance(node, ast.FunctionDef)} - OVERRIDDEN
    slots = {"_first_head", "_handling", "_has_room", "_head", "on_lost"}
    used = {
        node.attr
        for node in ast.walk(CLASS)
        if isinstance(node, ast.Attribute)
        and isinstance(node.value, ast.Name)
        and node.value.id == "self"
    }
    (made,) = [call for call in ast.walk(CLASS) if _is_super_init(call)]
    assert isinstance(made, ast.Call)

    assert set(Connection.__slots__) == slots
    assert used - own - slots == ATTRIBUTES
    assert {keyword.arg for keyword in made.keywords} == ARGUMENTS
    methods = ast.FunctionDef | ast.AsyncFunctionDef
    named = {node.name for node in CLASS.body if isinstance(node, methods)}
    assert {name for name in named if hasattr(web.RequestHandler, name)} == {
        "__init__",
        *OVERRIDDEN,
    }


def test_aiohttp_is_kept_below_its_next_minor() -> None:
    wanted = requires("videochamadas") or []
    (pinned,) = [one for one in wanted if re.match(r"aiohttp[^\w-]", one)]
    major, minor, *_ = map(int, version("aiohttp").split("."))

    assert f"<{major}.{minor + 1}" in pinned


def _is_super_init(node: ast.AST) -> bool:
    return isinstance(node, ast.Call) and ast.unparse(node.func) == "super().__init__"
