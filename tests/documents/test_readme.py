"""The README does what it says."""

import re

import pytest

from entrypoints.settings import Settings
from tests.documents.blocks import assert_prints, read, steps
from tests.e2e.processes import free_port, running


@pytest.mark.processes
async def test_the_tour_pasted_line_by_line_prints_what_the_readme_shows() -> None:
    tour = steps("README.md")
    port = str(free_port())
    async with running("serve", until="then", PORT=port):
        await assert_prints(tour, {"127.0.0.1:8080": f"127.0.0.1:{port}"})

    assert len([step for step in tour if step.promised is not None]) >= 5


def test_the_configuration_table_names_every_setting_and_no_other() -> None:
    rows = [line for line in read("README.md", "Configuration").splitlines() if line[:3] == "| `"]
    named = {name for row in rows for name in re.findall(r"`([A-Z_]+)`", row.split("|")[1])}

    assert named == {name.upper() for name in Settings.model_fields}
