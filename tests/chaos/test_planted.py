"""The bugs that are planted still fit the source; ``python -m tests.chaos.planted`` finds them."""

import subprocess
import sys

import pytest

from tests.chaos.planted import BUGS, Bug
from tests.e2e.forked import ROOT

NAMES = ("check", "--isolated", "--select", "F821", "-")


@pytest.mark.parametrize("bug", BUGS, ids=[bug.name for bug in BUGS])
def test_a_planted_bug_changes_the_source_that_it_was_made_for_and_uses_no_unknown_name(
    bug: Bug,
) -> None:
    for file, old, new in bug.changes:
        text = (ROOT / file).read_text("utf-8")
        assert text.count(old) == 1
        planted = text.replace(old, new)
        checked = subprocess.run(
            [sys.executable, "-m", "ruff", *NAMES],
            input=planted.encode(),
            capture_output=True,
            check=False,
        )
        assert checked.returncode == 0, checked.stdout.decode()
