"""How an adapter is plugged in: what its factory is called with, and what it returns.

``VIDEO_PROVIDER`` and ``ATTENDANCE_PROVIDER`` take ``package.module:factory``; a factory is called
once, at start, with an ``AdapterContext``. The built-in adapters have factories like any other.
docs/swapping-adapters.md has a worked example.
"""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field

import aiohttp

from adapters.partner_api import PartnerApi
from adapters.partner_clock import PartnerClock
from domain.errors import Partner
from domain.policies.pace import Pace
from domain.policies.rate import Rate
from domain.ports.attendance import Attendance
from domain.ports.video import VideoProvider
from domain.ports.webhook_registry import WebhookRegistry
from domain.ports.webhooks import WebhookSource

PREFIX = "ADAPTER_"
"""Begins the name of every environment variable that a plugged-in adapter reads."""


class AdapterError(Exception):
    """An adapter that cannot be used as it is configured. The message is for the operator, and
    repeats no value of a variable."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that ``videochamadas check`` looked at; ``detail`` says what to do when it is not
    ok. A ``warning`` is ok, and somebody should look at it all the same."""

    subject: str
    ok: bool
    detail: str
    warning: bool = False


Probe = Callable[[], Awaitable[Sequence[Finding]]]
"""Looks at the partner for ``videochamadas check``; changes nothing there and raises nothing."""


@dataclass(frozen=True, slots=True)
class VideoAdapter:
    """What the factory of a video provider returns. Without a ``registry`` somebody registers the
    webhook by hand, and nothing looks whether it still is."""

    calls: VideoProvider
    webhooks: WebhookSource
    probe: Probe | None = None
    registry: WebhookRegistry | None = None


@dataclass(frozen=True, slots=True)
class AttendanceAdapter:
    """What the factory of an attendance service returns."""

    attendance: Attendance
    probe: Probe | None = None


@dataclass(frozen=True, slots=True)
class AdapterContext:
    """What a factory may use.

    ``session`` has our time-outs (``PARTNER_TIMEOUT``, ``PARTNER_CONNECT_TIMEOUT``), our way out
    (``EGRESS_PROXY``), our mark against loops and the current trace, and is closed for the adapter.
    ``environment`` holds the variables that begin with ``ADAPTER_``. ``now`` is seconds since the
    epoch; ``monotonic`` is seconds that only rise. ``check_url`` raises AdapterError for a base URL
    that the settings do not allow; ``api`` calls it.
    """

    partner: Partner
    session: aiohttp.ClientSession
    environment: Mapping[str, str] = field(repr=False)
    now: Callable[[], float]
    monotonic: Callable[[], float]
    sleep: Callable[[float], Awaitable[None]]
    check_url: Callable[[str], None]

    def variable(self, name: str) -> str:
        """The value of an environment variable. Raises AdapterError when it is not set."""
        value = self.environment.get(name, "")
        if not value:
            raise AdapterError(f"needs the variable {name}")
        return value

    def api(
        self,
        base_url: str,
        *,
        authorization: str | None = None,
        calls_per_minute: float | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> PartnerApi:
        """JSON calls to the partner at ``base_url``, with every failure sorted into a PartnerError:
        ``call`` where the answer's body is needed, ``send`` where it is not.
        ``clock`` says what time it was at the partner when that answered last.

        ``authorization`` is the value of that header; ``headers`` are others. Calls beyond
        ``calls_per_minute`` wait their turn. Raises AdapterError for what is no base URL, for plain
        HTTP off this machine (``ALLOW_INSECURE=plain-http`` accepts it) and for the address of this
        service itself.
        """
        self.check_url(base_url)
        pace = None
        if calls_per_minute is not None:
            pace = Pace(Rate.bounded(calls_per_minute), self.monotonic, self.sleep)
        clock, root = PartnerClock(self.now), base_url.rstrip("/")
        return PartnerApi(
            self.partner, self.session, root, authorization, headers or {}, pace, clock
        )
