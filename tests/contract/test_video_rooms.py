import pytest

from adapters.sandbox.world import SandboxWorld
from domain.errors import UnknownMeetingError
from domain.meeting import MeetingId, Preset
from domain.ports import VideoRooms
from tests.builders import a_guest


async def test_a_meeting_carries_its_title_and_what_the_contract_shows(rooms: VideoRooms) -> None:
    meeting = await rooms.open("encaminhamento nº 7")

    assert meeting.id
    assert meeting.title == "encaminhamento nº 7"
    assert meeting.status == "ACTIVE"
    assert meeting.recording_config == "NOT_CONFIGURED"
    assert meeting.record_on_start is False


async def test_each_start_opens_another_meeting(rooms: VideoRooms) -> None:
    first, second = await rooms.open("enc-1"), await rooms.open("enc-1")

    assert first.id != second.id


async def test_a_guest_is_admitted_with_a_token_and_the_role_asked_for(rooms: VideoRooms) -> None:
    meeting = await rooms.open("enc-1")

    admission = await rooms.admit(
        a_guest(preset=Preset.PARTICIPANT, picture="https://x.example/a.png"), meeting.id
    )

    assert admission.token
    assert admission.participant_id
    assert admission.guest_id == "dra-ana"
    assert admission.name == "Dra. Ana"
    assert admission.picture == "https://x.example/a.png"
    assert admission.preset is Preset.PARTICIPANT


async def test_admitting_again_gives_a_fresh_token_for_the_same_participant(
    rooms: VideoRooms,
) -> None:
    meeting = await rooms.open("enc-1")
    first = await rooms.admit(a_guest(), meeting.id)

    second = await rooms.admit(a_guest(), meeting.id)

    assert second.participant_id == first.participant_id
    assert second.token != first.token


async def test_admitting_again_takes_over_a_new_name_and_role(
    rooms: VideoRooms, world: SandboxWorld
) -> None:
    meeting = await rooms.open("enc-1")
    await rooms.admit(a_guest(preset=Preset.PARTICIPANT), meeting.id)

    again = await rooms.admit(a_guest(name="Dra. Ana Luz", preset=Preset.HOST), meeting.id)

    assert (again.name, again.preset) == ("Dra. Ana Luz", Preset.HOST)
    known = world.rooms.room(meeting.id).participants
    assert [one.guest.preset for one in known.values()] == [Preset.HOST]


async def test_someone_beyond_the_first_pages_is_found_again(rooms: VideoRooms) -> None:
    meeting = await rooms.open("enc-1")
    for number in range(205):
        await rooms.admit(a_guest(f"guest-{number}"), meeting.id)

    again = await rooms.admit(a_guest("guest-204"), meeting.id)

    assert again.guest_id == "guest-204"


@pytest.mark.parametrize("unknown", ["no-such-meeting", "a/b", "a b", "%2e%2e", "ç"])
async def test_an_unknown_meeting_is_its_own_error(rooms: VideoRooms, unknown: str) -> None:
    await rooms.open("enc-1")

    with pytest.raises(UnknownMeetingError):
        await rooms.admit(a_guest(), MeetingId(unknown))
