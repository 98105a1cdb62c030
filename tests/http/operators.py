"""Ask the operators' operations, and read what they left in the audit log."""

from collections.abc import Mapping, Sequence
from typing import Any

from tests.builders import a_webhook_body
from tests.conftest import Client

Json = dict[str, Any]
UNKNOWN = 404, "nothing-known"


async def asked(
    client: Client, path: str, query: Sequence[tuple[str, str]] = ()
) -> tuple[int, Json]:
    """GET: the status and the document; nobody may keep what is about people."""
    answer = await client.get(f"/operations/{path}", params=list(query))
    if answer.status == 200:
        assert answer.headers["Cache-Control"] == "no-store"
    return answer.status, await answer.json()


async def told(client: Client, path: str, body: object = None) -> tuple[int, Json]:
    """POST: the status and the document."""
    answer = await client.post(f"/operations/{path}", json=body)
    if answer.status == 200:
        assert answer.headers["Cache-Control"] == "no-store"
    return answer.status, await answer.json()


def slug(answer: tuple[int, Json]) -> tuple[int, str]:
    status, document = answer
    return status, str(document["type"]).rpartition(":")[2]


def faulty_fields(answer: tuple[int, Json]) -> list[str]:
    """The fields that a 422 names, each with its message."""
    assert slug(answer) == (422, "invalid-input")
    errors = answer[1]["errors"]
    assert all(error["message"] != "valor inválido" for error in errors)
    return [error["field"] for error in errors]


async def a_dead_webhook(client: Client, referral: str = "enc-9", meeting: str = "m-1") -> None:
    """About an unknown referral."""
    body = a_webhook_body(title=referral, meeting=meeting)
    body["meeting"] = {"id": meeting, "title": referral, "organizedBy": {"name": "canary"}}
    answer = await client.post("/api/dyte/webhook", json=body)
    assert answer.headers["Webhook-Outcome"] == "dead"


def audited(logs: Sequence[Mapping[str, Any]]) -> list[tuple[str, str, str, str]]:
    """The audit lines: event, who, what, outcome; and nothing else is in them."""
    lines = [line for line in logs if str(line["event"]).startswith("audit.")]
    assert all({*line} == {"event", "who", "what", "outcome", "log_level"} for line in lines), lines
    return [(line["event"], line["who"], line["what"], line["outcome"]) for line in lines]
