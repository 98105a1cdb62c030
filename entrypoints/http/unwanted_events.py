"""Webhooks about recordings and the like, which this service asks for none of."""

from dataclasses import dataclass, field

import structlog

from domain.delivery import Verdict, Why

UNWANTED = {
    "recording.statusUpdate",
    "livestreaming.statusUpdate",
    "meeting.chatSynced",
    "meeting.transcript",
    "meeting.summary",
}

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class UnwantedEvents:
    """Somebody may be recording calls: the first of each kind since the start is said."""

    _said: set[str] = field(default_factory=set)

    def heard(self, verdict: Verdict) -> None:
        event = verdict.event
        if event in UNWANTED and event not in self._said and verdict.why != Why.FOREIGN:
            self._said.add(event)
            log.warning("webhook.unwanted", webhook=event)
