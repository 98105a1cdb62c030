"""The README does what it says."""

import json
import re

from entrypoints.settings import Settings
from tests.documents.blocks import ROOT, matches, paste, steps
from tests.e2e.processes import free_port, running


async def test_the_tour_pasted_line_by_line_prints_what_the_readme_shows() -> None:
    tour = steps("README.md")
    port = str(free_port())
    async with running("serve", until="then", PORT=port):
        outputs = await paste(tour, {"127.0.0.1:8080": f"127.0.0.1:{port}"})

    for step, printed in zip(tour, outputs, strict=True):
        if step.promised is not None:
            assert matches(step.promised, json.loads(printed)), (step.script, printed)
    assert len([step for step in tour if step.promised is not None]) >= 5


def test_the_configuration_table_names_every_setting_and_no_other() -> None:
    table = (ROOT / "README.md").read_text().split("## Configuration")[1].split("## More")[0]
    rows = [line.split("|")[1] for line in table.splitlines() if line.startswith("| `")]
    named = {name for row in rows for name in re.findall(r"`([A-Z_]+)`", row)}

    assert named == {name.upper() for name in Settings.model_fields}
