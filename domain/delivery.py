"""A webhook delivery: stored before it is answered, handled until it is done or dead."""

import hashlib
from dataclasses import dataclass, field
from enum import IntEnum, StrEnum

from domain.policies.refusal import NO_REFUSALS, Refusals


class State(IntEnum):
    """Where a delivery stands. Dead ones wait for a person."""

    WAITING = 0
    DONE = 1
    DEAD = 2


class Outcome(StrEnum):
    """What became of a webhook; the answer carries it as ``Webhook-Outcome``."""

    APPLIED = "applied"
    IGNORED = "ignored"
    STALE = "stale"
    DUPLICATE = "duplicate"
    PENDING = "pending"
    DEAD = "dead"


class Why(StrEnum):
    """Why a delivery changed nothing, where that needs saying."""

    UNKNOWN_MEETING = "unknown-meeting"
    FOREIGN = "foreign-organization"
    NEWER_SESSION = "newer-session"


@dataclass(frozen=True, slots=True)
class Verdict:
    """An outcome and, where something was not done, the slug of the reason."""

    outcome: Outcome
    why: str | None = None


@dataclass(frozen=True, slots=True)
class KnownDelivery:
    """A delivery that was stored before, and what became of it.

    ``settled`` is false while an update of it has not reached the attendance service; ``refused``
    is true when an update never will. ``why`` is the slug that was given then, if any.
    """

    state: State
    settled: bool
    refused: bool = False
    why: str | None = None


@dataclass(frozen=True, slots=True)
class Delivery:
    """A claimed delivery. ``attempts`` is the fence: settling needs the claim to be the newest.

    ``failures`` counts since the last success, for the back-off; ``refusals`` are those of reading
    its referral.
    """

    id: int
    key: str
    body: bytes = field(repr=False)
    attempts: int
    failures: int
    refusals: Refusals = NO_REFUSALS


def delivery_key(body: bytes, *, recognisable: bool, uuid: str | None, new_id: str) -> str:
    """What tells a repeat from news: the hash of the body, because the uuid header is unsigned.

    A body without session and times is the same for each call, so its uuid counts too; without
    one, each arrival is news, and handling it again sets the same flags again.
    """
    digest = hashlib.sha256(body).hexdigest()
    return digest if recognisable else f"{digest}:{uuid or new_id}"
