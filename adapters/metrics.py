"""What is measured, for Prometheus. No label ever holds an id or a title.

Every combination of labels is made beforehand, so that counting is one look into a dictionary, and
a series is there from the start.
"""

from collections.abc import Mapping, Sequence
from importlib.metadata import version
from itertools import product
from platform import python_version

import prometheus_client
from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram
from prometheus_client.process_collector import ProcessCollector

from adapters.standing_gauges import PREFIX, StandingGauges
from domain.delivery import Outcome
from domain.errors import Partner

OTHER = "other"
EVENTS = (
    "meeting.started",
    "meeting.ended",
    "meeting.participantJoined",
    "meeting.participantLeft",
    "meeting.chatSynced",
    "recording.statusUpdate",
    "livestreaming.statusUpdate",
    "meeting.transcript",
    "meeting.summary",
)
"""The provider's."""
REFUSED = ("bad-signature", "key-unavailable", "malformed-event", "storage-unavailable")
"""How a webhook ends that was not accepted."""
PARTNERS = {Partner.VIDEO: "video", Partner.ATTENDANCE: "attendance", Partner.IDENTITY: "identity"}
OPERATIONS = {
    Partner.VIDEO: (
        "open",
        "opened_within",
        "admit",
        "active_session",
        "inside",
        "live_pages",
        "close",
        "webhook_key",
        "registrations",
        "register",
        "mend",
        "remove",
    ),
    Partner.ATTENDANCE: ("referral", "set_in_meeting"),
    Partner.IDENTITY: ("keys",),
}
OK, CANCELLED = "ok", "cancelled"
RESULTS = (
    OK,
    "partner-unavailable",
    "partner-timeout",
    "partner-broken",
    "partner-misconfigured",
    "partner-declined",
    "partner-refused",
    "partner-not-found",
    "unknown-referral",
    "unknown-meeting",
    CANCELLED,
)
MISSING = ("joined", "left")
STATUSES = ("1xx", "2xx", "3xx", "4xx", "5xx")
CALL_SECONDS = (0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)
STORAGE_SECONDS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0)
VERSION = version(PREFIX)
CONTENT_TYPE = prometheus_client.CONTENT_TYPE_PLAIN_0_0_4

prometheus_client.disable_created_metrics()  # type: ignore[no-untyped-call]


class Metrics:
    """One registry for one application."""

    def __init__(self, storage: str) -> None:
        """``storage`` is the kind of database."""
        self.registry = CollectorRegistry()
        ProcessCollector(registry=self.registry)
        self.standing = StandingGauges()
        self.registry.register(self.standing)
        build = self._gauge("build_info", "Always 1.", "version", "python", "storage")
        build.labels(VERSION, python_version(), storage).set(1)
        self.webhooks = _bound(
            self._counter("webhooks", "Webhooks that were answered.", "event", "outcome"),
            (*EVENTS, OTHER),
            (*Outcome, *REFUSED, OTHER),
        )
        self.webhook_seconds = self._histogram(
            "webhook_seconds", "From a webhook's headers to its answer.", CALL_SECONDS
        )
        of_partner = [(PARTNERS[one], name) for one, names in OPERATIONS.items() for name in names]
        calls = self._counter(
            "partner_calls", "Calls to partners.", "partner", "operation", "result"
        )
        self.partner_calls = {
            (*call, result): calls.labels(*call, result)
            for call in of_partner
            for result in (*RESULTS, OTHER)
        }
        seconds = self._histogram(
            "partner_call_seconds", "Calls to partners.", CALL_SECONDS, "partner", "operation"
        )
        self.partner_seconds = {call: seconds.labels(*call) for call in of_partner}
        unavailable = self._gauge(
            "partner_unavailable", "1 from partner.unavailable to partner.back.", "partner"
        )
        self.partner_unavailable = {one: unavailable.labels(PARTNERS[one]) for one in PARTNERS}
        self.breaker_open = self._gauge(
            "breaker_open", "1 while the attendance service is called only now and then."
        )
        self.sweeps = self._counter(
            "sweeps", "Questions to the video provider about meetings.", "about"
        )
        self.swept = {about: self.sweeps.labels(about) for about in ("meeting", "list")}
        self.corrections = _bound(
            self._counter(
                "sweep_corrections",
                "People whose presence the sweep corrected.",
                "missing",
            ),
            MISSING,
        )
        self.webhooks_stopped = self._gauge(
            "webhooks_stopped", "1 from webhooks.stopped to webhooks.back."
        )
        self.webhook_unregistered = self._gauge(
            "webhook_unregistered", "1 from webhook.unregistered to webhook.registered."
        )
        self.streams = self._gauge("streams", "Open streams of presence.")
        self.connections = self._gauge("connections", "Open connections of callers.")
        self.storage_seconds = self._histogram(
            "storage_seconds", "Transactions, with their wait for a turn.", STORAGE_SECONDS
        )
        self.storage_failures = self._counter(
            "storage_failures", "Transactions that failed because the database did."
        )

    def requests(self, operations: Sequence[str]) -> "Bound":
        """Requests by operation and class of status, for the HTTP interface that has those."""
        requests = self._counter("requests", "Requests that were answered.", "operation", "status")
        return _bound(requests, (*operations, OTHER), STATUSES)

    def text(self) -> bytes:
        """All of it, of type ``CONTENT_TYPE``."""
        return prometheus_client.generate_latest(self.registry)

    def _counter(self, name: str, meaning: str, *labels: str) -> Counter:
        return Counter(f"{PREFIX}_{name}", meaning, labels, registry=self.registry)

    def _gauge(self, name: str, meaning: str, *labels: str) -> Gauge:
        return Gauge(f"{PREFIX}_{name}", meaning, labels, registry=self.registry)

    def _histogram(
        self, name: str, meaning: str, buckets: Sequence[float], *labels: str
    ) -> Histogram:
        return Histogram(
            f"{PREFIX}_{name}", meaning, labels, registry=self.registry, buckets=buckets
        )


def _bound(counter: Counter, *values: Sequence[str]) -> "Bound":
    return Bound({each: counter.labels(*each) for each in product(*values)})


class Bound:
    """A counter's series by their labels. A value that is none of them counts as ``OTHER``."""

    def __init__(self, series: Mapping[tuple[str, ...], Counter]) -> None:
        self._series = dict(series)
        self._known = [set(column) for column in zip(*series, strict=True)]

    def count(self, *values: str) -> None:
        found = self._series.get(values)
        if found is None:
            pairs = zip(values, self._known, strict=True)
            found = self._series[tuple(one if one in known else OTHER for one, known in pairs)]
        found.inc()
