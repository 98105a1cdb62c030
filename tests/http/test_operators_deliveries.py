"""Operators over HTTP: list, show, retry and discard the stored webhooks."""

import asyncio

import pytest
from structlog.testing import capture_logs

from entrypoints.container import Container
from tests.conftest import Client
from tests.http.operators import (
    UNKNOWN,
    a_dead_webhook,
    asked,
    audited,
    faulty_fields,
    slug,
    told,
)
from tests.http.test_endpoints import marks

BEYOND = str(2**63)


async def ids(client: Client, *query: tuple[str, str]) -> list[int]:
    status, document = await asked(client, "inbox", query)
    assert status == 200
    return [row["id"] for row in document["deliveries"]]


async def test_webhooks_are_listed_newest_first_and_filtered(client: Client) -> None:
    await a_dead_webhook(client, "enc-8")
    await a_dead_webhook(client, "enc-9")
    await client.post("/api/dyte/webhook", json={"event": "meeting.started", "meeting": {}})

    assert await ids(client) == [3, 2, 1]
    assert await ids(client, ("limit", "1")) == [3]
    assert await ids(client, ("state", "dead")) == [2, 1]
    assert await ids(client, ("state", "done")) == [3]
    assert await ids(client, ("state", "waiting")) == []
    assert await ids(client, ("state", "dead"), ("referral", "enc-8")) == [1]
    assert await ids(client, ("since", "30m")) == [3, 2, 1]
    assert await ids(client, ("since", "2126-01-01T00:00:00-03:00")) == []


async def test_a_row_says_why_it_is_dead_and_what_there_is_not_is_null(client: Client) -> None:
    await a_dead_webhook(client)

    _, document = await asked(client, "inbox")
    (row,) = document["deliveries"]

    assert "body" not in row
    assert (row["state"], row["why"], row["referral"]) == ("dead", "unknown-referral", "enc-9")
    assert (row["outcome"], row["due"]) == (None, None)


async def test_one_webhook_is_shown_with_its_body_and_without_names(client: Client) -> None:
    await a_dead_webhook(client)

    status, shown = await asked(client, "inbox/1")

    assert (status, shown["id"]) == (200, 1)
    assert shown["body"]["meeting"] == {
        "id": "m-1",
        "title": "enc-9",
        "organizedBy": {"name": "***"},
    }


async def test_what_the_attendance_service_never_took_is_listed_by_person(client: Client) -> None:
    path = "/attendance-service/referrals/enc-9/meetings/m-1/user"
    await client.post(path, json={"inMeeting": True, "userId": "dra-ana"})

    _, document = await asked(client, "presence-updates", [("referral", "enc-9")])
    _, of_others = await asked(client, "presence-updates", [("referral", "enc-1001")])

    (row,) = document["updates"]
    assert (row["person"], row["state"], row["why"]) == ("dra-ana", "refused", "unknown-referral")
    assert of_others == {"updates": []}


async def test_a_dead_webhook_is_retried_once_its_cause_is_fixed(client: Client) -> None:
    await a_dead_webhook(client)
    await client.put("/sandbox/referrals/enc-9", json={"solicitante": {"id": "dr-x"}})

    with capture_logs() as logs:
        assert await told(client, "inbox/1/retry") == (200, {"count": 1})

    assert audited(logs) == [("audit.deliveries_retried", "anyone", "inbox/1", "1")]
    async with asyncio.timeout(10):
        while await marks(client, "enc-9") != {"dr-x": False}:
            pass
    assert await ids(client, ("state", "done")) == [1]


async def test_all_the_dead_are_tried_again_or_those_received_since(client: Client) -> None:
    await a_dead_webhook(client, "enc-8")
    await a_dead_webhook(client, "enc-9")

    with capture_logs() as logs:
        assert await told(client, "inbox/retry", {"since": "2126-01-01"}) == (200, {"count": 0})
        assert await told(client, "inbox/retry", {}) == (200, {"count": 2})

    assert audited(logs) == [
        ("audit.deliveries_retried", "anyone", "inbox", "0"),
        ("audit.deliveries_retried", "anyone", "inbox", "2"),
    ]


async def test_a_discarded_webhook_is_done_and_only_storage_has_the_reason(client: Client) -> None:
    await a_dead_webhook(client)

    with capture_logs() as logs:
        first = await told(client, "inbox/1/discard", {"why": "canary asked"})
        again = await told(client, "inbox/1/discard", {"why": "again"})
    _, shown = await asked(client, "inbox/1")

    assert first == (200, {"count": 1})
    assert slug(again) == UNKNOWN
    assert (shown["state"], shown["outcome"], shown["why"]) == ("done", "discarded", "canary asked")
    assert audited(logs) == [
        ("audit.delivery_discarded", "anyone", "inbox/1", "1"),
        ("audit.delivery_discarded", "anyone", "inbox/1", "0"),
    ]
    assert "canary" not in str(logs)


@pytest.mark.parametrize("number", ["7", str(2**63 - 1)])
async def test_a_number_that_nothing_has_is_a_404(client: Client, number: str) -> None:
    assert slug(await asked(client, f"inbox/{number}")) == UNKNOWN
    assert slug(await told(client, f"inbox/{number}/retry")) == UNKNOWN
    assert slug(await told(client, f"inbox/{number}/discard", {"why": "x"})) == UNKNOWN


@pytest.mark.parametrize("number", ["0", BEYOND, "9" * 5000])
async def test_a_number_that_nothing_can_have_is_named(client: Client, number: str) -> None:
    assert faulty_fields(await asked(client, f"inbox/{number}")) == ["id"]
    assert faulty_fields(await told(client, f"inbox/{number}/retry")) == ["id"]
    assert faulty_fields(await told(client, f"inbox/{number}/discard", {"why": "x"})) == ["id"]


async def test_a_word_is_no_number(client: Client) -> None:
    assert slug(await asked(client, "inbox/first")) == (404, "not-found")
    assert slug(await asked(client, "inbox/retry")) == (405, "method-not-allowed")


@pytest.mark.parametrize(
    ("path", "query", "fields"),
    [
        ("inbox", [("state", "old"), ("since", "soon"), ("limit", "0")], "state since limit"),
        ("inbox", [("limit", "1001")], "limit"),
        ("inbox", [("limit", "many")], "limit"),
        ("inbox", [("referral", " ")], "referral"),
        ("inbox", [("referral", "a\x00b")], "referral"),
        ("inbox", [("sate", "dead")], "$"),
        ("inbox", [("state", "dead"), ("state", "done")], "state"),
        ("inbox", [("referral", "a"), ("referral", "b")], "referral"),
        ("inbox", [("limit", "1"), ("limit", "2")], "limit"),
        ("inbox", [("since", "1h"), ("since", "2h")], "since"),
        ("presence-updates", [("limit", "-1"), ("referral", ".."), ("since", "1h")], None),
    ],
)
async def test_every_faulty_parameter_is_named(
    client: Client, path: str, query: list[tuple[str, str]], fields: str | None
) -> None:
    expected = fields.split() if fields else ["referral", "limit", "$"]

    assert faulty_fields(await asked(client, path, query)) == expected


async def test_reading_a_body_or_a_timeline_leaves_one_line_and_a_list_none(
    client: Client, container: Container
) -> None:
    await a_dead_webhook(client)

    with capture_logs() as logs:
        for path in ("inbox/1", "inbox/2", "presence/enc-9", "inbox", "inbox/updates"):
            await asked(client, path)

    assert audited(logs) == [
        ("audit.body_read", "anyone", "inbox/1", "its body"),
        ("audit.body_read", "anyone", "inbox/2", "nothing"),
        ("audit.presence_read", "anyone", presence_of(container, "enc-9"), "0 meetings"),
    ]


def presence_of(container: Container, referral: str) -> str:
    return f"presence/{container.pseudonyms().of(referral)}"


@pytest.mark.parametrize(
    ("path", "body", "fields"),
    [
        ("inbox/retry", {"sinse": "2h"}, ["$"]),
        ("inbox/retry", {"since": "soon"}, ["since"]),
        ("inbox/retry", {"since": 7}, ["since"]),
        ("inbox/retry", [], ["$"]),
        ("inbox/1/discard", {}, ["why"]),
        ("inbox/1/discard", {"why": " "}, ["why"]),
        ("inbox/1/discard", {"why": "a\nb"}, ["why"]),
        ("inbox/1/discard", {"why": "x" * 256}, ["why"]),
    ],
)
async def test_a_faulty_body_is_named_and_changes_nothing(
    client: Client, path: str, body: object, fields: list[str]
) -> None:
    await a_dead_webhook(client)

    with capture_logs() as logs:
        assert faulty_fields(await told(client, path, body)) == fields

    assert await ids(client, ("state", "dead")) == [1]
    assert audited(logs) == []
