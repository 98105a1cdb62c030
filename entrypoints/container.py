"""The only file that knows which adapter stands behind which port.

The container is synchronous: what must be opened first (HTTP sessions, the store, the sandbox) is
opened by ``entrypoints.resources`` and handed in ready. A test or a staging script swaps an adapter
with ``container.rooms.override(...)`` before the application starts.
"""

import asyncio
from collections.abc import Callable

import aiohttp
from dependency_injector import containers, providers

from adapters.attendance.guarded import GuardedAttendance
from adapters.attendance.http import HttpAttendance
from adapters.book.deliveries import DeliveryBook
from adapters.book.history import HistoryBook
from adapters.book.inbox import InboxBook
from adapters.book.meetings import MeetingBook
from adapters.book.receipts import ReceiptBook
from adapters.book.seats import SeatBook
from adapters.book.steps import Store
from adapters.book.sweeps import SweepBook
from adapters.partner_api import PartnerApi
from adapters.provider.authenticity import Authenticity
from adapters.provider.keys import FetchedKey, GivenKey
from adapters.provider.rooms import ProviderRooms
from adapters.provider.webhook import read_stored_event
from adapters.sandbox.world import SandboxWorld
from adapters.system import epoch, jitter, new_id, steady
from application.decide_event import DecideEvent
from application.handle_delivery import HandleDelivery
from application.handle_participant import HandleParticipant
from application.handle_session_end import HandleSessionEnd
from application.join_meeting import JoinMeeting
from application.leave_meeting import LeaveMeeting
from application.one_per_referral import OnePerReferral
from application.prune_bodies import PruneBodies
from application.push_seat import PushSeat
from application.receive_webhook import ReceiveWebhook
from application.report_presence import ReportPresence
from application.start_meeting import StartMeeting
from application.start_once import StartOnce
from application.sweep_meeting import SweepMeeting
from application.work import Work
from domain.book import KnownMeetings
from domain.breaker import Breaker
from domain.errors import Partner
from domain.pace import Pace
from domain.ports import Attendance, Openings, VideoRooms
from domain.rate import Rate
from entrypoints.readiness import Readiness
from entrypoints.settings import Settings

HANDLED_AT_ONCE = 64


def _bearer(settings: Settings) -> str | None:
    token = settings.attendance_token
    return None if token is None else f"Bearer {token.get_secret_value()}"


def _video_authorization(settings: Settings) -> str | None:
    if settings.profile is None or settings.dyte_token is None:
        return None
    return settings.profile.authorization(settings.dyte_token.get_secret_value())


def _openings_source(settings: Settings) -> str:
    return "one_per_referral" if settings.one_meeting_per_referral else "new_each_time"


def _signature_required(settings: Settings) -> bool:
    return settings.verification == "required"


def _sweep_rate(settings: Settings) -> Rate:
    return Rate(1 / settings.sweep_calls_per_second)


def _key_source(settings: Settings) -> str:
    if settings.webhook_public_key:
        return "given"
    return "sandbox" if settings.video_provider == "sandbox" else "fetched"


def _given_pem(settings: Settings) -> Callable[[], str]:
    return lambda: settings.webhook_public_key or ""


def _sandbox_pem(sandbox: SandboxWorld) -> Callable[[], str]:
    return lambda: sandbox.key.public_pem


class Container(containers.DeclarativeContainer):
    """Adapters by setting, use cases over them."""

    settings = providers.Dependency(instance_of=Settings)
    clock = providers.Object(epoch)
    ticks = providers.Object(steady)
    dice = providers.Object(jitter)
    ids = providers.Object(new_id)
    naps = providers.Object(asyncio.sleep)
    video_session = providers.Dependency(instance_of=aiohttp.ClientSession)
    sandbox = providers.Dependency(instance_of=SandboxWorld)
    store: providers.Dependency[Store] = providers.Dependency()
    breaker = providers.Singleton(Breaker, now=ticks)
    attendance_session = providers.Dependency(instance_of=aiohttp.ClientSession)

    video_api = providers.Singleton(
        PartnerApi,
        partner=Partner.VIDEO,
        session=video_session,
        base_url=settings.provided.video_base_url,
        authorization=providers.Callable(_video_authorization, settings),
        pace=providers.Singleton(
            Pace,
            providers.Callable(Rate.bounded, settings.provided.provider_calls_per_minute),
            now=ticks,
            sleep=naps,
        ),
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
    guarded_attendance = providers.Singleton(
        GuardedAttendance, attendance=attendance, breaker=breaker
    )

    deliveries = providers.Singleton(DeliveryBook, store=store)
    seats = providers.Singleton(SeatBook, store=store)
    meetings: providers.Provider[KnownMeetings] = providers.Singleton(MeetingBook, store=store)
    receipts = providers.Singleton(ReceiptBook, store=store)
    inbox = providers.Singleton(InboxBook, store=store)

    key_api = providers.Singleton(
        PartnerApi,
        partner=Partner.VIDEO,
        session=video_session,
        base_url=settings.provided.key_url,
    )
    public_keys = providers.Selector(
        providers.Callable(_key_source, settings),
        sandbox=providers.Singleton(GivenKey, pem=providers.Callable(_sandbox_pem, sandbox)),
        given=providers.Singleton(GivenKey, pem=providers.Callable(_given_pem, settings)),
        fetched=providers.Singleton(FetchedKey, api=key_api, now=ticks),
    )
    authenticity = providers.Singleton(
        Authenticity,
        keys=public_keys,
        required=providers.Callable(_signature_required, settings),
    )

    start_once_per_referral = providers.Singleton(
        StartOnce,
        rooms=rooms,
        receipts=receipts,
        now=clock,
        new_id=ids,
        lease=settings.provided.start_lease,
        while_live=True,
    )
    openings: providers.Provider[Openings] = providers.Selector(
        providers.Callable(_openings_source, settings),
        new_each_time=rooms,
        one_per_referral=providers.Singleton(
            OnePerReferral,
            once=start_once_per_referral,
            patience=settings.provided.partner_timeout,
        ),
    )
    start_once = providers.Singleton(
        StartOnce,
        rooms=openings,
        receipts=receipts,
        now=clock,
        new_id=ids,
        lease=settings.provided.start_lease,
    )
    start_meeting = providers.Singleton(
        StartMeeting, rooms=openings, meetings=meetings, once=start_once, now=clock
    )
    join_meeting = providers.Singleton(JoinMeeting, rooms=rooms)
    push_seat = providers.Singleton(
        PushSeat,
        seats=seats,
        attendance=guarded_attendance,
        now=clock,
        patience=settings.provided.partner_timeout,
        random=dice,
    )
    report_presence = providers.Singleton(
        ReportPresence,
        seats=seats,
        push=push_seat,
        breaker=breaker,
        now=clock,
        new_id=ids,
        lease=settings.provided.lease,
    )
    leave_meeting = providers.Singleton(LeaveMeeting, report=report_presence)
    handle_session_end = providers.Singleton(
        HandleSessionEnd,
        attendance=guarded_attendance,
        meetings=meetings,
        seats=seats,
        rooms=rooms,
        reasons=settings.provided.session_end_reasons,
    )
    handle_participant = providers.Singleton(
        HandleParticipant, attendance=guarded_attendance, meetings=meetings
    )
    decide_event = providers.Singleton(
        DecideEvent,
        participant=handle_participant,
        session_end=handle_session_end,
        organization=settings.provided.organization,
    )
    handle_delivery = providers.Singleton(
        HandleDelivery,
        read=providers.Object(read_stored_event),
        decide=decide_event,
        deliveries=deliveries,
        push=push_seat,
        now=clock,
        random=dice,
        lease=settings.provided.lease,
    )
    receive_webhook = providers.Singleton(
        ReceiveWebhook,
        intake=deliveries,
        handle=handle_delivery,
        breaker=breaker,
        slots=providers.Singleton(asyncio.Semaphore, HANDLED_AT_ONCE),
        now=clock,
        new_id=ids,
        lease=settings.provided.lease,
    )
    work = providers.Singleton(
        Work,
        deliveries=deliveries,
        seats=seats,
        handle=handle_delivery,
        push=push_seat,
        breaker=breaker,
        now=clock,
        lease=settings.provided.lease,
    )
    readiness = providers.Singleton(Readiness, meetings=meetings)
    history = providers.Singleton(HistoryBook, store=store)
    sweeps = providers.Singleton(SweepBook, store=store)
    sweep_meeting = providers.Singleton(
        SweepMeeting,
        sweeps=sweeps,
        rooms=rooms,
        pace=providers.Singleton(
            Pace, providers.Callable(_sweep_rate, settings), now=ticks, sleep=naps
        ),
        now=clock,
        lease=settings.provided.lease,
        interval=settings.provided.sweep_interval,
        between=settings.provided.sweep_between,
    )
    prune_bodies = providers.Singleton(PruneBodies, retention=inbox, now=clock)
