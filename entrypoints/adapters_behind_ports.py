"""The only file that knows which adapter stands behind which port.

What must be opened first (HTTP sessions, the store, the sandbox, the book's secrets) is opened by
``entrypoints.resources`` and handed in ready.
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
from adapters.sandbox.world import SandboxWorld
from adapters.system import epoch, jitter, new_id, steady
from domain.book import KnownMeetings
from domain.breaker import Breaker
from domain.errors import Partner
from domain.pace import Pace
from domain.ports import Attendance, Callers, VideoRooms
from domain.rate import Rate
from entrypoints.settings import Settings


def _bearer(settings: Settings) -> str | None:
    token = settings.attendance_token
    return None if token is None else f"Bearer {token.get_secret_value()}"


def _video_authorization(settings: Settings) -> str | None:
    if settings.profile is None or settings.dyte_token is None:
        return None
    return settings.profile.authorization(settings.dyte_token.get_secret_value())


def _signature_required(settings: Settings) -> bool:
    return settings.verification == "required"


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


class Adapters(containers.DeclarativeContainer):
    """An adapter behind each port, by setting; and what all of them are made of."""

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

    roster = providers.Singleton(
        RememberedRoster, attendance=attendance, breaker=breaker, now=ticks
    )

    deliveries = providers.Singleton(DeliveryBook, store=store)
    seats = providers.Singleton(SeatBook, store=store)
    meetings: providers.Provider[KnownMeetings] = providers.Singleton(MeetingBook, store=store)
    receipts = providers.Singleton(ReceiptBook, store=store)
    inbox = providers.Singleton(InboxBook, store=store)
    sweeps = providers.Singleton(SweepBook, store=store)
    history = providers.Singleton(HistoryBook, store=store)
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
    tickets = providers.Singleton(SignedTickets, secret=ticket_secret, now=clock)
    pseudonyms = providers.Singleton(Pseudonyms, secret=pseudonym_secret)
