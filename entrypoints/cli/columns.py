"""Rows for people to read: a heading over each column, and a dash for what there is not."""

from collections.abc import Iterator, Mapping, Sequence

GAP = "  "


def columns(rows: Sequence[Mapping[str, object]]) -> Iterator[str]:
    """One line a row, after one with the headings: the rows' names. Nothing when there are none."""
    if not rows:
        return
    table = [[name.upper() for name in rows[0]]]
    table += [["-" if value is None else str(value) for value in row.values()] for row in rows]
    widths = [max(map(len, column)) for column in zip(*table, strict=True)]
    for line in table:
        cells = (cell.ljust(width) for cell, width in zip(line, widths, strict=True))
        yield GAP.join(cells).rstrip()
