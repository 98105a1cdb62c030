"""What the process writes: one JSON line a request. What never gets into it: ``tests/canary``."""

import json

import aiohttp

from tests.builders import a_webhook_body
from tests.e2e.processes import free_port, running

TRACE_ID = "4bf92f3577b34da6a3ce929d0e0e4736"


async def test_each_request_is_one_line() -> None:
    port = free_port()
    env = {"PORT": str(port), "LOG_LEVEL": "debug", "LOG_FORMAT": "json"}
    async with (
        running("serve", until="then", **env) as service,
        aiohttp.ClientSession(f"http://127.0.0.1:{port}") as http,
    ):
        headers = {"X-Request-ID": "req-1", "traceparent": f"00-{TRACE_ID}-00f067aa0ba902b7-01"}
        opened = await http.post("/api/dyte/meeting", json={"titleMeet": "a"}, headers=headers)
        user = {"name": "Ana", "avatar": "", "id": "dra-ana"}
        meeting = (await opened.json())["data"]["id"]
        body = {"user": user, "idMeet": meeting, "type_preset": "group_call_host"}
        await http.post("/api/dyte/participants", json=body)
        await http.post("/api/dyte/participants", data=b'{"user": "Ana"')
        await http.post("/api/dyte/webhook", json=a_webhook_body(title="a"))
        await http.post(
            "/attendance-service/referrals/a/meetings/m/user",
            json={"inMeeting": True, "userId": "dra-ana"},
        )
        await http.get("/health/live")
        finished = await service.stop()

    lines = [json.loads(line) for line in finished.errors.splitlines()]
    requests = [line for line in lines if line["event"] == "request"]
    assert [line["status"] for line in requests] == [201, 201, 400, 200, 404]
    assert (requests[0]["request_id"], requests[0]["trace_id"]) == ("req-1", TRACE_ID)
    assert len({line["trace_id"] for line in requests}) == len(requests)
    assert {"method", "route", "status", "duration_ms", "request_id"} <= requests[0].keys()
    assert requests[-1]["route"] == (
        "/attendance-service/referrals/{referralId}/meetings/{meetingId}/user"
    )
