"""Why is this doctor shown in a meeting? And out with them."""

import re
from pathlib import Path

import aiohttp

from tests.builders import a_webhook_body
from tests.e2e.processes import free_port, run, running

USER = "/attendance-service/referrals/enc-1001/meetings/m-1/user"


async def test_the_timeline_explains_and_a_correction_goes_the_usual_way(tmp_path: Path) -> None:
    port = free_port()
    env = {"DATABASE_URL": f"sqlite:///{tmp_path}/storage.db", "PORT": str(port), "SWEEP": "false"}
    joined = a_webhook_body(reason=None, event="meeting.participantJoined")
    joined["meeting"] = {"id": "m-1", "title": "enc-1001", "sessionId": "s-1"}
    joined["participant"] = {
        "peerId": "p-1",
        "customParticipantId": "dr-bruno",
        "userDisplayName": "canary",
    }
    async with (
        running("serve", until="then", **env),
        aiohttp.ClientSession(f"http://127.0.0.1:{port}") as http,
    ):
        await http.post(USER, json={"inMeeting": True, "userId": "dra-ana"})
        await http.post("/api/dyte/webhook", json=joined)
        shown = await run("presence", "show", "enc-1001", **env)
        cleared = await run("presence", "clear", "enc-1001", "dra-ana", "--why", "asked", **env)
        corrected = ""
        while "dra-ana: out because reported out; told out" not in corrected:
            corrected = (await run("presence", "show", "enc-1001", **env)).output
        referral = await (await http.get("/sandbox/referrals/enc-1001")).json()
    unknown = await run("presence", "show", "enc-9", **env)

    assert re.search(r"#1 Reported person='dra-ana', in_meeting=True", shown.output)
    assert re.search(r"#2 PeerJoined person='dr-bruno', peer='p-1', session='s-1'", shown.output)
    assert "dr-bruno: in because a connection is open; told in at" in shown.output
    assert "in_meeting=False, why='asked'" in corrected
    assert "canary" not in shown.output
    assert cleared.output == "reported out of 1 meetings\n"
    assert {user["userId"]: user["inMeeting"] for user in referral["users"]} == {
        "dra-ana": False,
        "dr-bruno": True,
    }
    assert unknown.code == 1
