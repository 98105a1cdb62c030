from datetime import timedelta

import pytest

from adapters.sandbox.calls import ImpossibleDeedError
from adapters.sandbox.world import SandboxWorld
from domain.errors import PartnerRefusedError, UnknownMeetingError
from domain.live_list import LiveList
from domain.meeting import MeetingId, PersonId, Preset
from domain.ports.video import VideoProvider
from tests.builders import NOON, a_guest


async def test_a_meeting_carries_its_title_and_what_the_contract_shows(
    rooms: VideoProvider,
) -> None:
    meeting = await rooms.open("encaminhamento nº 7")

    assert meeting.id
    assert meeting.title == "encaminhamento nº 7"
    assert meeting.status == "ACTIVE"
    assert meeting.recording_config == "NOT_CONFIGURED"
    assert meeting.record_on_start is False


async def test_each_start_opens_another_meeting(rooms: VideoProvider) -> None:
    first, second = await rooms.open("enc-1"), await rooms.open("enc-1")

    assert first.id != second.id


async def test_meetings_are_found_by_their_exact_title_oldest_first(rooms: VideoProvider) -> None:
    opened = [await rooms.open(title) for title in ("enc-1", "enc-10", "enc-1", "x enc-1")]

    found = await rooms.opened_within("enc-1", 60)

    assert found == [opened[0], opened[2]]
    assert await rooms.opened_within("enc-2", 60) == []


async def test_meetings_opened_before_are_not_found_by_the_providers_own_clock(
    rooms: VideoProvider, world: SandboxWorld
) -> None:
    world.rooms.now = lambda: NOON
    await rooms.open("enc-1")
    world.rooms.now = lambda: NOON + timedelta(seconds=60)
    newer = await rooms.open("enc-1")
    world.rooms.now = lambda: NOON + timedelta(seconds=65)

    assert await rooms.opened_within("enc-1", 5) == [newer]
    assert await rooms.opened_within("enc-1", 4) == []


async def test_a_meeting_is_found_among_many_and_whatever_its_title_holds(
    rooms: VideoProvider,
) -> None:
    for number in range(120):
        await rooms.open(f"enc & {number}/ç?")
    last = await rooms.open("enc & 1/ç?")

    assert (await rooms.opened_within("enc & 1/ç?", 60))[-1] == last
    assert len(await rooms.opened_within("enc & 1/ç?", 60)) == 2


async def test_a_guest_is_admitted_with_a_token_and_the_role_asked_for(
    rooms: VideoProvider,
) -> None:
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
    rooms: VideoProvider,
) -> None:
    meeting = await rooms.open("enc-1")
    first = await rooms.admit(a_guest(), meeting.id)

    second = await rooms.admit(a_guest(), meeting.id)

    assert second.participant_id == first.participant_id
    assert second.token != first.token


async def test_admitting_again_takes_over_a_new_name_and_role(
    rooms: VideoProvider, world: SandboxWorld
) -> None:
    meeting = await rooms.open("enc-1")
    await rooms.admit(a_guest(preset=Preset.PARTICIPANT), meeting.id)

    again = await rooms.admit(a_guest(name="Dra. Ana Luz", preset=Preset.HOST), meeting.id)

    assert (again.name, again.preset) == ("Dra. Ana Luz", Preset.HOST)
    known = world.rooms.room(meeting.id).participants
    assert [one.guest.preset for one in known.values()] == [Preset.HOST]


async def test_someone_beyond_the_first_pages_is_found_again(rooms: VideoProvider) -> None:
    meeting = await rooms.open("enc-1")
    for number in range(205):
        await rooms.admit(a_guest(f"guest-{number}"), meeting.id)

    again = await rooms.admit(a_guest("guest-204"), meeting.id)

    assert again.guest_id == "guest-204"


@pytest.mark.parametrize("unknown", ["no-such-meeting", "a/b", "a b", "%2e%2e", "ç"])
async def test_an_unknown_meeting_is_its_own_error(rooms: VideoProvider, unknown: str) -> None:
    await rooms.open("enc-1")

    with pytest.raises(UnknownMeetingError):
        await rooms.admit(a_guest(), MeetingId(unknown))


async def test_every_session_that_goes_on_is_listed_with_its_meeting_and_how_many_are_in(
    rooms: VideoProvider, world: SandboxWorld
) -> None:
    world.webhooks.registrations.clear()
    live = {}
    for number in range(205):
        meeting = await world.rooms.open(f"enc-{number}")
        for person in ("dra-ana", "dr-bruno"):
            await world.rooms.admit(a_guest(person), meeting.id)
            world.calls.join(meeting.id, PersonId(person))
        if number % 5 == 0:
            world.calls.everyone_leaves(meeting.id)
        else:
            live[meeting.id] = 2

    read = LiveList()
    async for page in rooms.live_pages():
        read.take(page)

    assert read.complete
    assert {one.meeting: one.inside for one in read.by_meeting.values()} == live
    for one in read.by_meeting.values():
        assert one.id == await world.rooms.active_session(one.meeting)


async def test_without_a_live_session_the_list_is_empty_and_complete(rooms: VideoProvider) -> None:
    read = LiveList()
    async for page in rooms.live_pages():
        read.take(page)

    assert read.complete
    assert not read.by_meeting


async def test_a_closed_meeting_has_nobody_in_it_and_lets_nobody_in(
    rooms: VideoProvider, world: SandboxWorld
) -> None:
    world.webhooks.registrations.clear()
    meeting, other = await rooms.open("enc-1"), await rooms.open("enc-1")
    for one in (meeting, other):
        await rooms.admit(a_guest(), one.id)
        world.calls.join(one.id, PersonId("dra-ana"))

    for _ in range(2):  # closing again is harmless
        await rooms.close(meeting.id)

        assert await rooms.active_session(meeting.id) is None
    with pytest.raises(ImpossibleDeedError):  # with the token of before
        world.calls.join(meeting.id, PersonId("dra-ana"))
    for person in ("dra-ana", "dr-bruno"):
        with pytest.raises(PartnerRefusedError):
            await rooms.admit(a_guest(person), meeting.id)
    assert await rooms.active_session(other.id)


async def test_a_meeting_that_is_not_there_is_not_closed_in_silence(rooms: VideoProvider) -> None:
    with pytest.raises(UnknownMeetingError):
        await rooms.close(MeetingId("no-such-meeting"))
