"""docs/sandbox.md does what it says."""

import re

import pytest

from tests.documents.blocks import assert_prints, blocks, commands, steps
from tests.documents.sandbox import PAGE, SERVICE, TERMINALS, on, practising
from tests.e2e.forked import forked_command
from tests.e2e.processes import free_port, running

CALL, FAULTS, ONE_PROCESS = "A whole call", "Faults", "In one process"


@pytest.mark.processes
@pytest.mark.parametrize("provider", ["dyte", "realtimekit"])
async def test_the_session_pasted_into_a_third_terminal_prints_what_the_page_shows(
    provider: str,
) -> None:
    async with practising(provider) as practice:
        printed = words("\n".join(practice.partners.banner))
        replaced = {**practice.taken, ".venv/bin/videochamadas": str(forked_command())}
        await assert_prints([*steps(PAGE, CALL), *steps(PAGE, FAULTS)], replaced)

    consoles = [block.text for block in blocks(PAGE, TERMINALS) if block.language == "console"]
    (service,) = [text for text in consoles if f"VIDEO_PROVIDER={provider}" in text]
    assert words(on(practice.taken, service)) in printed


@pytest.mark.processes
async def test_the_session_for_one_process_prints_what_the_page_shows() -> None:
    port = str(free_port())
    async with running("serve", until="then", PORT=port):
        await assert_prints(steps(PAGE, ONE_PROCESS), {SERVICE: f"127.0.0.1:{port}"})


def test_no_shell_block_stands_outside_the_sessions_that_are_run() -> None:
    run = [steps(PAGE, section) for section in (CALL, FAULTS, ONE_PROCESS)]

    assert all(run)
    assert sum(map(len, run)) == len(steps(PAGE))


def test_only_the_providers_own_variables_differ_between_the_two_providers() -> None:
    _, dyte, realtimekit = commands(PAGE, TERMINALS)

    differ = {name for name, _ in dyte.env.items() ^ realtimekit.env.items()}
    assert "VIDEO_PROVIDER" in differ
    assert {name.partition("_")[0] for name in differ} <= {"VIDEO", "DYTE", "PROVIDER"}


def words(text: str) -> str:
    """A text without its line breaks and the backslashes before them."""
    return " ".join(re.findall(r"[^\s\\]+", text))
