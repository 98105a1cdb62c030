"""docs/callers.md does what it says, with a key that is made as it says; SECURITY.md lists all."""

import re

import pytest

from domain.audit import AuditEvent
from tests.contract.conftest import TABLES
from tests.documents.blocks import commands, paste, read, steps
from tests.e2e.forked import forked_command
from tests.e2e.processes import free_port, running

PAGE = "docs/callers.md"


@pytest.mark.processes
async def test_a_key_is_made_configured_and_used_as_the_page_says() -> None:
    made, *calls = steps(PAGE)
    assert made.promised
    assert any(call.promised for call in calls)
    (printed,) = await paste([made], {".venv/bin/videochamadas": str(forked_command())})
    assert made.keeps(printed)

    (served,) = commands(PAGE, "Services")
    entry = printed.strip().rpartition(": ")[2]
    port = str(free_port())
    env = {**served.env, "API_KEYS": entry, "PORT": port}
    replaced = {"$NEW": printed.strip(), "127.0.0.1:8080": f"127.0.0.1:{port}"}
    async with running("serve", until="then", **env):
        told = await paste(calls, replaced)

    for step, answer in zip(calls, told, strict=True):
        assert step.keeps(answer), (step.script, answer)


def test_the_audit_table_lists_every_event_and_no_other() -> None:
    listed = re.findall(r"^\| `(audit\.\w+)`", read("SECURITY.md"), re.MULTILINE)

    assert listed == [event.value for event in AuditEvent]


def test_every_table_is_in_the_table_of_what_is_stored() -> None:
    listed = re.findall(
        r"^\| `(\w+)` \|", read("SECURITY.md", "What is stored, and for how long"), re.MULTILINE
    )

    assert set(listed) == set(TABLES)
