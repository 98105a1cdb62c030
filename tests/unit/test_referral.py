from domain.meeting import MeetingId
from tests.builders import a_presence, a_referral


def test_emptying_puts_requester_and_specialist_out() -> None:
    assert a_referral().emptied(MeetingId("meeting-1")) == (
        a_presence(person="dra-ana", in_meeting=False),
        a_presence(person="dr-bruno", in_meeting=False),
    )


def test_a_referral_without_a_specialist_empties_its_requester() -> None:
    assert a_referral(specialist=None).doctors == ("dra-ana",)


def test_one_person_in_both_roles_is_told_once() -> None:
    assert a_referral(requester="dra-ana", specialist="dra-ana").doctors == ("dra-ana",)
