"""Faults on demand. A seed makes a run repeatable; every rate is a share from 0 to 1."""

from dataclasses import dataclass, field
from random import Random
from typing import Annotated

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
    """What may happen to a call of the partner's interface, tried in this order."""

    model_config = ConfigDict(extra="forbid")

    too_many_requests: Rate = 0
    server_error: Rate = 0
    hang: Rate = 0
    html: Rate = 0
    unauthorized: Rate = 0


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

    def happens(self, rate: float) -> bool:
        """Draws only when ``rate`` is above 0, so that one fault does not shift another."""
        return rate > 0 and self.random.random() < rate
