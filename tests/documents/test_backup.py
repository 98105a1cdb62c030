"""docs/backup.md does what it says, with a service that runs; LEIAME.md has its commands."""

import re
from pathlib import Path

import aiohttp
import pytest

from adapters.storage.sqlite import SqliteStore
from tests.documents.blocks import Step, blocks, paste, read, steps
from tests.e2e.forked import ROOT, forked_command
from tests.e2e.processes import free_port, run, running
from tests.everywhere import holders

PAGE = "docs/backup.md"
MEETING = "/attendance-service/referrals/enc-1001/meetings"
JOIN = {"name": "Dra. Eva", "id": "dra-eva", "avatar": ""}


async def pasted(session: list[Step], folder: Path) -> None:
    """In that folder, as whoever operates the service there."""
    here = Step(f'cd "{folder}"; PATH="{forked_command().parent}:$PATH"; export PORT=1\n', None)
    _, *printed = await paste([here, *session], {"/backup/": f"{folder}/"})
    for step, said in zip(session, printed, strict=True):
        assert step.keeps(said), (step.script, said)


@pytest.mark.processes
async def test_whoever_was_erased_since_a_backup_is_nowhere_after_all_that_the_page_says(
    tmp_path: Path,
) -> None:
    backup, restore, again, rotate = (
        steps(PAGE, heading) for heading in ("Backup", "Restore", "Restore", "Secrets")
    )
    restore, again = restore[:1], again[1:]
    database, port = tmp_path / "data" / "videochamadas.db", str(free_port())
    env = {"DATABASE_URL": f"sqlite:///{database}", "PORT": port, "LOG_FORMAT": "json"}
    async with (
        running("serve", until="then", **env, SWEEP="false") as service,
        aiohttp.ClientSession(f"http://127.0.0.1:{port}") as http,
    ):
        opened = await http.post("/api/dyte/meeting", json={"titleMeet": "enc-1001"})
        meeting = (await opened.json())["data"]["id"]
        for person in ("dra-eva", "dr-bruno"):
            body = {"inMeeting": True, "userId": person}
            assert (await http.post(f"{MEETING}/{meeting}/user", json=body)).status == 200
        joining = {"user": JOIN, "idMeet": meeting, "type_preset": "group_call_host"}
        joined = await http.post("/api/dyte/participants", json=joining)
        plain = database.read_bytes()
        await pasted(backup, tmp_path)
        erased = await run("privacy", "erase", "dra-eva", **env)
        await pasted(rotate, tmp_path)
        leave = {"doctorID": "dra-eva", "referralID": "enc-1001", "meetID": meeting}
        ticket = {"leaveTicket": joined.headers["X-Leave-Ticket"]}
        left = await http.post("/api/update-doctor-meet", json={**leave, **ticket})
        told = (await service.stop()).errors
    (tmp_path / "audit.log").write_text(told)
    await pasted(restore, tmp_path)
    restored = await knows(database, "dra-eva")
    await pasted(again, tmp_path)

    assert (erased.code, left.status) == (0, 200)
    assert b"dra-eva" not in plain
    assert "facts.person" in restored
    assert await knows(database, "dra-eva") == []
    assert "facts.person" in await knows(database, "dr-bruno")
    for event in ("backup_made", "person_erased", "secrets_rotated"):
        assert told.count(f"audit.{event}") == 1
    assert "dra-eva" not in told


async def knows(database: Path, person: str) -> list[str]:
    store = await SqliteStore.open_existing(database)
    found = await holders(store, person)
    await store.close()
    return found


def test_the_portuguese_part_has_the_commands_of_the_page() -> None:
    ours = [block.text for block in blocks("LEIAME.md", "Cópia de segurança")]
    theirs = [block.text for block in blocks(PAGE) if block.language == "sh"]

    assert ours == theirs


def test_the_page_and_the_command_say_what_the_proof_runs_on_postgresql() -> None:
    proof, command = (
        (ROOT / file).read_text() for file in ("tests/prove/backup.py", "entrypoints/cli/backup.py")
    )
    programs = re.findall(r"^(pg_\w+) (.*)$", read(PAGE), re.MULTILINE)

    assert [program for program, _ in programs] == ["pg_dump", "pg_restore"]
    for program, arguments in programs:
        for word in (program, *re.findall(r"--[\w-]+", arguments)):
            assert word in proof
            assert word in command
