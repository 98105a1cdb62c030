"""Replace the secrets that this installation made for itself, while instances serve."""

from collections.abc import Callable
from dataclasses import dataclass

from domain.audit import AuditEvent, AuditLine
from domain.ports.callers import Secrets
from domain.ports.operators import AuditLog


@dataclass(frozen=True, slots=True)
class RotateSecrets:
    """New secrets are used ``notice`` seconds after they are stored: until then every instance has
    looked, so a ticket of one is good at all others."""

    secrets: Secrets
    audit: AuditLog
    now: Callable[[], float]
    new_secret: Callable[[], bytes]
    notice: float

    async def __call__(self, who: str, *, revoke: bool) -> float:
        """From when the new ones are used. With ``revoke`` at once, and tickets that are out are
        good no more."""
        since = self.now() + (0 if revoke else self.notice)
        tickets, pseudonyms = self.new_secret(), self.new_secret()
        since = await self.secrets.replace(tickets, pseudonyms, since=since, revoke=revoke)
        outcome = "tickets revoked" if revoke else "tickets stay good"
        await self.audit.record(AuditLine(AuditEvent.SECRETS_ROTATED, who, "secrets", outcome))
        return since
