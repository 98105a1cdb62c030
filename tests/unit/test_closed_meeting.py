"""Nobody is in a closed meeting; and since when a person is in or out."""

import itertools

import pytest

from domain.facts import MeetingClosed, MeetingOpened, PeerJoined, Reported, StoredFact, What
from domain.meeting import PersonId
from domain.presence import LOOKED_BACK, changed_at, fold_presence, is_in

ANA = PersonId("dra-ana")
REPORT_IN, REPORT_OUT = Reported(ANA, in_meeting=True), Reported(ANA, in_meeting=False)
JOINED = PeerJoined(ANA, "p1", "s1")


def stored(*whats: What) -> list[StoredFact]:
    """Learned of at ten times their number."""
    return [StoredFact(seq, what, seq * 10.0) for seq, what in enumerate(whats, start=1)]


def test_nobody_is_in_a_closed_meeting_in_whatever_order_the_facts_came() -> None:
    facts: list[What] = [MeetingOpened(), REPORT_IN, JOINED, MeetingClosed()]
    for order in itertools.permutations(facts):
        found = fold_presence(ANA, stored(*order))

        assert not found.is_in
        assert not found.has_open_connection
        assert found.because == "the meeting was closed"


def test_an_opening_brings_nobody_in() -> None:
    assert not is_in(ANA, stored(MeetingOpened()))
    assert is_in(ANA, stored(MeetingOpened(), JOINED))


@pytest.mark.parametrize(
    ("after", "changed"),
    [(0, 20.0), (1, 20.0), (2, None), (4, None)],
    ids=["never told", "told before", "told it", "told all"],
)
def test_a_state_began_with_the_fact_that_brought_it(after: int, changed: float | None) -> None:
    facts = stored(MeetingOpened(), REPORT_IN, JOINED, REPORT_IN)

    assert changed_at(ANA, facts, after) == changed


def test_the_last_of_several_changes_counts() -> None:
    facts = stored(REPORT_IN, REPORT_OUT, REPORT_IN, REPORT_IN)

    assert changed_at(ANA, facts, 0) == 30.0
    assert changed_at(ANA, facts, 1) == 30.0


def test_a_state_that_lasts_for_very_many_new_facts_began_no_earlier_than_is_looked_back() -> None:
    facts = stored(*[REPORT_IN] * (LOOKED_BACK + 5))

    assert changed_at(ANA, facts, 0) == 60.0
