"""Operators at the command line, while the service runs on the same database."""

import json
from pathlib import Path

import aiohttp

from domain.meeting import MeetingId
from entrypoints.container import Container
from entrypoints.resources import open_resources
from entrypoints.settings import Settings
from tests.builders import a_webhook_body
from tests.e2e.processes import free_port, run, running


async def test_a_dead_webhook_is_found_fixed_and_retried(tmp_path: Path) -> None:
    port = free_port()
    env = {"DATABASE_URL": f"sqlite:///{tmp_path}/storage.db", "PORT": str(port)}
    body = a_webhook_body(title="enc-9", meeting="m-1")
    body["meeting"] = {"id": "m-1", "title": "enc-9", "organizedBy": {"id": "o", "name": "canary"}}
    async with (
        running("serve", until="then", **env),
        aiohttp.ClientSession(f"http://127.0.0.1:{port}") as http,
    ):
        await http.post("/api/dyte/webhook", json=body)
        dead = await run("inbox", "list", "--dead", "--json", **env)
        number = json.loads(dead.output)["id"]
        shown = await run("inbox", "show", str(number), **env)
        await http.put("/sandbox/referrals/enc-9", json={"solicitante": {"id": "dr-x"}})
        retried = await run("inbox", "retry", "--all-dead", **env)
        waiting = "before"
        while waiting:
            listed = await run("inbox", "list", "--waiting", "--json", **env)
            waiting = listed.output
        referral = await (await http.get("/sandbox/referrals/enc-9")).json()

    assert json.loads(dead.output)["why"] == "unknown-referral"
    assert "canary" not in shown.output
    assert json.loads(shown.output)["body"]["meeting"]["title"] == "enc-9"
    assert retried.output == "1 due again\n"
    assert [user["inMeeting"] for user in referral["users"]] == [False]


async def test_a_discarded_webhook_is_done_and_says_why(tmp_path: Path) -> None:
    port = free_port()
    env = {"DATABASE_URL": f"sqlite:///{tmp_path}/storage.db", "PORT": str(port)}
    async with (
        running("serve", until="then", **env),
        aiohttp.ClientSession(f"http://127.0.0.1:{port}") as http,
    ):
        await http.post("/api/dyte/webhook", json=a_webhook_body(title="enc-9"))
    discarded = await run("inbox", "discard", "1", "--why", "a test call", **env)
    listed = await run("inbox", "list", "--since", "1h", "--referral", "enc-9", "--json", **env)
    again = await run("inbox", "discard", "1", "--why", "again", **env)
    absent = await run("inbox", "show", "99", **env)

    listed_for_people = await run("inbox", "list", **env)
    retried = await run("inbox", "retry", "1", **env)
    unknown = await run("inbox", "discard", "99", "--why", "a test call", **env)

    assert discarded.code == 0
    assert json.loads(listed.output)["due"] is None
    headings, row = (line.split("  ") for line in listed_for_people.output.splitlines())
    assert [*filter(None, map(str.strip, headings))] == [
        *("ID", "RECEIVED", "STATE", "EVENT", "OUTCOME", "WHY", "REFERRAL", "MEETING"),
        *("ATTEMPTS", "FAILURES", "DUE"),
    ]
    assert (row[0].strip(), row[-1].strip()) == ("1", "-")
    assert again.errors == "1 is already settled: discarded; `inbox show 1` says more\n"
    assert retried.errors == again.errors
    assert unknown.errors == "there is no such webhook: 99\n"
    assert json.loads(listed.output)["why"] == "a test call"
    assert (again.code, absent.code, retried.code, unknown.code) == (1, 1, 1, 1)


async def test_migrating_makes_the_database_and_may_be_repeated(tmp_path: Path) -> None:
    env = {"DATABASE_URL": f"sqlite:///{tmp_path}/storage.db"}

    first, second = await run("migrate", **env), await run("migrate", **env)

    assert (first.code, second.code) == (0, 0)
    assert (tmp_path / "storage.db").exists()


async def test_a_database_that_cannot_be_used_is_said_without_a_traceback(tmp_path: Path) -> None:
    for arguments in (("serve",), ("migrate",), ("inbox", "list")):
        finished = await run(*arguments, DATABASE_URL=f"sqlite:///{tmp_path}", PORT="1")

        assert finished.code == 1
        assert "cannot use the database" in finished.errors
        assert "Traceback" not in finished.errors


async def test_closings_that_wait_are_listed_with_their_reason(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/storage.db"
    container = Container(settings=Settings.model_validate({"database_url": url}))
    meeting = MeetingId("m-1")
    async with open_resources(container):
        await container.meetings().add(meeting, "enc-1", now=1)
        claimed = await container.closings().ask(meeting, now=2, due=3)
        assert claimed is not None
        await container.closings().postpone_closing(claimed, "partner-timeout", due=4)

    listed = await run("inbox", "list", "--closings", "--json", DATABASE_URL=url)
    refused = await run("inbox", "list", "--closings", "--since", "1h", DATABASE_URL=url)

    row = json.loads(listed.output)
    assert (row["meeting"], row["why"], row["failures"]) == ("m-1", "partner-timeout", 1)
    assert (refused.code, refused.errors) == (2, "--since cannot be used with --closings\n")
