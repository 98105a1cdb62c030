import orjson
import pytest

from adapters.provider.webhook_body import read_event
from domain.errors import MalformedEventError
from domain.session import SessionEvent
from tests.builders import a_session_end, a_webhook_body


def read(body: object) -> SessionEvent:
    return read_event(orjson.dumps(body))


def faulty_fields(body: bytes) -> list[str]:
    with pytest.raises(MalformedEventError) as caught:
        read_event(body)
    return [".".join(map(str, fault.path)) for fault in caught.value.faults]


@pytest.mark.parametrize(
    ("more", "recognisable"),
    [
        ({}, False),
        ({"meeting": {"title": "t", "sessionId": "s"}}, True),
        ({"meeting": {"title": "t", "endedAt": "2026-01-01T00:00:00Z"}}, True),
        ({"meeting": {"title": "t", "sessionId": ""}}, False),
        ({"participant": {"peerId": "p"}}, True),
        ({"sessionId": "s"}, True),
        ({"participant": "p", "meeting": []}, False),
    ],
)
def test_a_body_with_a_session_a_peer_or_a_time_can_be_recognised(
    more: dict[str, object], recognisable: bool
) -> None:
    assert read({"event": "x", **more}).recognisable is recognisable


def test_the_reason_alone_decides_whatever_the_event_is_called() -> None:
    event = read(a_webhook_body(title="enc-1", event="meeting.participantLeft"))

    assert event.reason == "ALL_PARTICIPANTS_LEFT"
    assert event.participant is None


def test_the_organizer_is_read_where_it_is_told() -> None:
    organizer = {"meeting": {"organizedBy": {"id": "org", "name": "Org"}}}

    assert read({"event": "x", **organizer}).organization == "org"
    assert read({"event": "x", "meeting": {"organizedBy": "org"}}).organization is None


def test_the_contracts_example_is_a_session_end() -> None:
    assert read(a_webhook_body(title=" enc-1 ")) == a_session_end()


@pytest.mark.parametrize("meeting", [None, "", "  "])
def test_the_meeting_id_is_optional(meeting: str | None) -> None:
    assert read(a_webhook_body(title="enc-1", meeting=meeting)) == a_session_end(meeting=None)


@pytest.mark.parametrize(
    "body",
    [
        {"event": "recording.statusUpdate", "recording": {"fileSize": "12"}},
        {"event": "meeting.chatSynced", "meetingId": "m", "title": None},
        {"event": "meeting.participantJoined", "meeting": {"title": 7}, "participant": None},
        {"event": "new.thing", "reason": None},
        {"event": "new.thing", "reason": "OF_ITS_OWN", "meeting": {"id": "m"}},
    ],
)
def test_an_event_without_a_reason_that_the_contract_knows_may_have_any_shape(
    body: dict[str, object],
) -> None:
    assert read(body) == SessionEvent(str(body["event"]))


def test_every_faulty_field_of_a_session_end_is_named() -> None:
    body = b'{"event":"meeting.ended","reason":"ALL_PARTICIPANTS_LEFT","meeting":{"id":5}}'

    assert faulty_fields(body) == ["meeting.id", "meeting.title"]


@pytest.mark.parametrize("title", ["", " ", ".", "..", "a\x00b", "x" * 256])
def test_a_title_that_cannot_be_a_referral_is_refused(title: str) -> None:
    assert faulty_fields(orjson.dumps(a_webhook_body(title=title))) == ["meeting.title"]


@pytest.mark.parametrize("body", [b"", b"{", b"\xff", b"[" * 1000])
def test_what_is_not_json_is_refused(body: bytes) -> None:
    with pytest.raises(MalformedEventError) as caught:
        read_event(body)
    assert [fault.rule for fault in caught.value.faults] == ["json_invalid"]
