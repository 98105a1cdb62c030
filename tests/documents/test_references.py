"""What documents refer to is there: files, headings, variables, make targets, log events."""

import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from tests.documents.blocks import ROOT, read

PAGES = sorted(
    str(path.relative_to(ROOT))
    for path in (*ROOT.glob("*.md"), *ROOT.glob("docs/*.md"), *ROOT.glob("docs/decisions/*.md"))
)
CODE = ("domain", "application", "adapters", "entrypoints")
VARIABLES = re.compile(r"`([A-Z_]+)`")


def matches(pattern: str) -> list[tuple[str, str]]:
    """Each text that a page has of that form, with its page."""
    return [
        (page, found)
        for page in PAGES
        for found in sorted({*re.findall(pattern, read(page), re.MULTILINE)})
    ]


@pytest.mark.parametrize(("page", "target"), matches(r"\]\((?!https?://)([^)\s]+)\)"))
def test_every_link_leads_somewhere(page: str, target: str) -> None:
    name, _, heading = target.partition("#")
    linked = (ROOT / page).parent / name if name else ROOT / page

    assert linked.exists()
    assert not heading or heading in anchors(linked)


@pytest.mark.parametrize(("page", "named"), matches(rf"`((?:{'|'.join(CODE)}|tests)/[\w./]*)`"))
def test_every_source_file_that_is_named_exists(page: str, named: str) -> None:
    assert (ROOT / named).exists()


@pytest.mark.parametrize(("page", "target"), matches(r"(?:^|`)make ([a-z]+)"))
def test_every_make_target_that_is_named_exists(page: str, target: str) -> None:
    assert target in re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(), re.MULTILINE)


@pytest.mark.parametrize(("page", "event"), matches(r"`((?:partner|request)\.\w+)`"))
def test_every_log_event_that_is_named_is_written_somewhere(page: str, event: str) -> None:
    assert f'"{event}"' in code()


@cache
def code() -> str:
    return "".join(path.read_text() for folder in CODE for path in (ROOT / folder).rglob("*.py"))


def test_the_portuguese_table_of_variables_is_the_readmes() -> None:
    ours, theirs = (
        dict(rows(page, section))
        for page, section in (("README.md", "Configuration"), ("LEIAME.md", "Configuração"))
    )

    assert ours
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
