"""Every block of code of every document keeps to the types, as a reader's own checker would say."""

import subprocess
import sys
from pathlib import Path

import pytest

from tests.documents.blocks import ROOT, blocks
from tests.documents.examples import write_examples

DOCUMENTS = sorted(
    str(path.relative_to(ROOT)) for path in (*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md"))
)


def mypy(folder: Path, *files: Path) -> subprocess.CompletedProcess[str]:
    """mypy as this repository runs it, on files outside of it."""
    ours = ("--config-file", "pyproject.toml", "--cache-dir", ".mypy_cache")
    return subprocess.run(
        [sys.executable, "-m", "mypy", *ours, "--explicit-package-bases", *map(str, files)],
        cwd=ROOT,
        env={"MYPYPATH": str(folder)},
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.processes
def test_every_python_block_of_every_document_passes_mypy_strict(tmp_path: Path) -> None:
    files = [file for page in DOCUMENTS for file in write_examples(page, tmp_path)]
    shown = [one for page in DOCUMENTS for one in blocks(page) if one.language == "python"]

    told = mypy(tmp_path, *files)

    assert told.returncode == 0, told.stdout + told.stderr
    assert len(files) == len(shown) >= 3
    assert f"no issues found in {len(files)} source files" in told.stdout


def test_no_block_of_python_goes_by_another_name() -> None:
    languages = {block.language for page in DOCUMENTS for block in blocks(page)}

    assert languages <= {"console", "sh", "json", "text", "ts", "python"}
