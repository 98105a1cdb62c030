"""Each metric and label that an alarm or the dashboard names is in a real scrape."""

import json
import re
from collections.abc import Iterator
from typing import NamedTuple, TypeVar

from promql_parser import AggregateExpr, Expr, MatchOp, VectorSelector, parse, walk

from tests.alarms.rules import DEPLOY, document
from tests.alarms.series import NAME, Series
from tests.conftest import Client

OF_PROMETHEUS = {"job", "instance"}
"""Labels of the target, which no scrape has."""
VARIABLE = re.compile(r"\$\w+")
QUERY = re.compile(r"label_values\((\w+), (\w+)\)")

T = TypeVar("T", bound=Expr)


class Named(NamedTuple):
    """A metric, a label, and a value of it."""

    metric: str
    label: str = ""
    value: str = ""


async def scraped(client: Client) -> set[Named]:
    series = Series()
    series.scrape(await (await client.get("/metrics")).text(), 0.0)
    found = set()
    for each in map(dict, series.samples):
        metric = each.pop(NAME)
        found |= {Named(metric), *(Named(metric, label) for label in each)}
        found |= {Named(metric, label, value) for label, value in each.items()}
    return found


def named(expr: Expr) -> Iterator[Named]:
    """What is not of Prometheus itself: its target's labels, and the dashboard's variables."""
    for selector in nodes(expr, VectorSelector):
        metric = selector.name or ""
        yield Named(metric)
        for matcher in selector.matchers.matchers:
            if matcher.name in OF_PROMETHEUS:
                continue
            exact = matcher.op == MatchOp.Equal or matcher.op == MatchOp.NotEqual  # noqa: PLR1714
            for value in [matcher.value] if exact else matcher.value.split("|"):
                yield Named(metric, matcher.name, value)
    for aggregate in nodes(expr, AggregateExpr):
        for selector in nodes(aggregate, VectorSelector):
            labels = set(aggregate.modifier.labels if aggregate.modifier else ())
            yield from (Named(selector.name or "", label) for label in labels - OF_PROMETHEUS)


def nodes(expr: Expr, kind: type[T]) -> list[T]:
    found: list[T] = []
    walk(expr, lambda node: found.append(node) if isinstance(node, kind) else None)
    return found


async def test_alarms_name_only_what_a_scrape_has(client: Client) -> None:
    rules = [rule for group in document()["groups"] for rule in group["rules"]]
    wanted = [name for rule in rules for name in named(parse(rule["expr"]))]

    assert len(rules) >= 8
    assert set(wanted) - await scraped(client) == set()


async def test_the_dashboard_names_only_what_a_scrape_has(client: Client) -> None:
    dashboard = json.loads((DEPLOY / "grafana.json").read_text())
    targets = [target for panel in dashboard["panels"] for target in panel.get("targets", ())]
    wanted = [name for target in targets for name in named(parse(target["expr"]))]
    variables = {each["name"] for each in dashboard["templating"]["list"]}
    queries = [each["query"] for each in dashboard["templating"]["list"] if each["type"] == "query"]
    wanted += [Named(QUERY.fullmatch(query)[1]) for query in queries]  # type: ignore[index]

    assert set(wanted) - await scraped(client) == set()
    assert {name[1:] for name in VARIABLE.findall(json.dumps(targets))} <= variables
