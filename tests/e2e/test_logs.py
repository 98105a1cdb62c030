"""What the process writes: one JSON line a request, and nothing that belongs to a person."""

import json

import aiohttp

from tests.builders import a_webhook_body
from tests.e2e.processes import free_port, running

CANARIES = ("canary-title", "canary-name", "canary-avatar", "canary-doctor", "canary-auth")


async def test_each_request_is_one_line_without_anything_personal() -> None:
    port = free_port()
    env = {"PORT": str(port), "LOG_LEVEL": "debug", "LOG_FORMAT": "json"}
    async with (
        running("serve", until="then", **env) as service,
        aiohttp.ClientSession(f"http://127.0.0.1:{port}") as http,
    ):
        headers = {"X-Request-ID": "req-1", "Authorization": "Bearer canary-auth"}
        opened = await http.post(
            "/api/dyte/meeting", json={"titleMeet": "canary-title"}, headers=headers
        )
        meeting = (await opened.json())["data"]["id"]
        user = {"name": "canary-name", "avatar": "https://canary-avatar", "id": "canary-doctor"}
        body = {"user": user, "idMeet": meeting, "type_preset": "group_call_host"}
        joined = await http.post("/api/dyte/participants", json=body)
        token = (await joined.json())["data"]["token"]
        await http.post("/api/dyte/participants", data=b'{"user": "canary-name"')
        await http.post("/api/dyte/webhook", json=a_webhook_body(title="canary-title"))
        await http.post(
            "/attendance-service/referrals/canary-title/meetings/m/user",
            json={"inMeeting": True, "userId": "canary-doctor"},
        )
        await http.get("/health/live")
        finished = await service.stop()

    lines = [json.loads(line) for line in finished.errors.splitlines()]
    requests = [line for line in lines if line["event"] == "request"]
    assert [line["status"] for line in requests] == [201, 201, 400, 200, 404]
    assert requests[0]["request_id"] == "req-1"
    assert {"method", "route", "status", "duration_ms", "request_id"} <= requests[0].keys()
    assert requests[-1]["route"] == (
        "/attendance-service/referrals/{referralId}/meetings/{meetingId}/user"
    )
    for canary in (*CANARIES, token):
        assert canary not in finished.errors
        assert canary not in finished.output
