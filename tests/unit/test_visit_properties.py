"""Whatever facts come, in whatever order and by whatever clocks, a visit's figures are sound."""

from collections.abc import Sequence

from hypothesis import given, settings
from hypothesis import strategies as st

from domain.facts import (
    MeetingClosed,
    PeerJoined,
    PeerLeft,
    Reported,
    Roster,
    SessionActive,
    SessionEnded,
    StoredFact,
    What,
)
from domain.meeting import MeetingId, PersonId
from domain.presence import is_in
from domain.referral import ReferralId
from domain.span import Ended
from domain.visit import MeetingFacts, Visit, visit_of

PEOPLE = [PersonId(name) for name in ("dra-ana", "dr-bruno", "guest")]
SEATED = frozenset(PEOPLE[:2])
NOW = 64.0

people = st.sampled_from(PEOPLE)
peers = st.sampled_from(["p1", "p2", "p3"])
sessions = st.sampled_from([None, "s1", "s2"])
# Whole numbers, so that sums are exact; the provider's clock may be far from ours.
instants = st.one_of(st.none(), st.integers(-64, 128).map(float))
some = st.frozensets(st.tuples(peers, people), max_size=3)
seqs = st.integers(0, 20)
from_provider = st.one_of(
    st.builds(PeerJoined, people, peers, sessions, instants),
    st.builds(PeerLeft, peers, sessions, instants, instants),
    st.builds(
        SessionEnded,
        sessions,
        st.sampled_from(["R", "HOST_ENDED_MEETING"]),
        st.booleans(),
        instants,
    ),
)
whats = st.one_of(
    from_provider,
    st.builds(Reported, people, st.booleans()),
    st.builds(SessionActive, st.sampled_from(["s1", "s2"])),
    st.builds(Roster, sessions, some, seqs, seqs, some),
)


def learned(told: Sequence[What]) -> list[StoredFact]:
    """One a second by our clock."""
    return [StoredFact(seq, what, float(seq)) for seq, what in enumerate(told, start=1)]


def visit(facts: Sequence[StoredFact]) -> Visit:
    about = (ReferralId("enc-1"), MeetingId("m-1"), 0.0)
    return visit_of(MeetingFacts(*about, facts, SEATED), NOW)


histories = st.lists(whats, max_size=16).map(learned)


@settings(deadline=None)
@given(histories)
def test_nothing_is_negative_or_longer_than_the_meeting(facts: list[StoredFact]) -> None:
    found = visit(facts)

    assert found.both_inside >= 0
    assert found.connections >= 0
    if found.first_in is None:
        assert (found.last_out, found.both_inside, found.ended) == (None, 0, None)
    else:
        ended = found.last_out
        if ended is None:
            assert found.ended is Ended.STILL_ON
            told = (fact.what for fact in facts)
            instants = (
                at
                for what in told
                for name in ("joined_at", "left_at", "ended_at")
                if (at := getattr(what, name, None))
            )
            ended = max(NOW, *instants, 0.0)
        assert 0 <= found.both_inside <= ended - found.first_in


@settings(deadline=None)
@given(st.data(), histories)
def test_the_order_in_which_facts_are_read_and_reading_them_twice_change_nothing(
    data: st.DataObject, facts: list[StoredFact]
) -> None:
    assert visit(data.draw(st.permutations([*facts, *facts[:3]]))) == visit(facts)


@settings(deadline=None)
@given(histories)
def test_a_visit_is_still_on_exactly_while_presence_shows_somebody_in(
    facts: list[StoredFact],
) -> None:
    shown = any(is_in(person, facts) for person in PEOPLE)

    assert (visit(facts).ended is Ended.STILL_ON) == shown


@settings(deadline=None)
@given(histories)
def test_after_closing_nothing_is_still_on(facts: list[StoredFact]) -> None:
    found = visit([*facts, StoredFact(99, MeetingClosed(), 60.0)])

    assert found.ended is Ended.CLOSED
    assert (found.first_in is None) == (found.last_out is None)


@st.composite
def calls(draw: st.DrawFn) -> list[What]:
    """Joinings and their leaves in full, of connections that come back under their ids."""
    told: list[What] = []
    for peer, person in (
        ("p1", PEOPLE[0]),
        ("p2", PEOPLE[0]),
        ("p3", PEOPLE[1]),
        ("p4", PEOPLE[2]),
    ):
        times = sorted(draw(st.sets(st.integers(0, 40).map(float), max_size=6)))
        for joined, left in zip(times[::2], times[1::2], strict=False):
            told += [PeerJoined(person, peer, "s1", joined), PeerLeft(peer, "s1", joined, left)]
    if draw(st.booleans()):
        told.append(SessionEnded("s1", "HOST_ENDED_MEETING", draw(st.booleans()), 50.0))
    return told


@settings(deadline=None)
@given(st.data(), calls())
def test_what_the_provider_told_in_full_means_the_same_however_it_arrived(
    data: st.DataObject, told: list[What]
) -> None:
    """Late, out of order and repeated."""
    arrived = data.draw(st.permutations([*told, *told[:3]]))

    assert visit(learned(arrived)) == visit(learned(told))


@settings(deadline=None)
@given(calls())
def test_two_doctors_were_inside_for_as_long_as_a_count_of_each_second_says(
    told: list[What],
) -> None:
    spans = [
        (joined.person, range(int(joined.joined_at or 0), int(left.left_at or 0)))
        for joined, left in zip(told[::2], told[1::2], strict=False)
        if isinstance(joined, PeerJoined) and isinstance(left, PeerLeft)
    ]
    inside = [
        {person for person, seconds in spans if second in seconds} & SEATED for second in range(64)
    ]
    found = visit(learned(told))

    assert found.both_inside == sum(len(people) == 2 for people in inside)
    assert found.connections == len(spans)
    assert not found.estimated
