"""What can go wrong, in few types: each has a slug, a kind, and the partner it concerns, if any.

The slug is stable and public (it ends the ``type`` URI of a problem document); the kind decides
whether trying again can help. Neither says anything about HTTP: one table does that.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import ClassVar


class Kind(Enum):
    """Who has to act, and whether trying again can help."""

    REFUSED = "refused"
    UNAUTHORIZED = "unauthorized"
    FORBIDDEN = "forbidden"
    NOT_FOUND = "not found"
    BROKEN = "broken"
    UNAVAILABLE = "unavailable"
    TIMEOUT = "time-out"

    @property
    def later(self) -> bool:
        """True when the same call may succeed later with nothing changed by the caller."""
        return self in {Kind.BROKEN, Kind.UNAVAILABLE, Kind.TIMEOUT}


class Partner(Enum):
    """The services that this one depends on."""

    VIDEO = "video provider"
    ATTENDANCE = "attendance service"
    IDENTITY = "identity provider"


class DomainError(Exception):
    """The base of all expected failures. The message is for logs, never for callers.

    ``retry_after`` is how long to wait before the next try, in seconds; None when not known.
    ``about_item`` is True when the failure concerns only what was named, and says nothing about any
    other call. ``may_take_effect`` is True when what was asked may still happen: it was sent, and
    nobody said what became of it.
    """

    slug: ClassVar[str]
    kind: ClassVar[Kind]
    retry_after: int | None = None
    about_item: bool = False
    may_take_effect: bool = False


class UnknownMeetingError(DomainError):
    """The video provider has no meeting of this id."""

    slug = "unknown-meeting"
    kind = Kind.NOT_FOUND


class UnknownReferralError(DomainError):
    """The attendance service has no referral of this id."""

    slug = "unknown-referral"
    kind = Kind.NOT_FOUND


class PartnerError(DomainError):
    """A partner did not do what it was asked to do."""

    def __init__(
        self,
        partner: Partner,
        message: str,
        *,
        retry_after: int | None = None,
        about_item: bool = False,
    ) -> None:
        """``retry_after`` is the partner's own advice, in seconds."""
        super().__init__(f"{partner.value}: {message}")
        self.partner = partner
        self.retry_after = retry_after
        self.about_item = about_item


class PartnerNotFoundError(PartnerError):
    """The partner says, in JSON, that what was named is not there."""

    slug = "partner-not-found"
    kind = Kind.NOT_FOUND


class PartnerRefusedError(PartnerError):
    """The partner understood and refused what was sent; asking again does not help."""

    slug = "partner-refused"
    kind = Kind.REFUSED

    def __init__(self, partner: Partner, status: int, hint: str = "") -> None:
        """``hint`` is the partner's own text: for adapters to read, never logged or shown."""
        super().__init__(partner, f"refused with {status}")
        self.status = status
        self.hint = hint


class PartnerMisconfiguredError(PartnerError):
    """The partner refuses our credentials or settings: an operator has something to fix."""

    slug = "partner-misconfigured"
    kind = Kind.BROKEN


class PartnerBrokenError(PartnerError):
    """The partner failed, or answered something that is not what its interface promises."""

    slug = "partner-broken"
    kind = Kind.BROKEN


class PartnerDeclinedError(PartnerBrokenError):
    """The partner will not do this for one item, and may another time: a lock, a missing right."""

    slug = "partner-declined"

    def __init__(self, partner: Partner, status: int, *, retry_after: int | None = None) -> None:
        super().__init__(partner, f"declined with {status}", retry_after=retry_after)
        self.status = status
        self.about_item = True


class PartnerUnavailableError(PartnerError):
    """The partner cannot be reached, or asks us to wait."""

    slug = "partner-unavailable"
    kind = Kind.UNAVAILABLE


class PartnerTimeoutError(PartnerError):
    """The partner did not answer in time; what was asked may or may not have happened."""

    slug = "partner-timeout"
    kind = Kind.TIMEOUT
    may_take_effect = True


class StorageUnavailableError(DomainError):
    """Storage cannot be written or read now; what was asked may not have happened."""

    slug = "storage-unavailable"
    kind = Kind.UNAVAILABLE


class StorageUnfitError(Exception):
    """There is no database that this program can use as it is. The message says what helps."""


class StorageMissingError(StorageUnfitError):
    """There is none yet, or only an older one: serving and migrating make it, nothing else does."""


class StorageTooNewError(StorageUnfitError):
    """The database's schema is newer than this program: use the newer program."""


class KeyReusedError(DomainError):
    """An idempotency key came again with another body."""

    slug = "idempotency-key-reused"
    kind = Kind.REFUSED


class StartInProgressError(DomainError):
    """Another call is opening the same meeting now."""

    slug = "idempotency-in-progress"
    kind = Kind.REFUSED


class MeetingClosedError(DomainError):
    """The meeting is closed, or is being closed: nobody joins it any more."""

    slug = "meeting-closed"
    kind = Kind.REFUSED


class UnauthenticatedError(DomainError):
    """The request carries no credential."""

    slug = "unauthenticated"
    kind = Kind.UNAUTHORIZED


class InvalidCredentialsError(DomainError):
    """The credential is unknown, malformed, wrongly signed or expired."""

    slug = "invalid-credentials"
    kind = Kind.UNAUTHORIZED


class ExpiredCredentialsError(InvalidCredentialsError):
    """It was good, and its time is over: who sent it has to log in again."""


class InvalidTicketError(DomainError):
    """A leave ticket that this service did not issue, or that has expired."""

    slug = "invalid-ticket"
    kind = Kind.UNAUTHORIZED


class ForbiddenError(DomainError):
    """The caller is known and has no right to this. The message is one word for the audit log."""

    slug = "forbidden"
    kind = Kind.FORBIDDEN


class HostNotAllowedError(ForbiddenError):
    """The caller may join, but not as the host."""

    slug = "host-not-allowed"


class TooManyCallsError(DomainError):
    """The caller has called too often, or has too many streams open."""

    slug = "too-many-requests"
    kind = Kind.REFUSED

    def __init__(self, retry_after: int) -> None:
        """``retry_after`` is in seconds."""
        super().__init__("too many calls")
        self.retry_after = retry_after


class BadSignatureError(DomainError):
    """A webhook's signature is missing, or not the provider's over these bytes."""

    slug = "bad-signature"
    kind = Kind.UNAUTHORIZED


class KeyUnavailableError(DomainError):
    """The provider's public key cannot be fetched now, so no signature can be checked."""

    slug = "key-unavailable"
    kind = Kind.UNAVAILABLE


@dataclass(frozen=True, slots=True)
class FieldFault:
    """What is wrong with one field of a body: where it is, the name of the rule that it breaks
    (pydantic's), and the rule's bounds. Nothing of the body is repeated."""

    path: tuple[str | int, ...]
    rule: str
    bounds: Mapping[str, object]


class MalformedEventError(DomainError):
    """A webhook's body cannot be read. ``faults`` say why, for a sender who may be told."""

    slug = "malformed-event"
    kind = Kind.REFUSED

    def __init__(self, message: str, faults: Sequence[FieldFault] = ()) -> None:
        super().__init__(message)
        self.faults = faults
