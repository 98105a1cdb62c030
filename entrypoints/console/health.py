"""The view Health: partners, queues, the newest webhook, versions, and settings without secrets."""

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from platform import python_version
from typing import Literal, Protocol, Self

from pydantic import BaseModel

from domain.errors import DomainError
from domain.operator_view import DeliveryView
from domain.policies.breaker import Breaker
from domain.ports.operators import OperatorInbox
from entrypoints.console.queues import Look, QueuesShown
from entrypoints.console.times import moment
from entrypoints.readiness import READY

PATIENCE = 2.0
"""Seconds for storage to answer; without it the rest is shown."""
Registration = Literal["registered", "unregistered", "not-watched"]


class Usable(Protocol):
    """A partner, by how its newest calls went."""

    unavailable: bool


class BreakerShown(BaseModel):
    """``failing`` is how many items failed when they were tried last."""

    open: bool
    failing: int


class PartnerShown(BaseModel):
    unavailable: bool


class PartnersShown(BaseModel):
    video: PartnerShown
    attendance: PartnerShown


class TwinsShown(BaseModel):
    """Which partners are twins in this process."""

    video: bool
    attendance: bool


class WebhookShown(BaseModel):
    """The webhook that was stored last."""

    id: int
    received: str
    event: str | None
    state: str
    outcome: str | None
    why: str | None

    @classmethod
    def of(cls, entry: DeliveryView) -> Self:
        return cls(
            id=entry.id,
            received=moment(entry.received),
            event=entry.event or None,
            state=entry.state.name.lower(),
            outcome=entry.outcome or None,
            why=entry.why or None,
        )


class HealthShown(BaseModel):
    """``queues`` and ``lastWebhook`` are null when storage does not answer."""

    version: str
    python: str
    storage: str
    twins: TwinsShown
    ready: str
    breaker: BreakerShown
    partners: PartnersShown
    queues: QueuesShown | None
    lastWebhook: WebhookShown | None  # noqa: N815
    webhooksStopped: bool  # noqa: N815
    registration: Registration
    streams: int
    settings: dict[str, str | None]


@dataclass(frozen=True, slots=True)
class LookAtHealth:
    """``settings`` are shown as they are: without secrets."""

    look: Look
    inbox: OperatorInbox
    breaker: Breaker
    partners: Mapping[Literal["video", "attendance"], Usable]
    twins: TwinsShown
    version: str
    storage: str
    settings: dict[str, str | None]
    stopping: Callable[[], bool]
    streams: Callable[[], int]
    webhooks_stopped: Callable[[], bool]
    registration: Callable[[], Registration]

    async def __call__(self) -> HealthShown:
        queues, newest = await self._stored()
        shown = {
            name: PartnerShown(unavailable=it.unavailable) for name, it in self.partners.items()
        }
        answering = READY if queues is not None else "no-storage"
        return HealthShown(
            version=self.version,
            python=python_version(),
            storage=self.storage,
            twins=self.twins,
            ready="stopping" if self.stopping() else answering,
            breaker=BreakerShown(open=self.breaker.open, failing=len(self.breaker.failing)),
            partners=PartnersShown(video=shown["video"], attendance=shown["attendance"]),
            queues=queues,
            lastWebhook=newest,
            webhooksStopped=self.webhooks_stopped(),
            registration=self.registration(),
            streams=self.streams(),
            settings=self.settings,
        )

    async def _stored(self) -> tuple[QueuesShown | None, WebhookShown | None]:
        try:
            async with asyncio.timeout(PATIENCE):
                queues = QueuesShown.of(await self.look())
                newest = await self.inbox.deliveries(state=None, referral=None, since=None, limit=1)
        except (TimeoutError, DomainError):
            return None, None
        return queues, WebhookShown.of(newest[0]) if newest else None
