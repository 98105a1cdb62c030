"""What a tester may send while twins run in this process: people and meetings that they know."""

from collections.abc import Mapping

from adapters.sandbox.world import SandboxWorld
from domain.referral import Referral


def examples_of(world: SandboxWorld, *, video: bool, attendance: bool) -> Mapping[str, str]:
    """For the words of the contract's examples: the newest meeting of the ``video`` twin, and the
    referral that it is about, or else the first that the ``attendance`` twin knows."""
    newest = next(reversed(world.rooms.rooms.values()), None) if video else None
    words = {} if newest is None else {"meeting-id": str(newest.meeting.id)}
    if attendance:
        referral = _about(world, newest.meeting.title if newest else None)
        words |= {
            "referral-id": referral.id,
            "referral-id-ou-titulo": referral.id,
            "doctor-id": referral.requester,
            "user-id": referral.requester,
        }
    return words


def _about(world: SandboxWorld, title: str | None) -> Referral:
    known = world.attendance.referrals
    first = next(iter(known.values()))
    return next((referral for referral in known.values() if referral.id == title), first)
