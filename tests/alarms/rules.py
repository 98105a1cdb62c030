"""The alert rules, and which of them fire on given series."""

from dataclasses import dataclass
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


def firing(series: Series, until: float, start: float = 0.0) -> set[Labels]:
    """What fires at that time, when the rules have been looked at each ``INTERVAL`` from the start
    on."""
    found: set[Labels] = set()
    for alert in alerts():
        since: dict[Labels, float] = {}
        at = start
        while at <= until:
            true = {alert.fired(one) for one in evaluated(alert.expr, series, at)}
            since = {one: since.get(one, at) for one in true}
            at += INTERVAL
        found |= {one for one, then in since.items() if at - INTERVAL - then >= alert.lasting}
    return found
