"""A webhook delivery: stored before it is answered, retried until it is done or dead."""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, field
from enum import IntEnum, StrEnum

from domain.meeting import KnownMeeting
from domain.policies.refusal import NO_REFUSALS, Refusals


class State(IntEnum):
    """A delivery's state. Dead letters wait for an operator."""

    WAITING = 0
    DONE = 1
    DEAD = 2


class Outcome(StrEnum):
    """The outcome of a webhook, in the answer's ``Webhook-Outcome`` header."""

    APPLIED = "applied"
    IGNORED = "ignored"
    STALE = "stale"
    DUPLICATE = "duplicate"
    PENDING = "pending"
    DEAD = "dead"


class Why(StrEnum):
    """Why a delivery changed nothing."""

    UNKNOWN_MEETING = "unknown-meeting"
    FOREIGN = "foreign-organization"
    NEWER_SESSION = "newer-session"
    NO_REFERRAL = "no-referral"


@dataclass(frozen=True, slots=True)
class Verdict:
    """An outcome; ``why`` is the slug of the reason when something was not done. ``event`` is what
    the webhook called itself, empty when it could not be read."""

    outcome: Outcome
    why: str | None = None
    event: str = field(default="", compare=False)


@dataclass(frozen=True, slots=True)
class KnownDelivery:
    """A delivery that was stored before.

    ``settled`` is false while one of its updates has not reached the attendance service;
    ``refused`` is true when the attendance service refused one. ``why`` is the reason's slug.
    """

    state: State
    settled: bool
    refused: bool = False
    why: str | None = None


@dataclass(frozen=True, slots=True)
class Delivery:
    """A claimed delivery. ``attempts`` is the fence: only the newest claim can settle.

    ``failures`` counts since the last success, for the back-off; ``refusals`` are those of reading
    its referral. ``meeting`` is what is known of the meeting that its event names, None when that
    was never heard of.
    """

    id: int
    key: str
    body: bytes = field(repr=False)
    attempts: int
    failures: int
    refusals: Refusals = NO_REFUSALS
    meeting: KnownMeeting | None = None


def delivery_key(
    body: bytes, *, recognisable: bool, uuid: str | None, new_key: Callable[[], str]
) -> str:
    """``<SHA-256 of the body in hex>`` or ``<SHA-256>:<uuid>``. Equal keys are repeats.

    The body decides, because the uuid header is unsigned. A body that is not ``recognisable`` (no
    session, peer or time) is the same for each call, so its uuid counts too; without a uuid each
    arrival is new, and handling it again sets the same flags again.
    """
    digest = hashlib.sha256(body).hexdigest()
    return digest if recognisable else f"{digest}:{uuid or new_key()}"
