import orjson
import pytest

from adapters.provider.instants import has_left, instant
from adapters.provider.webhook_body import read_event
from adapters.provider.webhook_json import MOST_VALUES
from domain.errors import MalformedEventError
from domain.meeting import PersonId
from domain.session import Movement, SessionEvent
from tests.builders import NOON, a_session_end, a_webhook_body


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


@pytest.mark.parametrize("odd", [b"[" * 900 + b"]" * 900, b'{"a":1}', b"[1]"])
def test_an_organizer_that_is_no_id_is_another_than_ours(odd: bytes) -> None:
    event = read_event(b'{"event":"x","meeting":{"organizedBy":{"id":' + odd + b"}}}")

    assert event.organization == "?"


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
        {"event": "new.thing", "reason": "OF_ITS_OWN", "meeting": {"title": " "}},
    ],
)
def test_an_event_without_a_reason_that_the_contract_knows_may_have_any_shape(
    body: dict[str, object],
) -> None:
    assert read(body) == SessionEvent(str(body["event"]))


def test_every_faulty_field_of_a_session_end_is_named() -> None:
    body = b'{"reason":"ALL_PARTICIPANTS_LEFT","meeting":{"id":[]}}'

    assert faulty_fields(body) == ["event", "meeting.title"]


UNUSABLE_TITLES: list[object] = ["", " ", ".", "..", "a\x00b", "x" * 256, None, [], {}, True, 1.5]


@pytest.mark.parametrize("title", UNUSABLE_TITLES)
def test_a_title_that_cannot_be_a_referral_is_refused(title: object) -> None:
    body = {**a_webhook_body(), "meeting": {"title": title}}

    assert faulty_fields(orjson.dumps(body)) == ["meeting.title"]


@pytest.mark.parametrize("title", UNUSABLE_TITLES)
def test_where_the_meeting_is_named_its_title_may_have_been_edited_into_anything(
    title: object,
) -> None:
    event = read({**a_webhook_body(), "meeting": {"id": "meeting-1", "title": title}})

    assert (event.referral, event.meeting) == (None, "meeting-1")
    assert event.reason == "ALL_PARTICIPANTS_LEFT"


HARMLESS = {
    "a lone surrogate": b'"organizedBy": {"name": "\\ud800"}',
    "bytes that are no UTF-8": b'"organizedBy": {"name": "\xff"}',
    "an endless number": b'"figure": ' + b"9" * 5000,
    "deep nesting": b'"deep": ' + b"[" * 300 + b"]" * 300,
    "no number": b'"figure": NaN',
    "raw control characters": b'"organizedBy": {"name": "a\tb\nc\x00d"}',
    "a session that is no text": b'"sessionId": []',
}


@pytest.mark.parametrize("odd", HARMLESS.values(), ids=HARMLESS.keys())
def test_what_nobody_acts_on_need_not_be_well_formed(odd: bytes) -> None:
    body = (
        b'\xef\xbb\xbf{"event": "meeting.ended", "reason": "ALL_PARTICIPANTS_LEFT", '
        b'"meeting": {"id": "meeting-1", "title": "enc-1", ' + odd + b"}}"
    )

    assert read_event(body) == a_session_end()


@pytest.mark.parametrize("reason", [7, {}, ["ALL_PARTICIPANTS_LEFT"], True])
def test_a_reason_that_is_no_text_is_none(reason: object) -> None:
    assert read({"event": "new.thing", "reason": reason}) == SessionEvent("new.thing")


def test_a_reason_can_be_stored_whatever_its_text_is() -> None:
    body = (
        b'{"event": "meeting.ended", "meeting": {"title": "enc-1"}, "reason": "a\\ud800b\\u0000"}'
    )

    assert read_event(body).reason == "a?b?"


ODD_NAMES: list[object] = [None, 7.5, "", "x" * 300, "a\x00b", [], {}, [{}]]


@pytest.mark.parametrize("event", ODD_NAMES)
def test_an_event_that_is_not_acted_on_may_be_called_anything(event: object) -> None:
    assert read({"event": event}) == SessionEvent("")


@pytest.mark.parametrize("event", ODD_NAMES)
def test_an_end_counts_whatever_it_is_called(event: object) -> None:
    assert read({**a_webhook_body(title="enc-1"), "event": event}) == a_session_end(name="")


def test_ids_may_come_as_numbers_and_a_reason_with_blanks() -> None:
    meeting = {"id": 5, "title": 1001, "sessionId": 7}
    event = read(
        {"event": "meeting.ended", "reason": " ALL_PARTICIPANTS_LEFT ", "meeting": meeting}
    )

    assert (event.meeting, event.referral, event.session) == ("5", "1001", "7")
    assert event.reason == "ALL_PARTICIPANTS_LEFT"
    joined = a_movement("Joined", peerId=1, customParticipantId=2).participant
    assert joined == Movement("1", joined=True, person=PersonId("2"))


def a_movement(verb: str, **participant: object) -> SessionEvent:
    meeting = {"id": "meeting-1", "title": "enc-1"}
    return read(
        {"event": f"meeting.participant{verb}", "meeting": meeting, "participant": participant}
    )


@pytest.mark.parametrize("named", [{}, {"customParticipantId": None}, {"clientSpecificId": " "}])
def test_a_leave_is_known_by_its_connection(named: dict[str, object]) -> None:
    assert a_movement("Left", peerId="p1", **named).participant == Movement("p1", joined=False)


@pytest.mark.parametrize("first", [{}, {"customParticipantId": None}, {"customParticipantId": ""}])
def test_the_alias_names_the_person_where_the_first_name_does_not(
    first: dict[str, object],
) -> None:
    event = a_movement("Joined", peerId="p1", clientSpecificId="dra-ana", **first)

    assert event.participant == Movement("p1", joined=True, person=PersonId("dra-ana"))


SAME_INSTANT = [
    "2026-01-01T12:00:00Z",
    "2026-01-01T12:00:00.000Z",
    "2026-01-01T12:00:00.000499Z",
    "2026-01-01T09:00:00-03:00",
    "2026-01-01 12:00:00Z",
    "2026-01-01T12:00:00.000000000Z",
    '2026-01-01T12:00:00Z"',
    "2026-01-01t12:00:00z",
    "2026-01-01T12:00:00",
]


@pytest.mark.parametrize("spelled", SAME_INSTANT)
def test_an_instant_is_the_same_in_every_spelling(spelled: str) -> None:
    assert instant(spelled) == NOON.timestamp()


NO_TIMES = [
    "0001-01-01T00:00:00Z",
    "1970-01-01T00:00:00Z",
    "1970-01-01T00:00:00-03:00",
    "1970-01-01T00:00:00.001Z",
    "9999-12-31T23:59:59Z",
]


@pytest.mark.parametrize("never", [None, "", " ", "null", *NO_TIMES, 7, {}, "soon"])
def test_what_has_not_happened_has_no_instant(never: object) -> None:
    assert instant(never) is None
    assert not has_left("2026-01-01T12:00:00Z", never)


def test_a_time_before_joining_is_no_leave() -> None:
    assert not has_left("2026-01-01T12:00:00Z", "2026-01-01T11:59:59Z")
    assert has_left("2026-01-01T12:00:00Z", "2026-01-01T12:00:00.000Z")
    assert has_left(None, "2026-01-01T12:00:00Z")


COSTLY = b'{"event": "e", "a": [' + b"0," * MOST_VALUES + b"0]}"
"""A well-formed event that nobody sends."""


@pytest.mark.parametrize("body", [b"", b"{", b"\xff", b"[" * 1000, COSTLY])
def test_what_is_not_json_is_refused(body: bytes) -> None:
    with pytest.raises(MalformedEventError) as caught:
        read_event(body)
    assert [fault.rule for fault in caught.value.faults] == ["json_invalid"]
