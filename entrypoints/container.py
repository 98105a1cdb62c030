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
from adapters.attendance.roster import RememberedRoster
from adapters.book.deliveries import DeliveryBook
from adapters.book.erasure import ErasureBook
from adapters.book.history import HistoryBook
from adapters.book.inbox import InboxBook
from adapters.book.meetings import MeetingBook
from adapters.book.receipts import ReceiptBook
from adapters.book.retention import RetentionBook
from adapters.book.seats import SeatBook
from adapters.book.steps import Store
from adapters.book.sweeps import SweepBook
from adapters.callers.api_keys import ApiKeys
from adapters.callers.doctor_tokens import DoctorTokens
from adapters.callers.either import KeysOrTokens
from adapters.callers.leave_tickets import SignedTickets
from adapters.callers.pseudonyms import Pseudonyms
from adapters.callers.signers import GivenSigner, PublishedSigners, load_signer
from adapters.callers.unasked import Unasked
from adapters.partner_api import PartnerApi
from adapters.provider.authenticity import Authenticity
from adapters.provider.keys import FetchedKey, GivenKey
from adapters.provider.rooms import ProviderRooms
from adapters.provider.webhook import read_stored_event
from adapters.sandbox.world import SandboxWorld
from adapters.system import epoch, jitter, new_id, steady
from application.clear_presence import ClearPresence
from application.decide_event import DecideEvent
from application.erase_person import ErasePerson
from application.explain_presence import ExplainPresence
from application.handle_delivery import HandleDelivery
from application.handle_participant import HandleParticipant
from application.handle_session_end import HandleSessionEnd
from application.join_meeting import JoinMeeting
from application.leave_meeting import LeaveMeeting
from application.one_per_referral import OnePerReferral
from application.prune import Prune
from application.push_seat import PushSeat
from application.receive_webhook import ReceiveWebhook
from application.report_presence import ReportPresence
from application.rights import Rights
from application.start_meeting import StartMeeting
from application.start_once import StartOnce
from application.sweep_meeting import SweepMeeting
from application.work import Work
from domain.allowance import Allowance
from domain.book import KnownMeetings
from domain.breaker import Breaker
from domain.errors import Partner
from domain.pace import Pace
from domain.ports import Attendance, Callers, Openings, VideoRooms
from domain.rate import Rate
from entrypoints.allowances import Allowances
from entrypoints.operations.corrections import Corrections
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


def _caller_source(settings: Settings) -> str:
    if settings.asked == {"api-key", "jwt"}:
        return "both"
    return {"none": "none", "api-key": "keys", "jwt": "tokens"}[min(settings.asked)]


def _signer_source(settings: Settings) -> str:
    return "given" if settings.jwt_public_key else "published"


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
    identity_session = providers.Dependency(instance_of=aiohttp.ClientSession)
    ticket_secret = providers.Dependency(instance_of=bytes)
    pseudonym_secret = providers.Dependency(instance_of=bytes)

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
    retention = providers.Singleton(RetentionBook, store=store)
    erasure = providers.Singleton(ErasureBook, store=store)

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

    identity_api = providers.Singleton(
        PartnerApi,
        partner=Partner.IDENTITY,
        session=identity_session,
        base_url=settings.provided.jwt_jwks_url,
    )
    signers = providers.Selector(
        providers.Callable(_signer_source, settings),
        given=providers.Singleton(
            GivenSigner, key=providers.Callable(load_signer, settings.provided.jwt_public_key)
        ),
        published=providers.Singleton(PublishedSigners, api=identity_api, now=ticks),
    )
    api_keys = providers.Singleton(ApiKeys, keys=settings.provided.service_keys)
    doctor_tokens = providers.Singleton(
        DoctorTokens,
        signers=signers,
        algorithms=settings.provided.jwt_algorithms,
        issuer=settings.provided.jwt_issuer,
        audience=settings.provided.jwt_audience,
        claim=settings.provided.jwt_claim,
        now=clock,
    )
    callers: providers.Provider[Callers] = providers.Selector(
        providers.Callable(_caller_source, settings),
        none=providers.Singleton(Unasked, operators=settings.provided.sandboxed),
        keys=api_keys,
        tokens=doctor_tokens,
        both=providers.Singleton(KeysOrTokens, keys=api_keys, tokens=doctor_tokens),
    )
    allowances = providers.Singleton(
        Allowances,
        doctors=providers.Singleton(
            Allowance, per_minute=settings.provided.doctor_calls_per_minute, now=ticks
        ),
        services=providers.Singleton(
            Allowance, per_minute=settings.provided.service_calls_per_minute, now=ticks
        ),
        proxies=settings.provided.trusted_proxies,
    )
    tickets = providers.Singleton(SignedTickets, secret=ticket_secret, now=clock)
    pseudonyms = providers.Singleton(Pseudonyms, secret=pseudonym_secret)
    rights = providers.Singleton(
        Rights,
        roster=providers.Singleton(RememberedRoster, attendance=guarded_attendance, now=ticks),
        meetings=meetings,
        hosts=settings.provided.host_policy,
        free=settings.provided.free_meetings,
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
        StartMeeting,
        rights=rights,
        rooms=openings,
        meetings=meetings,
        once=start_once,
        now=clock,
    )
    join_meeting = providers.Singleton(JoinMeeting, rights=rights, rooms=rooms, tickets=tickets)
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
        rights=rights,
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
    explain_presence = providers.Singleton(ExplainPresence, history=history, sweeps=sweeps)
    corrections = providers.Singleton(
        Corrections,
        inbox=inbox,
        clear_presence=providers.Singleton(
            ClearPresence, history=history, seats=seats, now=clock, new_id=ids
        ),
        now=clock,
    )
    prune = providers.Singleton(Prune, retention=retention, now=clock)
    erase_person = providers.Singleton(ErasePerson, erasure=erasure, now=clock, new_id=ids)
