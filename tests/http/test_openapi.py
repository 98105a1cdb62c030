"""The document and the routes are one thing; the page over it needs no network."""

import re
import tomllib

import pytest
from aiohttp import web
from aiohttp.test_utils import make_mocked_request
from openapi_spec_validator import validate

from domain.errors import DomainError, Kind
from entrypoints.app import create_app, operations_of
from entrypoints.container import Container
from entrypoints.http.docs import DOCUMENT
from entrypoints.http.operation import Access
from entrypoints.http.problem_table import PROBLEMS
from entrypoints.settings import Settings
from tests.conftest import Client, note_undocumented
from tests.documents.blocks import ROOT
from tests.e2e.processes import run

PACKAGE_DATA = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["setuptools"][
    "package-data"
]


def every_error(root: type[DomainError] = DomainError) -> list[type[DomainError]]:
    return [root, *(error for child in root.__subclasses__() for error in every_error(child))]


@pytest.mark.processes
async def test_the_committed_document_is_what_the_command_prints() -> None:
    printed = await run("openapi")

    assert (ROOT / "docs" / "openapi.json").read_text() == printed.output


async def test_the_served_document_is_valid_and_covers_every_route(client: Client) -> None:
    document = await (await client.get("/openapi.json")).json()

    validate(document)
    documented = {
        (method.upper(), path) for path, item in document["paths"].items() for method in item
    }
    served = {
        (route.method, route.resource.canonical)
        for route in create_app(Container(settings=Settings())).router.routes()
        if route.resource is not None and route.method != "HEAD"
    }
    assert served == documented


async def test_the_served_document_is_built_once_and_not_for_each_request(client: Client) -> None:
    document = client.app[DOCUMENT]

    first = await (await client.get("/openapi.json")).read()

    assert first == document.body
    assert document.body is document.body


def test_with_real_partners_there_is_nothing_to_control() -> None:
    settings = Settings.model_validate({"video_provider": "dyte", "attendance_provider": "http"})

    assert {operation.tag for operation in operations_of(settings)} == {
        "videochamadas",
        "operação",
        "serviço",
    }


def test_only_operators_operate() -> None:
    tags = {
        operation.tag: {one.access for one in operations_of(Settings()) if one.tag == operation.tag}
        for operation in operations_of(Settings())
        if operation.access is Access.OPERATOR
    }

    assert tags == {"operação": {Access.OPERATOR}}


@pytest.mark.parametrize("path", ["/api/dyte/webhook", "/api/dyte/meeting"])
async def test_examples_are_the_contracts_and_are_accepted(client: Client, path: str) -> None:
    document = await (await client.get("/openapi.json")).json()
    operation = document["paths"][path]["post"]
    example = operation["requestBody"]["content"]["application/json"]["example"]

    assert (await client.post(path, json=example)).status in {200, 201}


async def test_every_user_facing_text_is_there(client: Client) -> None:
    document = await (await client.get("/openapi.json")).json()

    for item in document["paths"].values():
        for operation in item.values():
            assert operation["summary"]
            assert all(response["description"] for response in operation["responses"].values())


@pytest.mark.parametrize("error", [one for one in every_error() if hasattr(one, "slug")])
def test_every_domain_error_has_its_row_and_later_is_a_5xx(error: type[DomainError]) -> None:
    assert (PROBLEMS[error.slug].status >= 500) is error.kind.later
    assert error.kind in Kind


async def test_the_page_and_all_it_loads_come_from_here(client: Client) -> None:
    answer = await client.get("/docs")
    page = await answer.text()
    loaded = re.findall(r'(?:src|href)="([^"]+)"', page)

    assert answer.content_type == "text/html"
    assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert loaded
    for url in loaded:
        assert url.startswith("/docs/")
        assert (await client.get(url)).status == 200
    assert (await client.get("/docs/index.css")).status == 404


async def test_the_client_to_copy_is_shown_as_it_is_in_docs(client: Client) -> None:
    answer = await client.get("/client.ts")

    assert answer.headers["Content-Type"] == "text/plain; charset=utf-8"
    assert await answer.read() == (ROOT / "docs" / "client.ts").read_bytes()
    assert "client.ts" in PACKAGE_DATA["entrypoints.http"]


async def test_a_planted_undocumented_status_is_noticed(client: Client) -> None:
    response = web.Response(status=226)
    noted: list[str] = []
    request = make_mocked_request("POST", "/api/dyte/meeting", app=client.app)
    request._match_info = await client.app.router.resolve(request)
    request._match_info.add_app(client.app)

    await note_undocumented(noted, request, response)

    assert noted == ["startMeeting: 226 application/octet-stream"]
