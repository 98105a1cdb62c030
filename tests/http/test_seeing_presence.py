"""Who is there, over HTTP: the document, its entity tag, and who may keep it for how long."""

import re

import pytest

from entrypoints.container import Container
from entrypoints.settings import Settings
from tests.conftest import Client

PATH = "/api/referrals/enc-1001/presence"
ORIGIN = "https://app.example"
KEPT = {"Cache-Control": "private, no-cache", "Vary": "Authorization, Cookie, Origin"}
TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ")


@pytest.fixture
def container(settings: Settings) -> Container:
    return Container(settings=settings.model_copy(update={"cors_origins": frozenset({ORIGIN})}))


@pytest.fixture
async def meeting(client: Client) -> str:
    answer = await client.post("/api/dyte/meeting", json={"titleMeet": "enc-1001"})
    return str((await answer.json())["data"]["id"])


async def report(client: Client, meeting: str, *, in_meeting: bool = True) -> None:
    path = f"/attendance-service/referrals/enc-1001/meetings/{meeting}/user"
    answer = await client.post(path, json={"inMeeting": in_meeting, "userId": "dra-ana"})
    assert answer.status == 200


async def test_the_second_doctor_finds_the_meeting_that_the_first_opened(
    client: Client, meeting: str
) -> None:
    (shown,) = (await (await client.get(PATH)).json())["data"]["meetings"]

    assert TIME.fullmatch(shown.pop("openedAt"))
    assert shown == {"meetingId": meeting, "status": "open", "users": []}


async def test_the_document_says_who_is_in_and_since_when(client: Client, meeting: str) -> None:
    await report(client, meeting)

    data = (await (await client.get(PATH)).json())["data"]

    assert (data["referralId"], data["referralKnown"]) == ("enc-1001", True)
    (shown,) = data["meetings"]
    assert shown["status"] == "live"
    (user,) = shown["users"]
    assert TIME.fullmatch(user.pop("since"))
    assert user == {"userId": "dra-ana", "inMeeting": True}


async def test_the_tag_changes_with_the_document_and_only_then(
    client: Client, meeting: str
) -> None:
    tags = [(await client.get(PATH)).headers["ETag"] for _ in range(2)]
    await report(client, meeting)
    tags.append((await client.get(PATH)).headers["ETag"])
    await client.post("/api/dyte/meeting", json={"titleMeet": "enc-1001"})
    tags.append((await client.get(PATH)).headers["ETag"])

    assert tags[0] == tags[1]
    assert len({*tags}) == 3
    assert all(re.fullmatch(r'"[0-9a-f]{32}"', tag) for tag in tags)


@pytest.mark.parametrize(
    ("form", "status"),
    [
        ("{}", 304),
        ("W/{}", 304),
        ('"other", {}', 304),
        ('W/"other" ,W/{},"more"', 304),
        ("*", 304),
        ('"other"', 200),
        ("", 200),
        ("garbage", 200),
    ],
)
async def test_who_has_the_document_is_told_that_nothing_changed(
    client: Client, meeting: str, form: str, status: int
) -> None:
    tag = (await client.get(PATH)).headers["ETag"]

    answer = await client.get(PATH, headers={"If-None-Match": form.format(tag)})

    assert answer.status == status
    assert {name: answer.headers[name] for name in KEPT} == KEPT
    assert answer.headers["ETag"] == tag
    assert bool(await answer.read()) is (status == 200)


async def test_pages_of_the_configured_origins_may_read_it_and_its_tag(client: Client) -> None:
    asked = {"Origin": ORIGIN, "Access-Control-Request-Method": "GET"}
    preflight = await client.options(PATH, headers=asked)
    answer = await client.get(PATH, headers={"Origin": ORIGIN})

    assert (preflight.status, answer.status) == (204, 200)
    assert "If-None-Match" in preflight.headers["Access-Control-Allow-Headers"]
    assert preflight.headers["Access-Control-Allow-Methods"] == "GET"
    assert answer.headers["Access-Control-Allow-Origin"] == ORIGIN
    assert "ETag" in answer.headers["Access-Control-Expose-Headers"]
    assert answer.headers.getall("Vary") == ["Authorization, Cookie, Origin"]


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/api/referrals/enc-9/presence", 404),
        ("/api/referrals/%00/presence", 422),
        (f"/api/referrals/{'x' * 256}/presence", 422),
        ("/api/referrals/%20/presence", 422),
    ],
)
async def test_unknown_and_impossible_referrals_are_problems(
    client: Client, path: str, status: int
) -> None:
    answer = await client.get(path)

    assert (answer.status, answer.content_type) == (status, "application/problem+json")
