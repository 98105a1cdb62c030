"""Why is this doctor shown in a meeting? And out with them."""

import itertools
import re
from pathlib import Path

import aiohttp

from tests.builders import a_webhook_body
from tests.e2e.processes import free_port, run, running

USER = "/attendance-service/referrals/enc-1001/meetings/m-1/user"


TIME = "2026-01-01T00:00:00+00:00"


def table(printed: str, first: str) -> list[list[str]]:
    """The cells under the headings that begin with that word, with one time for every time."""
    lines = printed.splitlines()
    start = next(n for n, line in enumerate(lines) if line.startswith(f"  {first}"))
    rows = itertools.takewhile(lambda line: line.startswith("  "), lines[start:])
    timeless = (re.sub(r"20\d\d-[\dT:+-]+", TIME, row) for row in rows)
    return [re.split(r" {2,}", row.strip()) for row in timeless]


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
        while not re.search(r"dra-ana +out +reported out +out", corrected):
            corrected = (await run("presence", "show", "enc-1001", **env)).output
        referral = await (await http.get("/sandbox/referrals/enc-1001")).json()
    unknown = await run("presence", "show", "enc-9", **env)

    assert table(shown.output, "FACT") == [
        ["FACT", "LEARNED", "WHAT", "PERSON", "DETAILS"],
        ["1", TIME, "reported", "dra-ana", "in"],
        ["2", TIME, "peer joined", "dr-bruno", "peer p-1, session s-1"],
    ]
    assert table(shown.output, "PERSON") == [
        ["PERSON", "IS", "BECAUSE", "TOLD", "AT", "UP TO FACT", "WAITS", "REFUSED"],
        ["dr-bruno", "in", "a connection is open", "in", TIME, "2", "-", "-"],
        ["dra-ana", "in", "reported in", "in", TIME, "1", "-", "-"],
    ]
    assert "out, why asked" in corrected
    assert "canary" not in shown.output
    assert cleared.output == "reported out of 1 meetings\n"
    assert {user["userId"]: user["inMeeting"] for user in referral["users"]} == {
        "dra-ana": False,
        "dr-bruno": True,
    }
    assert unknown.code == 1
