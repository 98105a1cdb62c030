"""What was measured, and what it should be."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Figure:
    """One thing that was measured."""

    what: str
    value: float
    unit: str = ""

    def __str__(self) -> str:
        digits = 0 if self.value >= 100 else 1 if self.value >= 10 else 2
        return f"{self.value:,.{digits}f} {self.unit}".rstrip()


Figures = Mapping[str, Figure]
"""By a short name."""


@dataclass(frozen=True, slots=True)
class Goal:
    """``most`` when less is better."""

    bound: float
    most: bool = False

    def met_by(self, value: float) -> bool:
        return value <= self.bound if self.most else value >= self.bound

    def __str__(self) -> str:
        return f"{'≤' if self.most else '≥'} {self.bound:,g}"


GOALS = {
    "open.ratio": Goal(0.75),
    "join.ratio": Goal(0.7),
    "leave.ratio": Goal(0.5),
    "webhook.ratio": Goal(0.55),
    "open.fastapi": Goal(10),
    "join.fastapi": Goal(10),
    "leave.fastapi": Goal(8),
    "webhook.fastapi": Goal(10),
    "open.p99": Goal(25, most=True),
    "join.p99": Goal(25, most=True),
    "leave.p99": Goal(25, most=True),
    "webhook.p99": Goal(25, most=True),
    "away.rate": Goal(4000),
    "drain.seconds": Goal(10, most=True),
    "start.seconds": Goal(0.6, most=True),
    "start.memory": Goal(60, most=True),
    "growth.memory": Goal(1.05, most=True),
}


def table(head: Sequence[str], rows: Sequence[Sequence[object]]) -> str:
    """In Markdown; all columns but the first are aligned right."""
    lines = [head, ["---", *("---:" for _ in head[1:])], *rows]
    return "\n".join(f"| {' | '.join(map(str, line))} |" for line in lines)


def table_of(figures: Figures) -> str:
    """Each figure beside its goal."""
    rows = []
    for name, figure in figures.items():
        goal = GOALS.get(name)
        verdict = "" if goal is None else "met" if goal.met_by(figure.value) else "missed"
        rows.append((figure.what, figure, goal or "", verdict))
    return table(("measured", "figure", "goal", ""), rows)
