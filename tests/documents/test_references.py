"""What documents refer to is there: files, headings, variables, make targets, log events."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.documents.blocks import ROOT, read

PAGES = sorted(
    str(path.relative_to(ROOT))
    for path in (*ROOT.glob("*.md"), *ROOT.glob("docs/*.md"), *ROOT.glob("docs/decisions/*.md"))
)
CODE = ("domain", "application", "adapters", "entrypoints")
VARIABLES = re.compile(r"`([A-Z_]+)`")


@pytest.mark.parametrize("page", PAGES)
def test_every_link_leads_somewhere(page: str) -> None:
    for target in re.findall(r"\]\(([^)\s]+)\)", read(page)):
        if re.match(r"https?://", target):
            continue
        name, _, heading = target.partition("#")
        linked = (ROOT / page).parent / name if name else ROOT / page
        assert linked.exists(), target
        assert not heading or heading in anchors(linked), target


@pytest.mark.parametrize("page", PAGES)
def test_every_source_file_that_is_named_exists(page: str) -> None:
    named = re.findall(rf"`((?:{'|'.join(CODE)}|tests)/[\w./]*)`", read(page))

    assert [name for name in named if not (ROOT / name).exists()] == []


@pytest.mark.parametrize("page", PAGES)
def test_every_make_target_that_is_named_exists(page: str) -> None:
    targets = re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(), re.MULTILINE)

    assert {*re.findall(r"(?:^|`)make ([a-z]+)", read(page), re.MULTILINE)} <= {*targets}


@pytest.mark.parametrize("page", PAGES)
def test_every_log_event_that_is_named_is_written_somewhere(page: str) -> None:
    code = "".join(path.read_text() for folder in CODE for path in (ROOT / folder).rglob("*.py"))

    for event in re.findall(r"`((?:partner|request)\.\w+)`", read(page)):
        assert f'"{event}"' in code, event


def test_the_portuguese_table_of_variables_is_the_readmes() -> None:
    ours, theirs = (
        dict(rows(page, section))
        for page, section in (("README.md", "Configuration"), ("LEIAME.md", "Configuração"))
    )

    assert ours.keys() == theirs.keys()
    for variables, default in ours.items():
        assert re.findall(r"`(.*?)`", theirs[variables]) == re.findall(r"`(.*?)`", default)


def rows(page: str, section: str) -> Iterator[tuple[tuple[str, ...], str]]:
    """The variables of each row of a configuration table, and its default."""
    for line in read(page, section).splitlines():
        if line.startswith("| `"):
            cells = re.split(r"(?<!\\)\|", line)
            yield tuple(VARIABLES.findall(cells[1])), cells[3]


def anchors(page: Path) -> set[str]:
    """The headings of a page as the addresses that links use."""
    headings = re.findall(r"^#+ (.*)$", page.read_text(), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}
