"""What Prometheus has of several scrapes: series, each with its samples in the order of time."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from prometheus_client.parser import text_string_to_metric_families

NAME = "__name__"
LOOKBACK = 300.0
"""Seconds for which the newest sample stands for now."""

Labels = frozenset[tuple[str, str]]
Sample = tuple[float, float]


def labels(name: str = "", **pairs: str) -> Labels:
    return frozenset({**pairs, NAME: name}.items())


@dataclass(slots=True)
class Series:
    """A value of None ends a series, until another comes: Prometheus' marker of staleness."""

    samples: dict[Labels, list[tuple[float, float | None]]] = field(default_factory=dict)
    by_name: dict[str, list[Labels]] = field(default_factory=dict)

    def add(self, one: Labels, at: float, value: float | None) -> None:
        if one not in self.samples:
            self.samples[one] = []
            self.by_name.setdefault(dict(one)[NAME], []).append(one)
        self.samples[one].append((at, value))

    def scrape(self, text: str, at: float, **target: str) -> None:
        """One process answered that. What it no longer has ends."""
        told = {
            labels(sample.name, **sample.labels, **target): sample.value
            for family in text_string_to_metric_families(text)
            for sample in family.samples
        }
        for gone in [one for one in self.samples if set(target.items()) <= one and one not in told]:
            self.add(gone, at, None)
        for one, value in told.items():
            self.add(one, at, value)

    def now(self, one: Labels, at: float) -> float | None:
        """Its value at that time; None when it has none."""
        past = [sample for sample in self.samples[one] if at - LOOKBACK < sample[0] <= at]
        return past[-1][1] if past else None

    def within(self, one: Labels, at: float, seconds: float) -> list[Sample]:
        return [
            (then, value)
            for then, value in self.samples[one]
            if at - seconds <= then <= at and value is not None
        ]


def without(one: Labels, *names: str) -> Labels:
    return frozenset(pair for pair in one if pair[0] not in names)


def only(one: Labels, names: Iterable[str]) -> Labels:
    kept = set(names)
    return frozenset(pair for pair in one if pair[0] in kept)
