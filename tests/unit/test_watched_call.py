"""Both sides of a call: who is shown, what the provider said last, and who disagrees since when."""

from collections.abc import Sequence

from domain.erasure import pseudonym
from domain.facts import MeetingOpened, PeerJoined, PeerLeft, Reported, StoredFact
from domain.meeting import MeetingId, PersonId
from domain.operator_view import SeatHistory
from domain.provider_says import (
    NOTHING,
    LastAnswer,
    PeerInside,
    ProviderSays,
    Source,
    last_said,
)
from domain.referral import ReferralId
from domain.watched_call import Disagreement, Ours, With, watched_call
from domain.who_is_there import StoredMeeting, StoredSeat
from tests.builders import a_seat

ANA, BRUNO = PersonId("dra-ana"), PersonId("dr-bruno")
ENC = ReferralId("enc-1")
OPENED = StoredFact(1, MeetingOpened(), 10.0)
JOINED = StoredFact(2, PeerJoined(ANA, "p-1", "s-1", 19.5), 20.0)
LEFT = StoredFact(3, PeerLeft("p-1", "s-1", 19.5, 29.0), 30.0)
IN = StoredFact(4, Reported(ANA, True), 40.0)
EMPTY = LastAnswer(50.0, frozenset())


def ours(
    facts: Sequence[StoredFact],
    told: bool | None = None,
    doctors: Sequence[PersonId] = (),
    person: PersonId = ANA,
) -> Ours:
    seat = a_seat(person=person)
    shown, at = told, None if told is None else 21.0
    known = SeatHistory(seat, shown, at, 0, None if told is not None else 20.0, "")
    meeting = StoredMeeting(
        MeetingId("meeting-1"), 10.0, None, [StoredSeat(person, 0, None)], facts
    )
    return Ours(meeting, [known], doctors=doctors)


def test_the_provider_said_last_what_its_webhooks_told_or_what_it_answered_since() -> None:
    assert last_said([OPENED, IN], None) == NOTHING
    assert last_said([OPENED, JOINED, IN], None) == ProviderSays(
        Source.WEBHOOKS, 20.0, None, (PeerInside(ANA, "p-1", 19.5),)
    )
    assert last_said([JOINED, LEFT], None) == ProviderSays(Source.WEBHOOKS, 30.0)
    assert last_said([JOINED], EMPTY) == ProviderSays(Source.ANSWER, 50.0)
    older = LastAnswer(19.0, frozenset({("p-9", BRUNO)}))
    assert last_said([JOINED], older).source is Source.WEBHOOKS
    assert last_said([], older).inside == (PeerInside(BRUNO, "p-9"),)


def test_all_agree_about_who_is_in_and_told_so() -> None:
    call = watched_call(ENC, ours([JOINED], told=True), last_said([JOINED], None))

    (ana,) = call.users
    assert (ana.in_meeting, ana.because, ana.connections) == (True, "a connection is open", 1)
    assert ana.told is not None
    assert (ana.told.in_meeting, ana.told.at) == (True, 21.0)
    assert ana.disagrees == ()
    assert call.disagrees_since is None
    assert call.is_on


def test_a_disagreement_with_the_provider_began_when_the_later_of_the_two_changed() -> None:
    gone_since = ProviderSays(Source.TWIN, changed={ANA: 33.0})
    gone_before = ProviderSays(Source.TWIN, changed={ANA: 7.0})

    for said, since in ((gone_since, 33.0), (gone_before, 20.0), (last_said([], EMPTY), 50.0)):
        call = watched_call(ENC, ours([JOINED], told=True), said)
        assert call.users[0].disagrees == (Disagreement(With.PROVIDER, since),)
        assert call.disagrees_since == since


def test_the_attendance_service_disagrees_until_it_is_told() -> None:
    said = last_said([JOINED], None)
    untold = watched_call(ENC, ours([JOINED]), said)
    wrong = watched_call(ENC, ours([JOINED], told=False), said)
    nothing_to_tell = watched_call(ENC, ours([OPENED]), NOTHING)

    assert untold.users[0].disagrees == (Disagreement(With.ATTENDANCE, 20.0),)
    assert untold.users[0].waiting == "due"
    assert wrong.users[0].disagrees == (Disagreement(With.ATTENDANCE, 20.0),)
    assert nothing_to_tell.users[0].disagrees == ()
    assert not nothing_to_tell.is_on


def test_a_doctor_of_whom_nothing_is_stored_is_shown_out_and_may_be_inside_all_the_same() -> None:
    inside = ProviderSays(
        Source.TWIN, None, "s-1", (PeerInside(BRUNO, "p-2", 12.0),), {BRUNO: 12.0}
    )

    call = watched_call(ENC, ours([OPENED], doctors=[BRUNO, ANA]), inside)

    assert [(user.user, user.in_meeting) for user in call.users] == [(ANA, False), (BRUNO, False)]
    assert call.users[1].because == "nothing is known"
    assert call.users[1].disagrees == (Disagreement(With.PROVIDER, 12.0),)
    assert call.is_on


def test_whoever_was_erased_is_shown_on_neither_side() -> None:
    gone = PersonId(pseudonym("00000000-0000-4000-8000-000000000000"))
    said = ProviderSays(Source.ANSWER, 9.0, None, (PeerInside(gone, "p-1"),))

    call = watched_call(ENC, ours([], person=gone), said)

    assert (call.users, call.provider.inside) == ((), ())
