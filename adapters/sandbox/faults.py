"""Faults on demand. A seed makes a run repeatable; every rate is a share from 0 to 1."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field
from random import Random
from typing import Annotated, NamedTuple

from pydantic import BaseModel, ConfigDict, Field

Rate = Annotated[float, Field(ge=0, le=1, allow_inf_nan=False)]


class WebhookFaults(BaseModel):
    """What may happen to a webhook on its way."""

    model_config = ConfigDict(extra="forbid")

    drop: Rate = 0
    double: Rate = 0
    reorder: Rate = 0
    wrong_key: Rate = 0
    delay_rate: Rate = 0
    delay_seconds: Annotated[float, Field(ge=0, le=3600, allow_inf_nan=False)] = 1


class ApiFaults(BaseModel):
    """What may happen to a call of the partner's interface. A call first waits, then is answered
    with the first of ``ANSWERS`` that happens."""

    model_config = ConfigDict(extra="forbid")

    too_many_requests: Rate = 0
    server_error: Rate = 0
    hang: Rate = 0
    html: Rate = 0
    unauthorized: Rate = 0
    down: Rate = 0
    refuse: Rate = 0
    delay_rate: Rate = 0
    delay_seconds: Annotated[float, Field(ge=0, le=3600, allow_inf_nan=False)] = 1


class FaultAnswer(NamedTuple):
    """What a partner, or a gateway before it, answers in place of what was asked for."""

    status: int
    headers: Mapping[str, str]
    body: bytes


HANG = 30.0
"""Seconds, longer than the service waits."""
JSON = {"Content-Type": "application/json"}
PAGE = b"<html><body><h1>404 Not Found</h1></body></html>"
ANSWERS = {
    "too_many_requests": FaultAnswer(429, {"Retry-After": "4", "X-Envoy-Ratelimited": "true"}, b""),
    "server_error": FaultAnswer(
        500, JSON, b'{"success":false,"error":{"code":500,"message":"Something went wrong"}}'
    ),
    "html": FaultAnswer(404, {"Content-Type": "text/html; charset=utf-8"}, PAGE),
    "unauthorized": FaultAnswer(401, JSON, b'{"message":"Unauthorized"}'),
    "down": FaultAnswer(503, {"Content-Type": "text/plain"}, b"no healthy upstream"),
    "refuse": FaultAnswer(
        422, JSON, b'{"success":false,"error":{"code":422,"message":"Refused on demand"}}'
    ),
}


class FaultPlan(BaseModel):
    """All faults from now on."""

    model_config = ConfigDict(extra="forbid")

    seed: int = 0
    webhooks: WebhookFaults = WebhookFaults()
    api: ApiFaults = ApiFaults()


@dataclass(slots=True)
class Faults:
    """The plan in force, and random numbers that follow its seed."""

    plan: FaultPlan = field(default_factory=FaultPlan)
    random: Random = field(default_factory=lambda: Random(0))

    def follow(self, plan: FaultPlan) -> None:
        self.plan = plan
        self.random = Random(plan.seed)

    async def answer(self) -> FaultAnswer | None:
        """Wait as the plan says, then what a call is answered with; None when it is answered as it
        should be. Faults come before a call has any effect."""
        plan = self.plan.api
        if self.happens(plan.delay_rate):
            await asyncio.sleep(plan.delay_seconds)
        if self.happens(plan.hang):
            await asyncio.sleep(HANG)
        happened = (told for name, told in ANSWERS.items() if self.happens(getattr(plan, name)))
        return next(happened, None)

    def happens(self, rate: float) -> bool:
        """Draws only when ``rate`` is above 0, so that one fault does not shift another."""
        return rate > 0 and self.random.random() < rate
