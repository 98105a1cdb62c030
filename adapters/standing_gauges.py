"""What the newest look at storage found, for Prometheus."""

from collections.abc import Iterator, Mapping

from prometheus_client.core import GaugeMetricFamily

from domain.standing import MOST, Queue, Standing

PREFIX = "videochamadas"
EVERYWHERE = f"Counted up to {MOST}. From storage: the same on every instance."


class StandingGauges:
    """While nothing was found, its gauges are absent: they would be wrong."""

    def __init__(self) -> None:
        self.found: Standing | None = None
        self.up = False

    def collect(self) -> Iterator[GaugeMetricFamily]:
        meaning = "1 when storage answered for this scrape and can be written."
        yield GaugeMetricFamily(f"{PREFIX}_storage_up", meaning, int(self.up))
        if self.found is not None:
            yield from _gauges(self.found)


def _gauges(found: Standing) -> Iterator[GaugeMetricFamily]:
    waiting = {
        "delivery": found.deliveries,
        "update": found.updates,
        "closing": found.closings,
    }
    yield _counts("waiting", "What waits for a partner.", _sizes(waiting))
    yield _ages("waiting", waiting)
    dead = {"delivery": found.dead, "update": found.refused}
    yield _counts("dead", "What was given up, for an operator to look at.", dead)
    shown = {"seat": found.unconnected}
    meaning = "People who are shown in a meeting without a live connection that is known."
    yield _counts("shown_unconnected", meaning, _sizes(shown))
    yield _ages("shown_unconnected", shown)


def _sizes(queues: Mapping[str, Queue]) -> dict[str, int]:
    return {kind: queue.count for kind, queue in queues.items()}


def _counts(name: str, meaning: str, counts: Mapping[str, int]) -> GaugeMetricFamily:
    family = GaugeMetricFamily(f"{PREFIX}_{name}", f"{meaning} {EVERYWHERE}", labels=["kind"])
    for kind, count in counts.items():
        family.add_metric([kind], count)
    return family


def _ages(name: str, queues: Mapping[str, Queue]) -> GaugeMetricFamily:
    family = GaugeMetricFamily(
        f"{PREFIX}_{name}_oldest_seconds",
        f"The age of the oldest of {PREFIX}_{name}, 0 without any. {EVERYWHERE}",
        labels=["kind"],
    )
    for kind, queue in queues.items():
        family.add_metric([kind], queue.oldest)
    return family
