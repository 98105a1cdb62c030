import pytest

from adapters.attendance import wire
from domain.errors import PartnerBrokenError
from domain.referral import ReferralId
from tests.builders import a_referral

ASKED = ReferralId("enc-1")


@pytest.mark.parametrize(
    "answer",
    [
        {"solicitante": {"id": "dra-ana"}, "especialista": {"id": "dr-bruno"}},
        {"data": {"solicitante": {"id": "dra-ana"}, "especialista": {"id": "dr-bruno"}}},
        {"solicitanteId": "dra-ana", "especialistaId": "dr-bruno"},
        {"requester": {"id": "dra-ana"}, "specialist": {"id": "dr-bruno"}},
        {"requesterId": "dra-ana", "specialistId": " dr-bruno "},
        {"solicitante": "dra-ana", "especialista": "dr-bruno", "extra": [1]},
    ],
)
def test_a_referral_is_read_in_every_likely_shape(answer: wire.Json) -> None:
    assert wire.referral(answer, ASKED) == a_referral()


@pytest.mark.parametrize(
    "answer",
    [
        {"solicitante": {"id": "dra-ana"}},
        {"solicitante": {"id": "dra-ana"}, "especialista": None},
        {"solicitanteId": "dra-ana", "especialistaId": ""},
    ],
)
def test_the_specialist_may_be_missing(answer: wire.Json) -> None:
    assert wire.referral(answer, ASKED) == a_referral(specialist=None)


def test_numbers_are_ids_too() -> None:
    assert wire.referral({"solicitante": {"id": 7}}, ASKED).requester == "7"


@pytest.mark.parametrize("answer", [{}, {"solicitante": {"name": "x"}}, {"solicitanteId": True}])
def test_a_missing_requester_is_named(answer: wire.Json) -> None:
    with pytest.raises(PartnerBrokenError, match="solicitante"):
        wire.referral(answer, ASKED)
