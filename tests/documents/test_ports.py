"""ARCHITECTURE.md lists every port, where it is and who asks it."""

import ast
import re

import pytest

from tests.documents.blocks import ROOT, read

PLUG_IN = "adapters/plug_in.py"
ROW = re.compile(r"^\| `(\w+)` \| `(\w+\.py)` \| [^|]+ \|([^|]*)\|$", re.MULTILINE)
WORD = re.compile(r"\w+")
PORTS = re.compile(r"^from domain\.ports\.\w+ import (?:\(([^)]*)\)|(.*))", re.MULTILINE)


def ports() -> set[tuple[str, str]]:
    """Each Protocol of the package and its file."""
    return {
        (node.name, file.name)
        for file in (ROOT / "domain/ports").glob("*.py")
        for node in ast.parse(file.read_text()).body
        if isinstance(node, ast.ClassDef)
    }


def test_every_port_is_listed_with_its_file_and_nothing_else_is() -> None:
    assert {(name, file) for name, file, _ in ROW.findall(read("ARCHITECTURE.md"))} == ports()


@pytest.mark.parametrize("row", ROW.findall(read("ARCHITECTURE.md")), ids=lambda row: row[0])
def test_every_file_that_is_said_to_ask_a_port_imports_it(row: tuple[str, str, str]) -> None:
    name, _, askers = row
    named = re.findall(r"`(\S+)`", askers)
    files = [file if "/" in file else f"application/{file}" for file in named]
    asking = files or (["application/clear_presence.py"] if "correction" in askers else [PLUG_IN])

    assert asking
    for file in asking:
        text = (ROOT / file).read_text()
        assert name in text or "app_keys" in text, file


@pytest.mark.parametrize("row", ROW.findall(read("ARCHITECTURE.md")), ids=lambda row: row[0])
def test_every_use_case_that_asks_a_port_is_said_to(row: tuple[str, str, str]) -> None:
    name, _, askers = row
    asking = {
        file.name
        for file in (ROOT / "application").glob("*.py")
        if name in WORD.findall(" ".join(map(" ".join, PORTS.findall(file.read_text()))))
    }

    assert "every correction" in askers or asking <= set(re.findall(r"`(\S+)`", askers))


def test_a_port_is_a_protocol_and_its_package_holds_nothing_else() -> None:
    assert ports()
    for file in (ROOT / "domain/ports").glob("*.py"):
        for node in ast.parse(file.read_text()).body:
            if isinstance(node, ast.ClassDef):
                assert "Protocol" in [ast.unparse(base) for base in node.bases], node.name
            else:
                assert not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef), file
