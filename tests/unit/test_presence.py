"""The fold, case by case as in decision record 11, and in every order."""

import itertools
import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.facts import (
    PeerJoined,
    PeerLeft,
    Reported,
    Roster,
    SessionActive,
    SessionEnded,
    StoredFact,
    What,
)
from domain.meeting import PersonId
from domain.presence import fold_presence, is_in

ANA, BRUNO, GUEST = PersonId("dra-ana"), PersonId("dr-bruno"), PersonId("guest")

REPORT_IN, REPORT_OUT = Reported(ANA, in_meeting=True), Reported(ANA, in_meeting=False)


def joined(
    peer: str = "p1",
    session: str | None = "s1",
    person: PersonId = ANA,
    at: float | None = None,
) -> PeerJoined:
    return PeerJoined(person, peer, session, at)


def left(
    peer: str = "p1",
    session: str | None = "s1",
    since: float | None = None,
    at: float | None = None,
) -> PeerLeft:
    return PeerLeft(peer, session, since, at)


def emptied(session: str | None = "s1", at: float | None = None) -> SessionEnded:
    return SessionEnded(session, "ALL_PARTICIPANTS_LEFT", empties=True, ended_at=at)


def host_ended(session: str = "s1") -> SessionEnded:
    return SessionEnded(session, "HOST_ENDED_MEETING", empties=False)


def roster(*inside: tuple[str, PersonId], session: str | None = "s1", upto: int = 99) -> Roster:
    return Roster(session, frozenset(inside), upto, upto)


def shown(*whats: What, person: PersonId = ANA) -> bool:
    return is_in(person, [StoredFact(seq, what) for seq, what in enumerate(whats, start=1)])


CASES: list[tuple[str, tuple[What, ...], bool]] = [
    ("nothing known", (), False),
    ("reported in", (REPORT_IN,), True),
    ("reported in and out", (REPORT_IN, REPORT_OUT), False),
    ("reported out and in again", (REPORT_IN, REPORT_OUT, REPORT_IN), True),
    ("joined, never reported", (joined(),), True),
    ("joined and left", (joined(), left()), False),
    ("two tabs, one closed", (joined("p1"), joined("p2"), left("p1")), True),
    ("two tabs, both closed", (joined("p1"), joined("p2"), left("p1"), left("p2")), False),
    ("quick reconnect, left after joined", (joined("p1"), joined("p2"), left("p1")), True),
    ("a joined after its own left", (left("p1"), joined("p1")), False),
    ("a joined after its session's end", (emptied(), joined("p1")), False),
    ("an end before the last left", (REPORT_IN, joined(), emptied(), left()), False),
    ("a report confirmed by a peer that left", (REPORT_IN, joined(), left()), False),
    ("a report while a peer was open, which then left", (joined(), REPORT_IN, left()), False),
    ("a report after the only peer had left", (joined(), left(), REPORT_IN), True),
    ("a report that no peer ever confirms", (REPORT_IN,), True),
    ("years-old end after a report", (REPORT_IN, emptied("ancient")), False),
    ("an end without a session", (REPORT_IN, emptied(None)), False),
    ("reported in again after an end", (REPORT_IN, emptied(), REPORT_IN), True),
    (
        "an old end, the new call known by a joined peer",
        (joined("p1"), left("p1"), joined("p2", "s2"), emptied("s1")),
        True,
    ),
    (
        "an old end, the new call known by the provider only",
        (REPORT_IN, SessionActive("s2"), emptied("s1")),
        True,
    ),
    (
        "the end of that call itself",
        (REPORT_IN, SessionActive("s2"), emptied("s1"), emptied("s2")),
        False,
    ),
    ("evidence from before the report is none", (SessionActive("s2"), REPORT_IN, emptied()), False),
    ("the provider said it is the same one", (REPORT_IN, SessionActive("s1"), emptied()), False),
    ("reported out while a second tab is open", (joined("p1"), joined("p2"), REPORT_OUT), False),
    (
        "and restored by a sweep that lists that tab",
        (joined("p1"), REPORT_OUT, roster(("p1", ANA))),
        True,
    ),
    (
        "but not by one that is too young to know of the report",
        (joined("p1"), REPORT_OUT, roster(("p1", ANA), upto=1)),
        False,
    ),
    ("a new tab after a report out", (joined("p1"), REPORT_OUT, joined("p2")), True),
    ("the host ended it", (joined(), host_ended()), False),
    ("the host ended it, reported and confirmed", (REPORT_IN, joined(), host_ended()), False),
    ("the host ended it, reported and unconfirmed", (REPORT_IN, host_ended()), True),
    ("nobody inside, says the sweep", (REPORT_IN, joined(), roster(session=None)), False),
    ("a sweep without news of a young report", (REPORT_IN, roster(session=None, upto=0)), True),
    ("somebody else inside", (REPORT_IN, joined(), roster(("p9", BRUNO))), False),
    (
        "reported in, a lost tab closed by the sweep, inside by a tab that nobody told of",
        (joined("p1"), REPORT_IN, roster(("p2", ANA))),
        True,
    ),
    ("listed, then listed no more", (REPORT_IN, roster(("p2", ANA)), roster()), False),
    ("still inside", (REPORT_IN, joined(), roster(("p1", ANA))), True),
    ("missed by one sweep, listed by the next", (joined(), roster(), roster(("p1", ANA))), True),
    ("another person's comings and goings", (joined(person=BRUNO), left("p9")), False),
    ("left a session that is only named in the left", (joined(session=None), left()), False),
    ("an end without a session, joined in one", (joined(session="s4"), emptied(None)), False),
    ("an end of a session, joined in none", (joined(session=None), emptied("s4")), False),
    ("neither names a session", (joined(session=None), emptied(None)), False),
    ("both known and different", (joined(session="s5"), emptied("s4")), True),
    ("joined after an end without a session", (emptied(None), joined(session=None)), True),
    (
        "told after an end without a session that it was before, by the provider's instants",
        (emptied(None, at=90), joined(session=None, at=50)),
        False,
    ),
    (
        "an end of long ago does not spare whom it finds",
        (joined(at=50), emptied(None, at=9)),
        False,
    ),
    ("a connection that comes back", (joined(at=1), left(since=1, at=2), joined(at=3)), True),
    (
        "a connection that comes back and leaves, its first leave told last",
        (joined(at=1), joined(at=3), left(since=3, at=4), left(since=1, at=2)),
        False,
    ),
    (
        "a connection that came back, the leave of the first told last",
        (joined(at=1), joined(at=3), left(since=1, at=4)),
        True,
    ),
    (
        "a connection that came back and left, its first leave lost",
        (joined(at=1), joined(at=3), left(since=3, at=4)),
        False,
    ),
    (
        "a connection that came back and left, its return lost",
        (joined(at=1), left(since=3, at=4)),
        False,
    ),
    ("the same instant again", (joined(at=1), left(since=1, at=2), joined(at=1)), False),
    (
        "the same instant again, listed",
        (joined(at=1), left(since=1), joined(at=1), roster(("p1", ANA), upto=3)),
        True,
    ),
    ("a leave without its joining's instant", (joined(at=1), left(at=2)), False),
    ("a leave before the joining, by its instant", (left(at=2), joined(at=3)), True),
    ("a leave without any instant", (joined(at=3), left()), False),
    ("a joining without an instant", (joined(), left(since=3, at=4)), False),
    ("a leave of another session", (joined(session="s2"), left(session="s1")), True),
    ("a leave without a session", (joined(session="s2"), left(session=None)), False),
    ("another connection of the same person", (joined("p1"), left("p2")), True),
    (
        "listed again after its leave, then left again",
        (joined(), left(), roster(("p1", ANA), upto=2), left(since=9)),
        False,
    ),
    (
        "listed by a roster that did not know of the leave",
        (joined(), left(), roster(("p1", ANA), upto=1)),
        False,
    ),
]


@pytest.mark.parametrize(
    ("whats", "expected"), [case[1:] for case in CASES], ids=[c[0] for c in CASES]
)
def test_each_case_of_the_decision_record(whats: tuple[What, ...], expected: bool) -> None:
    assert shown(*whats) is expected


@pytest.mark.parametrize(
    ("whats", "because"),
    [
        ((), "nothing is known"),
        ((REPORT_IN,), "reported in"),
        ((REPORT_IN, REPORT_OUT), "reported out"),
        ((REPORT_IN, joined()), "a connection is open"),
        ((REPORT_IN, joined(), left()), "every connection is closed"),
        ((joined(), left()), "every connection is closed"),
        ((REPORT_IN, emptied()), "a session's end emptied the room"),
        ((emptied(),), "a session's end emptied the room"),
        ((REPORT_IN, roster(session=None)), "the provider does not list this person"),
    ],
)
def test_what_decided_can_be_told(whats: tuple[What, ...], because: str) -> None:
    facts = [StoredFact(seq, what) for seq, what in enumerate(whats, start=1)]

    assert fold_presence(ANA, facts).because == because


SCRIPT: list[What] = [
    joined("p1", "s1"),
    joined("p2", "s1"),
    left("p1", "s1"),
    joined("p3", "s1"),
    left("p2", "s1"),
    left("p3", "s1"),
    emptied("s1"),
    joined("p4", "s2"),
]


def test_every_order_of_an_eight_event_script_gives_the_same_state() -> None:
    for order in itertools.permutations(SCRIPT):
        assert shown(*order)


def test_every_order_without_the_next_session_ends_outside() -> None:
    for order in itertools.permutations(SCRIPT[:-1]):
        assert not shown(REPORT_IN, *order)


SOME_SESSION = st.sampled_from(["s1", "s2"])
PROVIDER_FACTS = st.lists(
    st.one_of(
        st.builds(joined, st.sampled_from(["p1", "p2", "p3"]), st.just("s1")),
        st.builds(left, st.sampled_from(["p1", "p2", "p3"]), st.just("s1")),
        st.builds(joined, st.sampled_from(["q1", "q2"]), st.just("s2")),
        st.builds(left, st.sampled_from(["q1", "q2"]), st.just("s2")),
        st.builds(emptied, SOME_SESSION),
        st.builds(host_ended, SOME_SESSION),
    ),
    max_size=14,
)


@given(PROVIDER_FACTS, st.booleans(), st.randoms(use_true_random=False), st.data())
def test_every_order_and_repetition_of_provider_facts_gives_the_same_state(
    facts: list[What], reported: bool, dice: random.Random, data: st.DataObject
) -> None:
    before: list[What] = [REPORT_IN] if reported else []
    again = [*facts, *data.draw(st.lists(st.sampled_from(facts), max_size=5))] if facts else facts
    dice.shuffle(again)

    assert shown(*before, *again) is shown(*before, *facts)


INSTANT = st.sampled_from([None, 1.0, 2.0, 3.0])
SESSION = st.sampled_from([None, "s1", "s2"])
PEER = st.sampled_from(["p1", "p2"])
REUSED = st.lists(
    st.one_of(
        st.builds(joined, PEER, SESSION, st.just(ANA), INSTANT),
        st.builds(left, PEER, SESSION, INSTANT, INSTANT),
        st.builds(host_ended, st.sampled_from(["s1", "s2"])),
    ),
    max_size=10,
)


@given(REUSED, st.randoms(use_true_random=False))
def test_reused_connections_and_missing_fields_mean_the_same_in_every_order(
    facts: list[What], dice: random.Random
) -> None:
    again = [*facts, *facts[:3]]
    dice.shuffle(again)

    assert shown(*again) is shown(*facts)


@given(REUSED, st.sampled_from([None, "s1", "s2"]))
def test_an_end_without_another_known_session_leaves_nobody_in(
    facts: list[What], session: str | None
) -> None:
    unknown = [what for what in facts if not isinstance(what, PeerJoined) or what.session is None]

    assert not shown(REPORT_IN, *unknown, emptied(session))


@given(REUSED, st.booleans())
def test_whoever_a_roster_lists_last_is_in_and_whoever_it_does_not_list_is_out(
    facts: list[What], listed: bool
) -> None:
    last = roster(("p1", ANA), upto=len(facts)) if listed else roster(upto=len(facts))

    assert shown(*facts, last) is listed


@given(st.lists(st.sampled_from(["join", "leave", "drop", "end"]), max_size=25), st.data())
def test_at_rest_the_fold_agrees_with_a_model_of_doctors_tabs_and_sessions(
    deeds: list[str], data: st.DataObject
) -> None:
    """Two doctors open and close tabs; sessions begin and end; all events arrive, shuffled."""
    happened: list[What] = []
    open_tabs: dict[str, PersonId] = {}
    session, names = 1, iter(range(1000))
    for deed in deeds:
        if deed == "join":
            peer, person = f"p{next(names)}", data.draw(st.sampled_from([ANA, BRUNO]))
            open_tabs[peer] = person
            happened.append(joined(peer, f"s{session}", person))
        elif deed in {"leave", "drop"} and open_tabs:
            peer = data.draw(st.sampled_from(sorted(open_tabs)))
            del open_tabs[peer]
            happened.append(left(peer, f"s{session}"))
        elif deed == "end":
            happened.append(emptied(f"s{session}") if not open_tabs else host_ended(f"s{session}"))
            open_tabs.clear()
            session += 1
    arrived = data.draw(st.permutations(happened))

    for person in (ANA, BRUNO):
        assert shown(*arrived, person=person) is (person in open_tabs.values())
