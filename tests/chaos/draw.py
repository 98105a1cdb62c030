"""Memory, open files, storage and latency over a run, as an SVG made by hand: no library is needed
for a few lines."""

from collections import defaultdict
from collections.abc import Sequence
from html import escape

from tests.chaos.history import Entry

WIDTH, HEIGHT, LEFT, TOP = 900, 150, 60, 30
STYLE = "font-family:sans-serif;font-size:12px"
COLOURS = ("#1b6ca8", "#c8553d", "#5b8e3e", "#7a4f9a")
PANELS = 4
BUCKETS = 180
"""Points that are drawn of a line."""

Points = list[tuple[float, float]]


def drawing(entries: Sequence[Entry]) -> str:
    """A panel each; faults are grey, and a line is drawn for each instance."""
    end = max((entry["t"] for entry in entries), default=1.0)
    panels = [
        ("memory, MB", _samples(entries, "mb")),
        ("open files", _samples(entries, "files")),
        ("storage, MB", {0: _storage(entries)}),
        ("slowest answer in each moment, seconds", _latency(entries, end)),
    ]
    height = PANELS * (HEIGHT + TOP) + TOP
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH + LEFT + 20}" height="{height}" '
        f'style="{STYLE}">',
        '<rect width="100%" height="100%" fill="white"/>',
    ]
    for place, (title, series) in enumerate(panels):
        top = TOP + place * (HEIGHT + TOP)
        parts += [*_faults(entries, end, top), *_panel(title, series, end, top)]
    parts.append(f'<text x="{LEFT}" y="{height - 8}">0 to {end / 60:.1f} minutes</text></svg>')
    return "\n".join(parts)


def _panel(title: str, series: dict[int, Points], end: float, top: int) -> list[str]:
    most = max((value for points in series.values() for _, value in points), default=0) or 1.0
    parts = [
        f'<text x="{LEFT}" y="{top - 6}">{escape(title)}</text>',
        f'<text x="4" y="{top + 10}">{most:.4g}</text><text x="4" y="{top + HEIGHT}">0</text>',
        f'<path d="M{LEFT} {top}V{top + HEIGHT}H{LEFT + WIDTH}" fill="none" stroke="#444"/>',
    ]
    for number, points in series.items():
        path = " ".join(
            f"{LEFT + WIDTH * at / end:.1f},{top + HEIGHT * (1 - value / most):.1f}"
            for at, value in _fewer(points, end)
        )
        colour = COLOURS[number % len(COLOURS)]
        parts.append(f'<polyline points="{path}" fill="none" stroke="{colour}"/>')
    return parts


def _faults(entries: Sequence[Entry], end: float, top: int) -> list[str]:
    return [
        f'<rect x="{LEFT + WIDTH * one["t"] / end:.1f}" y="{top}" height="{HEIGHT}" '
        f'width="{max(0.5, WIDTH * one["lasts"] / end):.1f}" fill="#888" opacity="0.12"/>'
        for one in entries
        if one["kind"] == "fault" and "lasts" in one
    ]


def _fewer(points: Points, end: float) -> Points:
    """The highest of each moment."""
    highest: dict[int, tuple[float, float]] = {}
    for at, value in points:
        bucket = int(BUCKETS * at / end)
        if bucket not in highest or value > highest[bucket][1]:
            highest[bucket] = (at, value)
    return [highest[bucket] for bucket in sorted(highest)]


def _samples(entries: Sequence[Entry], what: str) -> dict[int, Points]:
    series: dict[int, Points] = defaultdict(list)
    for one in entries:
        if one["kind"] == "sample":
            series[one["instance"]].append((one["t"], one[what]))
    return series


def _storage(entries: Sequence[Entry]) -> Points:
    stored = [one for one in entries if one["kind"] == "stored" and one["bytes"] is not None]
    return [(one["t"], one["bytes"] / 1e6) for one in stored]


def _latency(entries: Sequence[Entry], end: float) -> dict[int, Points]:
    """0 is whatever people and the provider wait for; 1 is /health/live."""
    live = {one["call"] for one in entries if one["kind"] == "call" and one["what"] == "live"}
    series: dict[int, Points] = {0: [], 1: []}
    for one in entries:
        if one["kind"] == "answer" and one["status"] is not None:
            series[int(one["call"] in live)].append((one["t"], one["took"]))
    return series
