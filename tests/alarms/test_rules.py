"""The cases of deploy/alerts_test.yml hold: by promtool where it is, and by our own evaluation."""

import re
import shutil
import subprocess
from collections.abc import Iterator
from typing import Any

import pytest
from promql_parser import VectorSelector, parse

from tests.alarms.rules import ALERTS, DEPLOY, INTERVAL, alerts, document, firing, seconds
from tests.alarms.series import Labels, Series, labels
from tests.documents.blocks import read
from tests.documents.test_references import anchors

CASES = DEPLOY / "alerts_test.yml"
STEPS = re.compile(r"(-?[\d.]+)(?:([+-][\d.]+))?(?:x(\d+))?")


def values(text: str) -> Iterator[float | None]:
    """Of promtool's notation: ``1 2``, ``1x3`` (four times), ``1+2x3`` (1, 3, 5, 7), ``stale``."""
    for word in text.split():
        if word == "stale":
            yield None
            continue
        matched = STEPS.fullmatch(word)
        assert matched is not None, word
        first, by, times = matched.groups()
        for number in range(int(times or 0) + 1):
            yield float(first) + float(by or 0) * number


def labels_of(text: str) -> Labels:
    selector = parse(text)
    assert isinstance(selector, VectorSelector)
    pairs = {each.name: each.value for each in selector.matchers.matchers}
    return labels(selector.name or "", **pairs)


def series_of(case: dict[str, Any]) -> Series:
    series = Series()
    for given in case["input_series"]:
        for number, value in enumerate(values(given["values"])):
            series.add(labels_of(given["series"]), number * seconds(case["interval"]), value)
    return series


@pytest.mark.parametrize("case", document(CASES)["tests"], ids=lambda case: case["name"])
def test_the_alerts_fire_when_the_case_says_so_and_at_no_other_time(case: dict[str, Any]) -> None:
    series = series_of(case)

    for asked in case["promql_expr_test"]:
        expected = {
            labels_of(sample["labels"]) - {("__name__", "ALERTS"), ("alertstate", "firing")}
            for sample in asked.get("exp_samples", [])
        }
        assert firing(series, seconds(asked["eval_time"])) == expected, asked["eval_time"]


def test_every_alert_fires_in_some_case() -> None:
    assert {alert.name for alert in alerts()} == set(
        re.findall(r'alertname="(\w+)"', CASES.read_text())
    )
    assert seconds(document()["groups"][0]["interval"]) == INTERVAL


@pytest.mark.processes
@pytest.mark.parametrize("arguments", [("check", ALERTS), ("test", CASES)], ids=lambda one: one[0])
def test_promtool_says_the_same_where_it_is_installed(arguments: tuple[str, str]) -> None:
    command, path = arguments
    if promtool := shutil.which("promtool"):
        said = subprocess.run([promtool, command, "rules", path], capture_output=True, check=False)
        assert said.returncode == 0, said.stdout + said.stderr


@pytest.mark.parametrize("alert", alerts(), ids=lambda alert: alert.name)
def test_whoever_is_woken_is_told_what_it_means_and_where_to_read_on(alert: Any) -> None:
    told = alert.annotations

    assert alert.severity in {"critical", "warning"}
    assert told.keys() == {"summary", "description", "what_to_do", "o_que_fazer"}
    for named in (told["what_to_do"], told["o_que_fazer"]):
        page, _, anchor = named.partition("#")
        assert anchor == alert.name.lower()
        assert anchor in anchors(DEPLOY.parent / page)
        assert f"\n### {alert.name}\n" in read(page)
