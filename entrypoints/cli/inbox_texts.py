"""How the inbox commands print rows and read times."""

import argparse

from domain.operator_view import DeliveryView, UpdateView
from entrypoints.operators.rows import DeliveryRow, DeliveryShown, UpdateRow
from entrypoints.operators.times import read_since

Row = dict[str, object]


def delivery_row(entry: DeliveryView) -> Row:
    return _printed(DeliveryRow.of(entry))


def shown_row(entry: DeliveryView) -> Row:
    shown = DeliveryShown.of(entry)
    return {**delivery_row(entry), "body": shown.body}


def update_row(entry: UpdateView) -> Row:
    return _printed(UpdateRow.of(entry))


def since(text: str) -> float:
    """Seconds since the epoch (UTC). Raises ArgumentTypeError."""
    try:
        return read_since(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError("30m, 2h, 3d or ISO 8601") from error


def _printed(row: DeliveryRow | UpdateRow) -> Row:
    """A dash stands for a missing value, so that every line has the same columns."""
    return {key: "-" if value is None else value for key, value in row}
