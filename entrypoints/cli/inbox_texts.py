"""How the inbox commands print rows and read times."""

import argparse

from domain.inbox import InboxEntry, SeatEntry
from entrypoints.operations.rows import DeliveryRow, DeliveryShown, SeatRow
from entrypoints.operations.times import read_since

Row = dict[str, object]


def delivery_row(entry: InboxEntry) -> Row:
    return _printed(DeliveryRow.of(entry))


def shown_row(entry: InboxEntry) -> Row:
    shown = DeliveryShown.of(entry)
    return {**delivery_row(entry), "body": shown.body}


def seat_row(entry: SeatEntry) -> Row:
    return _printed(SeatRow.of(entry))


def since(text: str) -> float:
    """Seconds since the epoch; argparse says the rest."""
    try:
        return read_since(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError("30m, 2h, 3d or ISO 8601") from error


def _printed(row: DeliveryRow | SeatRow) -> Row:
    """A dash stands for what there is not, so that columns stay where they are."""
    return {key: "-" if value is None else value for key, value in row}
