"""/docs tells of this very service: what it asks for, and what may be sent to it as it stands."""

import json
import re
from collections.abc import Iterator
from typing import Any

import pytest

from adapters.partner_answer import PROBLEM_TYPE
from entrypoints.container import Container
from entrypoints.http.operation import Access
from entrypoints.http.problem_table import PROBLEMS
from entrypoints.settings import Settings
from tests.conftest import Client, Serve
from tests.documents.blocks import ROOT
from tests.identity import OPERATOR_KEY, asking

Json = dict[str, Any]
COMMITTED = json.loads((ROOT / "docs" / "openapi.json").read_text())
HALF = {
    "attendance_provider": "http",
    "attendance_base_url": "https://attendance.example",
    **asking(),
}


async def served(client: Client, key: str | None = None) -> Json:
    headers = {} if key is None else {"Authorization": f"Bearer {key}"}
    document: Json = await (await client.get("/openapi.json", headers=headers)).json()
    return document


def operations(document: Json) -> Iterator[tuple[str, str, Json]]:
    for path, item in document["paths"].items():
        for method, operation in item.items():
            yield method, path, operation


def named(document: Json, name: str) -> tuple[str, str, Json]:
    (found,) = (one for one in operations(document) if one[2]["operationId"] == name)
    return found


async def tried_out(client: Client, document: Json, name: str) -> int:
    """The status when what the page has filled in is sent as it is."""
    method, path, operation = named(document, name)
    for parameter in operation.get("parameters", ()):
        if parameter["in"] == "path":
            path = path.replace(f"{{{parameter['name']}}}", parameter["example"])
    content = operation.get("requestBody", {}).get("content", {})
    bodies = [media["example"] for media in content.values()]
    answer = await client.request(method, path, json=bodies[0] if bodies else None)
    return answer.status


async def test_what_the_page_fills_in_works_as_it_is_while_the_sandbox_is_on(
    client: Client,
) -> None:
    for _ in range(2):
        assert await tried_out(client, await served(client), "startMeeting") == 201
    document = await served(client)
    calls = (await (await client.get("/sandbox/calls")).json())["calls"]

    statuses = {
        name: await tried_out(client, document, name)
        for name in (
            *("joinMeeting", "reportPresence", "sandboxJoin", "sandboxReconnect", "sandboxDrop"),
            *("sandboxPutReferral", "sandboxGetReferral", "sandboxPutFaults", "receiveWebhook"),
            *("showPresence", "clearPresence", "retryInbox", "leaveMeeting", "docsFile"),
        )
    }

    assert {name: status for name, status in statuses.items() if status not in {200, 201}} == {}
    body = named(document, "joinMeeting")[2]["requestBody"]["content"]["application/json"]
    assert body["example"]["idMeet"] == calls[-1]["meetingId"]
    assert body["example"]["user"]["id"] == "dra-ana"
    assert "meeting-id" not in examples_sent(document)


async def test_a_meeting_about_another_referral_is_tried_with_its_own_people(
    client: Client,
) -> None:
    await client.post("/api/dyte/meeting", json={"titleMeet": "enc-1002"})

    document = await served(client)

    assert (
        "dr-caio"
        in named(document, "leaveMeeting")[2]["requestBody"]["content"]["application/json"][
            "example"
        ].values()
    )
    assert await tried_out(client, document, "leaveMeeting") == 200


async def test_with_one_real_partner_only_what_the_twin_knows_is_filled_in(
    serve: Serve, settings: Settings
) -> None:
    client = await serve(Container(settings=settings.model_copy(update=HALF)))

    document = await served(client, OPERATOR_KEY)

    assert "referral-id" in examples_sent(document)
    assert "enc-1001" not in examples_sent(document)


def examples_sent(document: Json) -> str:
    parts = [
        (operation.get("requestBody"), operation.get("parameters"))
        for _, _, operation in operations(document)
        if operation["tags"] == ["videochamadas"]
    ]
    return json.dumps(parts)


async def test_padlocks_show_what_is_really_asked(serve: Serve, settings: Settings) -> None:
    by_access: list[dict[Access, list[Json]]] = []
    for number, changed in enumerate(({}, asking(), HALF)):
        one = {"database_url": settings.database_url, **changed}
        url = f"{settings.database_url.get_secret_value()}.{number}"
        container = Container(settings=Settings.model_validate({**one, "database_url": url}))
        document = await served(await serve(container), OPERATOR_KEY if number else None)
        told = {name: named(document, name)[2]["security"] for name in ONE_OF_EACH.values()}
        by_access.append({access: told[name] for access, name in ONE_OF_EACH.items()})
        assert ("securitySchemes" in document["components"]) is bool(number)

    bearer: list[Json] = [{"bearer": []}]
    assert by_access[0] == {access: [] for access in Access}
    asked = {
        Access.ANYONE: [],
        Access.PROVIDER: [],
        Access.CALLER: bearer,
        Access.LEAVER: [*bearer, {}],
        Access.OPERATOR: bearer,
        Access.METRICS: bearer,
    }
    assert by_access[1] == {**asked, Access.DEVELOPER: []}
    assert by_access[2] == {**asked, Access.DEVELOPER: bearer}


ONE_OF_EACH = {
    Access.ANYONE: "live",
    Access.PROVIDER: "receiveWebhook",
    Access.CALLER: "startMeeting",
    Access.LEAVER: "leaveMeeting",
    Access.OPERATOR: "listInbox",
    Access.METRICS: "metrics",
    Access.DEVELOPER: "docs",
}


@pytest.fixture(params=["committed", "served"])
async def document(request: pytest.FixtureRequest, client: Client) -> Json:
    return COMMITTED if request.param == "committed" else await served(client)


def schemas(value: object) -> Iterator[Json]:
    """Every object of a document; those that are no schema do no harm."""
    if isinstance(value, dict):
        yield value
        for inner in value.values():
            yield from schemas(inner)
    if isinstance(value, list):
        for inner in value:
            yield from schemas(inner)


async def test_linters_find_no_array_without_items_no_server_and_no_security_missing(
    document: Json,
) -> None:
    arrays = [one for one in schemas(document) if one.get("type") == "array"]

    assert arrays
    assert [one for one in arrays if "items" not in one] == []
    assert [server["url"] for server in document["servers"]] == ["/"]
    assert all("security" in operation for _, _, operation in operations(document))
    assert named(document, "live")[2]["security"] == []
    assert named(document, "receiveWebhook")[2]["security"] == []
    used = {tag for _, _, operation in operations(document) for tag in operation["tags"]}
    assert {tag["name"] for tag in document["tags"]} == used


async def test_generated_types_leave_out_what_may_be_left_out(document: Json) -> None:
    """Generators take a field with a default for one that is always there."""
    components = document["components"]["schemas"]

    assert "avatar" not in components["User"]["required"]
    assert "errors" not in components["ProblemDocument"]["required"]
    assert components["ProblemDocument"]["properties"]["errors"]["type"] == "array"
    for component in components.values():
        for field in component.get("properties", {}).values():
            assert "default" not in field


async def test_the_type_of_a_problem_is_one_of_an_enumeration(document: Json) -> None:
    known = document["components"]["schemas"]["ProblemDocument"]["properties"]["type"]["enum"]

    assert known == [f"{PROBLEM_TYPE}{slug}" for slug in PROBLEMS]
    shown = set(re.findall(rf'"type": "({PROBLEM_TYPE}[a-z-]+)"', json.dumps(document)))
    assert shown
    assert shown <= set(known)


async def test_the_page_fills_in_anew_once_a_meeting_was_opened_from_it(client: Client) -> None:
    script = await (await client.get("/docs/start.js")).text()

    assert '"/api/dyte/meeting"' in script
    assert "updateJsonSpec" in script
