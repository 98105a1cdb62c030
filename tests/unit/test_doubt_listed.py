"""Which meetings on the list are asked about by themselves, and when."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field

import pytest

from application.doubt_listed import DoubtListed
from domain.claims import ClaimedList, ClaimedSweep, WatchedMeeting
from domain.facts import PeerJoined, StoredFact
from domain.live_list import LiveList, LivePage, LiveSession, Reading
from domain.meeting import MeetingId, PersonId
from domain.policies.pace import Pace
from domain.policies.rate import Rate
from domain.referral import ReferralId
from tests.application.conftest import Clock

ANA, GUEST = PersonId("dra-ana"), PersonId("guest")
EVERY, INTERVAL, APART = 20.0, 40.0, 2.0
"""With half of the calls there is a question each two seconds: ten until the next list."""
LONG_AGO = 1000.0
A_PART = 7
"""Watched meetings that are looked at together; so they come in several parts."""


@dataclass
class Meetings:
    """Each has Ana in; those ``with_guest`` a guest too. ``asked`` has those that shall be asked
    about, with the seconds from now."""

    clock: Clock
    with_guest: set[str] = field(default_factory=set)
    asked: dict[str, float] = field(default_factory=dict)

    def people(self, meeting: str) -> list[PersonId]:
        return [ANA, GUEST] if meeting in self.with_guest else [ANA]

    async def of_meeting(self, _: ReferralId, meeting: MeetingId) -> Sequence[StoredFact]:
        people = enumerate(self.people(meeting), 1)
        return [
            StoredFact(seq, PeerJoined(person, person, f"s-{meeting}")) for seq, person in people
        ]

    async def hasten(self, _: ReferralId, meeting: MeetingId, *, due: float) -> None:
        self.asked[meeting] = due - self.clock()


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def meetings(clock: Clock) -> Meetings:
    return Meetings(clock)


async def doubted(
    meetings: Meetings,
    answers: dict[str, float],
    more_inside: Sequence[str] = (),
    *,
    seen: Collection[tuple[str, PersonId]] = (("p", ANA),),
) -> None:
    """All of these were last asked about so many seconds ago, and each is listed; with one person
    more than is known in those of ``more_inside``. ``seen`` is the last answer about each."""
    now = meetings.clock()
    watched = [a_meeting(name, now - ago, seen) for name, ago in answers.items()]
    listed = [
        LiveSession(
            f"s-{name}", MeetingId(name), len(meetings.people(name)) + (name in more_inside)
        )
        for name in answers
    ]
    live = LiveList()
    live.take(LivePage(listed, len(listed)))
    pace = Pace(Rate(APART / 4), meetings.clock, meetings.clock.nap)
    doubt = DoubtListed(
        meetings,  # type: ignore[arg-type]
        meetings,  # type: ignore[arg-type]
        pace,
        meetings.clock,
        every=EVERY,
        between=20.0,
        interval=INTERVAL,
    )
    doubts = doubt.of(Reading(ClaimedList(1, 0), now, live))
    for start in range(0, len(watched), A_PART):
        await doubts.take(watched[start : start + A_PART])
    await doubts.confirm()


def a_meeting(name: str, seen_at: float, seen: Collection[tuple[str, PersonId]]) -> WatchedMeeting:
    about = (ReferralId("enc-1"), MeetingId(name))
    sweep = ClaimedSweep(*about, 1, 0.0, frozenset(seen), seen_at, 0, frozenset({ANA}))
    return WatchedMeeting(sweep, due=0.0, shown=True)


async def test_those_that_agree_are_confirmed_one_after_the_other_the_longest_unconfirmed_first(
    meetings: Meetings,
) -> None:
    await doubted(meetings, {f"m-{number}": LONG_AGO + number for number in range(30)})

    expected = [f"m-{number}" for number in range(29, 19, -1)]
    assert meetings.asked == {name: APART * place for place, name in enumerate(expected, 1)}


async def test_half_of_the_confirmations_go_where_somebody_without_a_seat_is_inside(
    meetings: Meetings,
) -> None:
    meetings.with_guest = {f"guest-{number}" for number in range(30)}
    recent = dict.fromkeys(sorted(meetings.with_guest), LONG_AGO)
    older = {f"m-{number}": 2 * LONG_AGO for number in range(30)}

    await doubted(meetings, {**recent, **older})

    assert len(meetings.asked) == 10
    assert len(meetings.asked.keys() & meetings.with_guest) == 5


async def test_when_nobody_is_a_stranger_all_confirmations_go_to_the_others(
    meetings: Meetings,
) -> None:
    meetings.with_guest = {"guest"}

    await doubted(meetings, {"guest": LONG_AGO, **{f"m-{n}": LONG_AGO for n in range(30)}})

    assert len(meetings.asked) == 10
    assert "guest" in meetings.asked


@pytest.mark.parametrize(("ago", "confirmed"), [(INTERVAL, True), (INTERVAL - 1, False)])
async def test_one_that_agrees_is_confirmed_once_its_interval_is_over(
    meetings: Meetings, ago: float, confirmed: bool
) -> None:
    await doubted(meetings, {"m": ago})

    assert ("m" in meetings.asked) is confirmed


async def test_one_that_may_differ_is_asked_about_at_once_but_twenty_seconds_after_its_last_answer(
    meetings: Meetings,
) -> None:
    answers = {"old": LONG_AGO, "young": 5.0}

    await doubted(meetings, answers, more_inside=["old", "young"])

    assert meetings.asked == {"old": 0.0, "young": 15.0}


async def test_one_that_an_earlier_list_left_out_is_asked_about_at_once_though_it_agrees(
    meetings: Meetings,
) -> None:
    await doubted(meetings, {"m": 20.0}, seen=())

    assert meetings.asked == {"m": 0.0}
