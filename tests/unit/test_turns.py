"""What each fact changed of who is shown in."""

from domain.facts import PeerJoined, PeerLeft, Reported, StoredFact
from domain.meeting import PersonId
from domain.turns import MOST, Turn, turns

ANA, BRUNO = PersonId("dra-ana"), PersonId("dr-bruno")
FACTS = [
    StoredFact(1, PeerJoined(ANA, "p-1", "s-1", 1.0)),
    StoredFact(2, PeerJoined(ANA, "p-2", "s-1", 2.0)),
    StoredFact(5, PeerLeft("p-1", "s-1", 1.0, 5.0)),
    StoredFact(6, PeerLeft("p-2", "s-1", 2.0, 6.0)),
    StoredFact(9, Reported(BRUNO, True)),
]


def test_only_the_facts_that_turned_somebody_in_or_out_are_named_with_why() -> None:
    assert turns(FACTS, {ANA, BRUNO}) == {
        1: [Turn(ANA, True, "a connection is open")],
        6: [Turn(ANA, False, "every connection is closed")],
        9: [Turn(BRUNO, True, "reported in")],
    }


def test_of_a_long_meeting_only_the_newest_are_named_because_all_would_take_too_long() -> None:
    many = [StoredFact(seq, Reported(ANA, bool(seq % 2))) for seq in range(1, MOST + 11)]

    assert list(turns(many, {ANA})) == list(range(11, MOST + 11))
