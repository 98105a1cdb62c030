import pytest

from adapters.provider import wire
from domain.errors import PartnerBrokenError
from tests.builders import a_guest


@pytest.mark.parametrize("odd", [[[]], {"a": 1}])
def test_a_connection_of_an_odd_id_is_a_broken_answer(odd: object) -> None:
    with pytest.raises(PartnerBrokenError):
        wire.open_peers([{"id": odd, "custom_participant_id": "dra-ana"}])
    with pytest.raises(PartnerBrokenError):
        wire.open_peers([{"id": "p1", "custom_participant_id": odd}])


def test_the_meeting_payload_is_the_contracts_to_the_letter() -> None:
    assert wire.meeting_body("enc-1", with_region=True) == {
        "title": "enc-1",
        "preferred_region": "ap-south-1",
        "record_on_start": False,
        "live_stream_on_start": False,
    }


def test_realtimekit_is_told_no_region() -> None:
    assert "preferred_region" not in wire.meeting_body("enc-1", with_region=False)


def test_the_participant_payload_always_names_a_preset() -> None:
    assert wire.participant_body(a_guest(picture="https://x/y.png"), "group_call_host") == {
        "name": "Dra. Ana",
        "picture": "https://x/y.png",
        "custom_participant_id": "dra-ana",
        "preset_name": "group_call_host",
    }
    assert "picture" not in wire.participant_body(a_guest(), "group_call_host")


@pytest.mark.parametrize(
    ("told", "shown"),
    [
        ("NOT_CONFIGURED", "NOT_CONFIGURED"),
        (None, "NOT_CONFIGURED"),
        ({"storage_config": {"secret": "canary"}}, "CONFIGURED"),
        ({}, "CONFIGURED"),
    ],
)
def test_nothing_of_a_recording_configuration_gets_through(told: object, shown: str) -> None:
    answer: wire.Json = {"data": {"id": "m", "recording_config": told}}

    assert wire.meeting(answer).recording_config == shown


def test_what_the_provider_leaves_out_or_garbles_is_none() -> None:
    meeting = wire.meeting({"data": {"id": "m", "title": 5, "persist_chat": "no"}})

    assert (meeting.title, meeting.persist_chat, meeting.status) == (None, None, None)


@pytest.mark.parametrize("answer", [{}, {"data": []}, {"data": {}}, {"data": {"id": ""}}])
def test_a_meeting_without_an_id_is_a_broken_provider(answer: wire.Json) -> None:
    with pytest.raises(PartnerBrokenError):
        wire.meeting(answer)


@pytest.mark.parametrize(
    "answer",
    [{"data": [{"id": 1}]}, {"data": {"participants": [{"id": 1}]}}],
)
def test_a_page_is_found_in_both_documented_places(answer: wire.Json) -> None:
    assert wire.list_of(answer, "participants") == [{"id": 1}]


def test_the_total_is_found_beside_the_data_and_inside_it() -> None:
    assert wire.total_of({"data": [], "paging": {"total_count": 3}}) == 3
    assert wire.total_of({"data": {"paging": {"total_count": 3}}}) == 3
    assert wire.total_of({"data": []}) is None
