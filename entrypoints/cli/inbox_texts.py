"""How the inbox commands print rows and read times."""

import argparse

from domain.delivery import State
from domain.operator_view import ClosingView, DeliveryView, UpdateView
from entrypoints.operators.rows import ClosingRow, DeliveryRow, DeliveryShown, UpdateRow
from entrypoints.operators.times import local_time, read_since

Row = dict[str, object]
TIMES = {"received", "due", "opened", "first in", "last out"}
"""The columns that are times, of any table."""


def delivery_row(entry: DeliveryView) -> Row:
    return dict(DeliveryRow.of(entry))


def shown_row(entry: DeliveryView) -> Row:
    return dict(DeliveryShown.of(entry))


def update_row(entry: UpdateView) -> Row:
    return dict(UpdateRow.of(entry))


def closing_row(entry: ClosingView) -> Row:
    return dict(ClosingRow.of(entry))


def in_local_time(row: Row) -> Row:
    """For a table; rows in JSON keep UTC."""
    return {name: _local(value) if name in TIMES else value for name, value in row.items()}


def _local(value: object) -> object:
    return local_time(read_since(value)) if isinstance(value, str) else value


def why_not(number: int, entry: DeliveryView | None) -> str:
    """Why nothing was done to a webhook that should have been retried or discarded; without what
    an operator wrote, since standard error is somebody's log."""
    if entry is None:
        return f"there is no such webhook: {number}"
    match entry.state:
        case State.DONE:
            outcome = entry.outcome or "done"
            return f"{number} is already settled: {outcome}; `inbox show {number}` says more"
        case State.WAITING:
            return f"{number} is not dead: it still waits to be handled"
        case State.DEAD:
            return f"{number} cannot be tried again: its body is not kept any more"


def since(text: str) -> float:
    """Seconds since the epoch (UTC). Raises ArgumentTypeError."""
    try:
        return read_since(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError("30m, 2h, 3d or ISO 8601") from error
