"""docs/operations.md lists every event of the log and every metric, and no other."""

import ast
import re
from collections.abc import Iterator
from fnmatch import fnmatch

from adapters.metrics import Metrics
from adapters.standing_gauges import PREFIX
from domain.standing import Queue, Standing
from tests.documents.blocks import ROOT, read

PAGE = "docs/operations.md"
LEVELS = {"debug", "info", "warning", "error", "exception"}


def events() -> Iterator[str]:
    """The event of each call of a structlog logger; what is put together at run time is ``*``."""
    for folder in ("adapters", "entrypoints"):
        for file in (ROOT / folder).rglob("*.py"):
            for node in ast.walk(ast.parse(file.read_text())):
                if isinstance(node, ast.Call) and _is_log(node.func) and node.args:
                    yield from _event(node.args[0])


def _is_log(called: ast.expr) -> bool:
    return (
        isinstance(called, ast.Attribute)
        and called.attr in LEVELS
        and ast.unparse(called.value) == "log"
    )


def _event(argument: ast.expr) -> Iterator[str]:
    match argument:
        case ast.Constant(value=str(text)):
            yield text
        case ast.JoinedStr(values=parts):
            yield "".join(str(p.value) if isinstance(p, ast.Constant) else "*" for p in parts)


def listed(heading: str) -> set[str]:
    rows = re.findall(r"^\| (`[^|]+) \|", read(PAGE, heading), re.MULTILINE)
    return {name for row in rows for name in re.findall(r"`([\w.]+)`", row)}


def test_the_tables_list_every_event_that_the_code_logs_and_no_other() -> None:
    known, written = listed("What changed") | listed("Other lines"), set(events())

    assert "partner.unavailable" in written
    assert {event for event in written if not any(fnmatch(one, event) for one in known)} == set()
    assert {one for one in known if not any(fnmatch(one, event) for event in written)} == set()


def test_the_table_lists_every_metric_and_no_other() -> None:
    metrics = Metrics("sqlite")
    metrics.requests(["live"])
    none = Queue(0, 0.0)
    metrics.standing.found = Standing(none, none, none, none, dead=0, refused=0)
    families = re.findall(rf"^# TYPE ({PREFIX}_\w+)", metrics.text().decode(), re.MULTILINE)

    assert listed("Metrics") == set(families)
