"""WebhookRegistry over the provider's REST API: the same for Dyte and RealtimeKit."""

from collections.abc import Sequence
from dataclasses import dataclass

from adapters.partner_api import PartnerApi
from adapters.provider import wire
from domain.errors import Partner, PartnerBrokenError, PartnerNotFoundError, PartnerRefusedError
from domain.webhook_registration import NAME, WebhookRegistration

EVENTS = (
    "meeting.started",
    "meeting.ended",
    "meeting.participantJoined",
    "meeting.participantLeft",
)
"""Those that ``webhook_body.py`` makes something of."""


@dataclass(frozen=True, slots=True)
class ProviderWebhookRegistry:
    """No answer holds a secret: webhooks are verified with the provider's public key alone."""

    api: PartnerApi

    async def registrations(self) -> Sequence[WebhookRegistration]:
        """The list has no pages (provider document). Should it get some, a part of it is refused:
        what stands on another page would seem to be gone."""
        answer = await self.api.call("GET", "webhooks", item=None)
        rows, total = wire.list_of(answer, "webhooks"), wire.total_of(answer)
        if total is not None and total > len(rows):
            raise PartnerBrokenError(Partner.VIDEO, "only a part of the list of webhooks")
        return [_registration(row) for row in rows]

    async def register(self, url: str) -> bool:
        """RealtimeKit answers 409 for a URL that it has."""
        body = {"name": NAME, "url": url, "events": EVENTS, "enabled": True}
        try:
            await self.api.send("POST", "webhooks", body=body, item=None)
        except PartnerRefusedError as error:
            if wire.is_there_already(error):
                return False
            raise
        return True

    async def mend(self, registration: WebhookRegistration) -> None:
        events = [*registration.events, *registration.missing]
        body = {"enabled": True, "events": events}
        await self.api.send("PATCH", "webhooks", registration.id, body=body)

    async def remove(self, registration: WebhookRegistration) -> None:
        try:
            await self.api.send("DELETE", "webhooks", registration.id)
        except PartnerNotFoundError:
            return


def _registration(row: wire.Json) -> WebhookRegistration:
    """A row that leaves out what decides is no answer: it could be ours. One that does not say
    whether it is enabled is, as when it is registered so (provider document)."""
    events = row.get("events")
    if not isinstance(events, list):
        raise PartnerBrokenError(Partner.VIDEO, "an answer without events")
    named = tuple(map(str, events))
    return WebhookRegistration(
        id=wire.needed(row, "id"),
        name=str(row.get("name") or ""),
        url=wire.needed(row, "url"),
        events=named,
        missing=tuple(event for event in EVENTS if event not in named),
        enabled=row.get("enabled") is not False,
    )
