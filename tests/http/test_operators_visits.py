"""Operators over HTTP: visits in figures."""

import pytest

from tests.conftest import Client
from tests.http.operators import Json, asked, faulty_fields
from tests.http.test_operators_presence import reported_in


async def visits(client: Client, *query: tuple[str, str]) -> list[Json]:
    status, document = await asked(client, "visits", query)
    assert status == 200
    rows: list[Json] = document["visits"]
    return rows


async def opened(client: Client, referral: str = "enc-1001") -> str:
    answer = await client.post("/api/dyte/meeting", json={"titleMeet": referral})
    meeting: str = (await answer.json())["data"]["id"]
    return meeting


async def moved(client: Client, verb: str, meeting: str, person: str, **times: str) -> None:
    about = {"id": meeting, "title": "enc-1001", "sessionId": "s-1"}
    who = {
        "peerId": f"p-{person}",
        "customParticipantId": person,
        "userDisplayName": "canary",
        **times,
    }
    body = {"event": f"meeting.participant{verb}", "meeting": about, "participant": who}
    assert (await client.post("/api/dyte/webhook", json=body)).status == 200


async def test_a_visit_is_told_in_figures_and_without_people(client: Client) -> None:
    meeting = await opened(client)
    for person, minute in (("dra-ana", "00"), ("dr-bruno", "10")):
        joined = {"joinedAt": f"2026-01-01T12:{minute}:00.000Z"}
        await moved(client, "Joined", meeting, person, **joined)
        left = {"leftAt": "2026-01-01T12:30:00.000Z"}
        await moved(client, "Left", meeting, person, **joined, **left)

    (visit,) = await visits(client)

    assert visit.pop("opened") is not None
    assert visit == {
        "referral": "enc-1001",
        "meeting": meeting,
        "firstIn": "2026-01-01T12:00:00+00:00",
        "lastOut": "2026-01-01T12:30:00+00:00",
        "bothInsideSeconds": 1200,
        "connections": 2,
        "ended": "emptied",
        "corrected": False,
        "estimated": False,
    }


async def test_a_meeting_to_which_nobody_came_has_nulls(client: Client) -> None:
    await opened(client)

    (visit,) = await visits(client)

    assert (visit["firstIn"], visit["lastOut"], visit["ended"]) == (None, None, None)
    assert (visit["bothInsideSeconds"], visit["connections"]) == (0, 0)


async def test_a_meeting_that_others_opened_has_no_opening(client: Client) -> None:
    await reported_in(client)

    (visit,) = await visits(client, ("since", "30m"))

    assert (visit["opened"], visit["ended"], visit["estimated"]) == (None, "still-on", True)


async def test_pages_follow_each_other_without_gap_or_repeat(client: Client) -> None:
    meetings = [await opened(client) for _ in range(5)]
    found: list[str] = []
    query: list[tuple[str, str]] = [("limit", "2")]
    pages = 0
    while query:
        _, document = await asked(client, "visits", query)
        found += [visit["meeting"] for visit in document["visits"]]
        pages, after = pages + 1, document["next"]
        query = [("limit", "2"), ("after", str(after))] if after else []

    assert (found, pages) == (meetings, 3)


async def test_since_leaves_out_what_was_known_before(client: Client) -> None:
    await opened(client)

    assert len(await visits(client, ("since", "2h"))) == 1
    assert await visits(client, ("since", "2126-01-01")) == []


@pytest.mark.parametrize(
    ("query", "fields"),
    [
        (("since", "yesterday"), ["since"]),
        (("limit", "1001"), ["limit"]),
        (("after", "-1"), ["after"]),
        (("after", str(2**63)), ["after"]),
        (("sinse", "2h"), ["$"]),
    ],
)
async def test_a_faulty_query_is_named(
    client: Client, query: tuple[str, str], fields: list[str]
) -> None:
    assert faulty_fields(await asked(client, "visits", [query])) == fields
