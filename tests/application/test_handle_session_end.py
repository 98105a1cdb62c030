"""What an event comes to, by the contract's rule."""

import pytest

from domain.decision import Decision
from domain.delivery import Outcome, Why
from domain.errors import UnknownReferralError
from domain.meeting import MeetingId
from entrypoints.container import Container
from tests.builders import a_seat, a_session_end


async def concluded(wired: Container, **event: str | None) -> Decision:
    return await wired.decide_event()(a_session_end(**event), "key", 0.0)  # type: ignore[arg-type]


async def test_everyone_left_concerns_both_doctors(wired: Container) -> None:
    decision = await concluded(wired)

    assert decision.outcome is Outcome.APPLIED
    assert set(decision.seats) == {a_seat(person="dra-ana"), a_seat(person="dr-bruno")}
    assert ["meeting-1" in fact.key for fact in decision.facts] == [True]


async def test_another_reason_changes_nothing(wired: Container) -> None:
    decision = await concluded(wired, reason="HOST_ENDED_MEETING")

    assert decision == Decision(Outcome.IGNORED)


async def test_an_event_without_meeting_id_means_the_newest_meeting_of_that_title(
    wired: Container,
) -> None:
    for meeting in ("older", "newer"):
        await wired.meetings().add(MeetingId(meeting), "enc-1", now=0)

    decision = await concluded(wired, meeting=None)

    assert {seat.meeting for seat in decision.seats} == {"newer"}


async def test_an_event_about_no_known_meeting_changes_nothing(wired: Container) -> None:
    assert await concluded(wired, meeting=None) == Decision(Outcome.IGNORED, Why.UNKNOWN_MEETING)


async def test_an_unknown_referral_is_an_error(wired: Container) -> None:
    with pytest.raises(UnknownReferralError):
        await concluded(wired, referral="enc-9")


@pytest.mark.parametrize(
    ("organizer", "outcome"),
    [("ours", Outcome.APPLIED), ("theirs", Outcome.IGNORED), (None, Outcome.APPLIED)],
)
async def test_events_of_another_organization_change_nothing(
    wired: Container, organizer: str | None, outcome: Outcome
) -> None:
    wired.settings.override(wired.settings().model_copy(update={"provider_org_id": "ours"}))

    assert (await concluded(wired, organization=organizer)).outcome is outcome
