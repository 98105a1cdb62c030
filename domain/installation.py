"""Which installation a storage belongs to: what waits in it is for these partners and no others."""

from dataclasses import dataclass

TWIN = "sandbox"
"""The name of both partners' twins."""


@dataclass(frozen=True, slots=True)
class Installation:
    """``video`` is the provider's name, ``organization`` whose calls they are, where that is known;
    ``attendance`` is the attendance service's address, or the name of its adapter."""

    video: str
    organization: str | None
    attendance: str

    def __str__(self) -> str:
        whose = f" (organization {self.organization})" if self.organization else ""
        return f"video provider {self.video}{whose} and attendance service {self.attendance}"


@dataclass(frozen=True, slots=True)
class Waiting:
    """What has not been told, handled or done yet: presence updates, webhooks, and closings."""

    updates: int = 0
    webhooks: int = 0
    closings: int = 0

    def __bool__(self) -> bool:
        return bool(self.updates or self.webhooks or self.closings)

    def __str__(self) -> str:
        told = f"{_counted(self.updates, 'update')} and {_counted(self.webhooks, 'webhook')}"
        return f"{told} and {_counted(self.closings, 'closing')}" if self.closings else told


class ForeignStorageError(Exception):
    """The storage belongs to another installation. The message is for operators."""


def check_owner(owner: Installation, ours: Installation, waiting: Waiting, *, adopt: bool) -> None:
    """May ``ours`` go on with the storage of ``owner``, in which ``waiting`` waits?

    A twin and a real partner never share one: what was practised must not reach the other.
    Between real partners it may change, but what waits was meant for the old ones, so somebody has
    to say that the new ones shall have it (``adopt``). Raises ForeignStorageError.
    """
    if owner == ours:
        return
    whose = f"it belongs to {owner}, and the settings say {ours}"
    if mixed(owner, ours):
        raise ForeignStorageError(
            f"{whose}; a twin and a real partner never share a database: name another one"
        )
    if waiting and not adopt:
        raise ForeignStorageError(
            f"{whose}; {waiting} wait in it, and would go to these: start with the former settings "
            "until nothing waits, or hand them over with `videochamadas migrate --adopt`"
        )


def mixed(owner: Installation, ours: Installation) -> bool:
    """Whether a partner is a twin for one of them and real for the other."""
    return (owner.video == TWIN) is not (ours.video == TWIN) or (
        (owner.attendance == TWIN) is not (ours.attendance == TWIN)
    )


def _counted(number: int, what: str) -> str:
    return f"{number} {what}" if number == 1 else f"{number} {what}s"
