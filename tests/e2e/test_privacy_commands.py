"""One person is erased at the command line while the service runs on the same database."""

import json
import re
from pathlib import Path

import aiohttp

from adapters.storage.sqlite import SqliteStore
from tests.builders import a_webhook_body
from tests.e2e.processes import free_port, run, running
from tests.everywhere import holders

USER = "/attendance-service/referrals/enc-1001/meetings/m-1/user"


def an_arrival(person: str) -> dict[str, object]:
    body = a_webhook_body(reason=None, event="meeting.participantJoined")
    body["meeting"] = {"id": "m-1", "title": "enc-1001", "sessionId": "s-1"}
    body["participant"] = {"peerId": f"peer-{len(person)}", "customParticipantId": person}
    return body


async def test_a_person_is_erased_while_the_service_runs(tmp_path: Path) -> None:
    port = free_port()
    env = {"DATABASE_URL": f"sqlite:///{tmp_path}/storage.db", "PORT": str(port), "SWEEP": "false"}
    env |= {"LOG_FORMAT": "json"}
    async with (
        running("serve", until="then", **env) as service,
        aiohttp.ClientSession(f"http://127.0.0.1:{port}") as http,
    ):
        await http.post(USER, json={"inMeeting": True, "userId": "dra-ana"})
        for person in ("dra-ana", "dr-bruno"):
            await http.post("/api/dyte/webhook", json=an_arrival(person))
        erased = await run("privacy", "erase", " dra-ana ", **env)
        again = await http.post("/api/dyte/webhook", json=an_arrival("dra-ana"))
        repeated = again.headers["Webhook-Outcome"]
        shown = await run("presence", "show", "enc-1001", **env)
        twice = await run("privacy", "erase", "dra-ana", **env)
        written = (await service.stop()).errors
    store = await SqliteStore.open(tmp_path / "storage.db")
    left = await holders(store, "dra-ana")
    await store.close()

    assert (erased.code, twice.code) == (0, 1)
    assert "2 facts, 1 seats" in erased.output
    assert "1 bodies of webhooks (0 not handled yet)" in erased.output
    assert "still shows that person in 1 meetings" in erased.output
    assert twice.errors == "nothing is known of that person\n"
    assert re.search(r"^  dr-bruno +in +a connection is open", shown.output, re.MULTILINE)
    assert repeated == "duplicate"
    assert left == []
    for finished in (erased, twice, shown):
        assert "dra-ana" not in finished.output + finished.errors + written
    lines = [json.loads(line) for line in written.splitlines() if "audit." in line]
    assert [line["event"] for line in lines] == [
        "audit.person_erased",
        "audit.presence_read",
        "audit.person_erased",
    ]
    assert {line["who"] for line in lines} == {"command-line"}
    first, _, second = lines
    assert first["outcome"] in erased.output
    assert first["what"] == second["what"]
    assert first["what"] in erased.output
    assert second["outcome"] == "nothing was known"


async def test_a_blank_id_is_refused_as_a_wrong_command_line() -> None:
    finished = await run("privacy", "erase", "  ")

    assert finished.code == 2
    assert "Traceback" not in finished.errors
