from tests.builders import a_referral


def test_the_doctors_are_requester_and_specialist() -> None:
    assert a_referral().doctors == ("dra-ana", "dr-bruno")


def test_a_referral_without_a_specialist_has_its_requester() -> None:
    assert a_referral(specialist=None).doctors == ("dra-ana",)


def test_one_person_in_both_roles_is_told_once() -> None:
    assert a_referral(requester="dra-ana", specialist="dra-ana").doctors == ("dra-ana",)
