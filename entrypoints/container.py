"""The only file that knows which adapter stands behind which port.

The container is synchronous: what must be opened first (HTTP sessions, the sandbox) is opened by
``entrypoints.resources`` and handed in ready. A test or a staging script swaps an adapter with
``container.rooms.override(...)`` before the application starts.
"""

import aiohttp
from dependency_injector import containers, providers

from adapters.attendance.http import HttpAttendance
from adapters.memory.known_meetings import MemoryKnownMeetings
from adapters.partner_api import PartnerApi
from adapters.provider.rooms import ProviderRooms
from adapters.sandbox.world import SandboxWorld
from application.handle_session_end import HandleSessionEnd
from application.join_meeting import JoinMeeting
from application.leave_meeting import LeaveMeeting
from application.report_presence import ReportPresence
from application.start_meeting import StartMeeting
from domain.errors import Partner
from domain.ports import Attendance, KnownMeetings, VideoRooms
from entrypoints.settings import Settings


def _bearer(settings: Settings) -> str | None:
    token = settings.attendance_token
    return None if token is None else f"Bearer {token.get_secret_value()}"


def _video_authorization(settings: Settings) -> str | None:
    if settings.profile is None or settings.dyte_token is None:
        return None
    return settings.profile.authorization(settings.dyte_token.get_secret_value())


class Container(containers.DeclarativeContainer):
    """Adapters by setting, use cases over them."""

    settings = providers.Dependency(instance_of=Settings)
    video_session = providers.Dependency(instance_of=aiohttp.ClientSession)
    sandbox = providers.Dependency(instance_of=SandboxWorld)
    attendance_session = providers.Dependency(instance_of=aiohttp.ClientSession)

    video_api = providers.Singleton(
        PartnerApi,
        partner=Partner.VIDEO,
        session=video_session,
        base_url=settings.provided.video_base_url,
        authorization=providers.Callable(_video_authorization, settings),
    )
    provider_rooms = providers.Singleton(
        ProviderRooms,
        api=video_api,
        profile=settings.provided.profile,
        presets=settings.provided.presets,
    )
    rooms: providers.Provider[VideoRooms] = providers.Selector(
        settings.provided.video_provider,
        sandbox=sandbox.provided.rooms,
        dyte=provider_rooms,
        realtimekit=provider_rooms,
    )

    attendance_api = providers.Singleton(
        PartnerApi,
        partner=Partner.ATTENDANCE,
        session=attendance_session,
        base_url=settings.provided.attendance_base_url,
        authorization=providers.Callable(_bearer, settings),
    )
    attendance: providers.Provider[Attendance] = providers.Selector(
        settings.provided.attendance_provider,
        sandbox=sandbox.provided.attendance,
        http=providers.Singleton(HttpAttendance, api=attendance_api),
    )
    meetings: providers.Provider[KnownMeetings] = providers.Singleton(MemoryKnownMeetings)

    start_meeting = providers.Singleton(StartMeeting, rooms=rooms, meetings=meetings)
    join_meeting = providers.Singleton(JoinMeeting, rooms=rooms)
    report_presence = providers.Singleton(ReportPresence, attendance=attendance)
    leave_meeting = providers.Singleton(LeaveMeeting, report=report_presence)
    handle_session_end = providers.Singleton(
        HandleSessionEnd,
        attendance=attendance,
        meetings=meetings,
        reasons=settings.provided.session_end_reasons,
    )
