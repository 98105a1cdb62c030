"""The alert rules, and which of them fire on given series."""

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml
from promql_parser import Expr, parse, parse_duration

from tests.alarms.promql import evaluated
from tests.alarms.series import NAME, Labels, Series, without
from tests.documents.blocks import ROOT

DEPLOY = ROOT / "deploy"
ALERTS = DEPLOY / "alerts.yml"
INTERVAL = 15.0


@dataclass(frozen=True, slots=True)
class Alert:
    """``lasting`` seconds it has to be so before it fires."""

    name: str
    expr: Expr
    lasting: float
    severity: str
    annotations: dict[str, str]

    def fired(self, labels: Labels) -> Labels:
        """The labels of the alert that the expression's labels make."""
        own = {("alertname", self.name), ("severity", self.severity)}
        return without(labels, NAME) | own


def document(path: Path = ALERTS) -> Any:
    return yaml.safe_load(path.read_text())


@cache
def alerts() -> list[Alert]:
    (group,) = document()["groups"]
    return [
        Alert(
            rule["alert"],
            parse(rule["expr"]),
            seconds(rule["for"]) if "for" in rule else 0.0,
            rule["labels"]["severity"],
            rule["annotations"],
        )
        for rule in group["rules"]
    ]


def seconds(duration: str) -> float:
    return parse_duration(duration).total_seconds()


def firing(series: Series, until: float) -> set[Labels]:
    """What fires at that time: what was so whenever the rules were looked at in the time that the
    alert asks for, which is each ``INTERVAL`` from 0 on."""
    found: set[Labels] = set()
    for alert in alerts():
        if alert.lasting > until:
            continue
        looks = range(int(alert.lasting / INTERVAL) + 1)
        vectors = [evaluated(alert.expr, series, until - look * INTERVAL) for look in looks]
        found |= set.intersection(*({alert.fired(one) for one in each} for each in vectors))
    return found
