"""The command line and HTTP are two doors to the same: the same rows, the same record."""

import json
import re
from pathlib import Path

import aiohttp

from tests.builders import a_webhook_body
from tests.e2e.processes import free_port, run, running

USER = "/attendance-service/referrals/{}/meetings/m-1/user"
REPORT = {"inMeeting": True, "userId": "dra-ana"}


async def test_both_doors_show_the_same_rows(tmp_path: Path) -> None:
    port = free_port()
    env = {"DATABASE_URL": f"sqlite:///{tmp_path}/storage.db", "PORT": str(port), "SWEEP": "false"}
    async with (
        running("serve", until="then", **env),
        aiohttp.ClientSession(f"http://127.0.0.1:{port}") as http,
    ):
        await http.post("/api/dyte/webhook", json=a_webhook_body(title="enc-9"))
        for referral in ("enc-1001", "enc-9"):
            await http.post(USER.format(referral), json=REPORT)
        deliveries = (await (await http.get("/operations/inbox")).json())["deliveries"]
        delivery = await (await http.get("/operations/inbox/1")).json()
        seats = (await (await http.get("/operations/presence-updates")).json())["updates"]
        (meeting,) = (await (await http.get("/operations/presence/enc-1001")).json())["meetings"]
    listed = await run("inbox", "list", "--json", **env)
    shown = await run("inbox", "show", "1", **env)
    waiting = await run("inbox", "list", "--updates", "--json", **env)
    timeline = await run("presence", "show", "enc-1001", **env)

    assert [json.loads(line) for line in listed.output.splitlines()] == deliveries
    assert [json.loads(shown.output)] == [delivery]
    assert [json.loads(line) for line in waiting.output.splitlines()] == seats
    (fact,), (seat,) = meeting["facts"], meeting["seats"]
    cells = [re.split(r" {2,}", line.strip()) for line in timeline.output.splitlines()]
    assert cells == [
        ["meeting m-1"],
        [""],
        ["FACT", "LEARNED", "WHAT", "PERSON", "DETAILS"],
        ["1", fact["at"], "reported", "dra-ana", "in"],
        [""],
        ["PERSON", "IS", "BECAUSE", "TOLD", "AT", "UP TO FACT", "WAITS", "REFUSED"],
        ["dra-ana", "in", "reported in", "in", seat["told"]["at"], "1", "-", "-"],
    ]


async def test_every_correction_leaves_one_line_that_says_who_made_it(
    tmp_path: Path,
) -> None:
    port = free_port()
    env = {
        "DATABASE_URL": f"sqlite:///{tmp_path}/storage.db",
        "PORT": str(port),
        "LOG_FORMAT": "json",
    }
    env |= {"LOG_LEVEL": "error"}
    async with (
        running("serve", until="then", **env) as service,
        aiohttp.ClientSession(f"http://127.0.0.1:{port}") as http,
    ):
        await http.post(USER.format("enc-1001"), json=REPORT)
        for _ in range(2):
            await http.post("/api/dyte/webhook", json=a_webhook_body(title="enc-9"))
        headers = {"X-Request-ID": "req-1"}
        clear = {"userId": "dra-ana", "why": "canary"}
        await http.post("/operations/inbox/1/retry", headers=headers)
        await http.post("/operations/inbox/1/discard", json={"why": "canary"}, headers=headers)
        await http.post("/operations/presence/enc-1001/clear", json=clear, headers=headers)
        by_hand = [
            await run("inbox", "retry", "2", **env),
            await run("inbox", "discard", "2", "--why", "canary", **env),
            await run("presence", "clear", "enc-1001", "dra-ana", "--why", "canary", **env),
        ]
        written = (await service.stop()).errors
    referral = (await run("privacy", "pseudonym", "enc-1001", **env)).output.strip()

    assert [finished.errors for finished in by_hand] == ["", "", ""]
    assert [recorded(line) for line in written.splitlines()] == [
        ("audit.deliveries_retried", "anyone", "inbox/1", "1", "req-1"),
        ("audit.delivery_discarded", "anyone", "inbox/1", "1", "req-1"),
        ("audit.presence_cleared", "anyone", f"presence/{referral}", "1 meetings", "req-1"),
        ("audit.deliveries_retried", "command-line", "inbox/2", "1", None),
        ("audit.delivery_discarded", "command-line", "inbox/2", "1", None),
        ("audit.presence_cleared", "command-line", f"presence/{referral}", "1 meetings", None),
    ]
    assert "canary" not in written
    assert "dra-ana" not in written


def recorded(line: str) -> tuple[str | None, ...]:
    entry = json.loads(line)
    assert entry["timestamp"]
    return tuple(entry.get(key) for key in ("event", "who", "what", "outcome", "request_id"))
