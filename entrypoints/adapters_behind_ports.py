"""Which adapter stands behind which port. Only this file and ``database.py`` know.

What must be opened first (HTTP sessions, the database, the sandbox) is opened by
``entrypoints.resources`` and handed in ready.
"""

import asyncio
import os
from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

import aiohttp
from dependency_injector import containers, providers

from adapters.attendance.cached_referrals import CachedReferrals
from adapters.attendance.factory import HttpAttendanceFactory
from adapters.attendance.guarded import GuardedAttendance
from adapters.audit_log import StructlogAuditLog
from adapters.callers.api_keys import ApiKeys
from adapters.callers.doctor_tokens import DoctorTokens
from adapters.callers.identity_keys import identity_keys, load_signer
from adapters.callers.keyed_pseudonyms import KeyedPseudonyms
from adapters.callers.keys_or_tokens import KeysOrTokens
from adapters.callers.leave_tickets import SignedTickets
from adapters.callers.no_authentication import NoAuthentication
from adapters.kept_secrets import KeptSecrets
from adapters.measured import MeasuredAttendance, MeasuredRegistry, MeasuredVideo
from adapters.metrics import Metrics
from adapters.partner_api import PartnerApi
from adapters.partner_calls import PartnerCalls, PartnerState
from adapters.plug_in import AdapterContext, AttendanceAdapter, VideoAdapter
from adapters.provider.factory import ProviderFactory
from adapters.provider.rooms import MOST_LIVE_PAGES
from adapters.provider.signature import load_key
from adapters.provider.webhooks import ProviderWebhooks
from adapters.published_keys import GivenKeys, KeyMemory
from adapters.storage.audit import StoredAuditLog, StoredAuditOutbox
from adapters.storage.closings import StoredClosings
from adapters.storage.deliveries import StoredDeliveries
from adapters.storage.erasure import StoredErasure
from adapters.storage.far_dues import StoredFarDues
from adapters.storage.history import StoredHistory
from adapters.storage.idempotency import StoredIdempotencyRecords
from adapters.storage.installation import StoredInstallation
from adapters.storage.live_lists import StoredLiveLists
from adapters.storage.meetings import StoredMeetings
from adapters.storage.operator_view import StoredOperatorInbox
from adapters.storage.operator_watch import StoredOperatorWatch
from adapters.storage.presence import StoredPresence
from adapters.storage.published_keys import StoredPublishedKeys
from adapters.storage.referral_meetings import StoredReferralMeetings
from adapters.storage.retention import StoredRetention
from adapters.storage.secrets import StoredSecrets
from adapters.storage.standing import StoredStanding
from adapters.storage.sweeps import StoredSweeps
from adapters.storage.transaction import Store
from adapters.storage.visits import StoredVisitFacts
from adapters.sweep_news import LoggedSweepNews
from adapters.system import epoch, jitter, new_bits, new_id, since_boot, steady
from adapters.trace import Spans
from adapters.via import loop_mark
from application.conclude_sweep import LONGEST_REST
from domain.errors import Partner
from domain.policies.breaker import Breaker
from domain.ports.attendance import Attendance
from domain.ports.callers import Callers
from domain.ports.meetings import MeetingRepository
from domain.ports.operators import AuditLog
from domain.ports.video import VideoProvider
from domain.ports.webhook_registry import WebhookRegistry
from domain.ports.webhooks import WebhookSource
from domain.referral import Referral, ReferralId
from entrypoints.database import storage_kind
from entrypoints.plug_ins import made_attendance_adapter, made_video_adapter, own_variables
from entrypoints.setting_types import BEARER
from entrypoints.settings import Settings
from entrypoints.settings_rules import check_partner_url

if TYPE_CHECKING:
    from adapters.sandbox.world import SandboxWorld  # imported where there is one


def _video_adapter(
    settings: Settings,
    sandbox: Callable[[], "SandboxWorld"],
    context: AdapterContext,
    memory: Callable[[], KeyMemory],
    calls: PartnerCalls,
) -> VideoAdapter:
    if settings.video_provider == "sandbox":
        given = settings.webhook_public_key
        world = sandbox()
        keys = GivenKeys(lambda: load_key(given or world.key.public_pem))
        return VideoAdapter(world.video, ProviderWebhooks(keys))
    if settings.profile is None:
        return made_video_adapter(settings.video_provider, context)
    factory = ProviderFactory(
        profile=settings.profile,
        base_url=settings.video_base_url,
        token=settings.dyte_token.get_secret_value() if settings.dyte_token else "",
        presets=settings.presets,
        calls_per_minute=settings.provider_calls_per_minute,
        key_url=settings.key_url,
        public_key=settings.webhook_public_key,
        memory=memory,
        key_calls=calls,
    )
    return factory(context)


def _attendance_adapter(
    settings: Settings, sandbox: Callable[[], "SandboxWorld"], context: AdapterContext
) -> AttendanceAdapter:
    if settings.attendance_provider == "sandbox":
        return AttendanceAdapter(sandbox().service)
    if settings.attendance_provider != "http":
        return made_attendance_adapter(settings.attendance_provider, context)
    token = settings.attendance_token
    secret = None if token is None else token.get_secret_value()
    headers = settings.fixed_headers
    return HttpAttendanceFactory(settings.attendance_base_url or "", secret, headers)(context)


def _caller_source(settings: Settings) -> str:
    """Who may stand after ``Bearer``: where no token may, keys alone, be it that there are none."""
    if "none" in settings.authentication:
        return "none"
    if "jwt" not in settings.authentication or BEARER not in settings.jwt_from:
        return "keys"
    return "both" if "api-key" in settings.authentication else "tokens"


def _longest_rest(settings: Settings) -> float:
    """Seconds until a watched meeting is asked about again, after an answer or a failure."""
    return settings.sweep_interval + LONGEST_REST


def _longest_reading(settings: Settings) -> float:
    """Seconds that the list of live sessions takes while other questions have half of the calls,
    and then until the next."""
    return 2 * MOST_LIVE_PAGES / settings.sweep_calls_per_second + settings.sweep_between


def _signer_source(settings: Settings) -> str:
    return "given" if settings.jwt_public_key else "published"


class Adapters(containers.DeclarativeContainer):
    """An adapter behind each port, by setting, and what all of them are made of."""

    settings = providers.Dependency(instance_of=Settings)
    clock = providers.Object(epoch)
    monotonic = providers.Object(steady)
    since_boot = providers.Object(since_boot)
    random = providers.Object(jitter)
    new_id = providers.Object(new_id)
    new_key = providers.Object(partial(new_bits, 128))
    sleep = providers.Object(asyncio.sleep)
    environment = providers.Callable(own_variables, providers.Object(os.environ))
    video_session = providers.Dependency(instance_of=aiohttp.ClientSession)
    attendance_session = providers.Dependency(instance_of=aiohttp.ClientSession)
    identity_session = providers.Dependency(instance_of=aiohttp.ClientSession)
    sandbox: providers.Dependency["SandboxWorld"] = providers.Dependency()
    storage_kind = providers.Callable(storage_kind, settings)
    metrics = providers.Singleton(Metrics, storage_kind)
    spans: providers.Provider[Spans | None] = providers.Object(None)
    store: providers.Dependency[Store] = providers.Dependency()
    stored_now: providers.Provider[Callable[[], float]] = store.provided.now
    ticket_secrets = providers.Dependency(instance_of=KeptSecrets)
    pseudonym_secrets = providers.Dependency(instance_of=KeptSecrets)
    loop_mark = providers.Singleton(loop_mark, pseudonym_secrets.provided.first)
    breaker = providers.Singleton(Breaker, now=monotonic)

    _context = providers.Factory(
        AdapterContext,
        environment=environment,
        now=clock,
        monotonic=monotonic,
        sleep=sleep,
        check_url=providers.Factory(partial, check_partner_url, settings),
    )
    published_keys = providers.Singleton(StoredPublishedKeys, store=store, now=clock)
    video_state = providers.Singleton(PartnerState, Partner.VIDEO, metrics=metrics, now=monotonic)
    attendance_state = providers.Singleton(
        PartnerState, Partner.ATTENDANCE, metrics=metrics, now=monotonic
    )
    identity_state = providers.Singleton(
        PartnerState, Partner.IDENTITY, metrics=metrics, now=monotonic
    )
    video_calls = providers.Singleton(PartnerCalls, video_state, metrics, spans)
    video_adapter = providers.Singleton(
        _video_adapter,
        settings,
        sandbox.provider,
        providers.Factory(_context, partner=Partner.VIDEO, session=video_session),
        published_keys.provider,
        video_calls,
    )
    rooms: providers.Provider[VideoProvider] = video_adapter.provided.calls
    webhooks: providers.Provider[WebhookSource] = video_adapter.provided.webhooks
    webhook_registry: providers.Provider[WebhookRegistry | None] = video_adapter.provided.registry
    attendance_adapter = providers.Singleton(
        _attendance_adapter,
        settings,
        sandbox.provider,
        providers.Factory(_context, partner=Partner.ATTENDANCE, session=attendance_session),
    )
    attendance: providers.Provider[Attendance] = attendance_adapter.provided.attendance
    measured_rooms: providers.Provider[VideoProvider] = providers.Singleton(
        MeasuredVideo, rooms, video_calls
    )
    measured_registry: providers.Provider[WebhookRegistry] = providers.Singleton(
        MeasuredRegistry, webhook_registry, video_calls
    )
    measured_attendance: providers.Provider[Attendance] = providers.Singleton(
        MeasuredAttendance,
        attendance,
        providers.Singleton(PartnerCalls, attendance_state, metrics, spans),
    )
    guarded_attendance = providers.Singleton(
        GuardedAttendance, attendance=measured_attendance, breaker=breaker
    )
    referral_lookup = providers.Singleton(
        CachedReferrals, attendance=measured_attendance, breaker=breaker, now=monotonic
    )
    known_referral: providers.Provider[Callable[[ReferralId], Referral | None]] = (
        referral_lookup.provided.known
    )

    deliveries = providers.Singleton(StoredDeliveries, store=store)
    presence = providers.Singleton(StoredPresence, store=store)
    closings = providers.Singleton(StoredClosings, store=store)
    installation = providers.Singleton(StoredInstallation, store=store)
    secrets = providers.Singleton(StoredSecrets, store=store)
    meetings: providers.Provider[MeetingRepository] = providers.Singleton(
        StoredMeetings, store=store
    )
    idempotency_records = providers.Singleton(StoredIdempotencyRecords, store=store)
    operator_inbox = providers.Singleton(StoredOperatorInbox, store=store)
    sweeps = providers.Singleton(StoredSweeps, store=store)
    live_lists = providers.Singleton(StoredLiveLists, store=store)
    standing = providers.Singleton(StoredStanding, store=store)
    far_dues = providers.Singleton(
        StoredFarDues,
        store=store,
        lease=settings.provided.lease,
        start_lease=settings.provided.start_lease,
        sweep=providers.Callable(_longest_rest, settings),
        reading=providers.Callable(_longest_reading, settings),
    )
    operator_watch = providers.Singleton(StoredOperatorWatch, store=store)
    history = providers.Singleton(StoredHistory, store=store)
    referral_meetings = providers.Singleton(StoredReferralMeetings, store=store)
    visit_facts = providers.Singleton(StoredVisitFacts, store=store)
    retention = providers.Singleton(StoredRetention, store=store)
    erasure = providers.Singleton(StoredErasure, store=store)
    audit_log: providers.Provider[AuditLog] = providers.Singleton(StructlogAuditLog)
    audit_outbox = providers.Singleton(StoredAuditOutbox, store=store)
    stored_audit_log = providers.Singleton(
        StoredAuditLog, outbox=audit_outbox, otherwise=audit_log, now=clock
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
            GivenKeys, providers.Factory(partial, load_signer, settings.provided.jwt_public_key)
        ),
        published=providers.Singleton(
            identity_keys,
            api=identity_api,
            now=monotonic,
            calls=providers.Singleton(PartnerCalls, identity_state, metrics, spans),
        ),
    )
    api_keys = providers.Singleton(ApiKeys, keys=settings.provided.service_keys)
    doctor_tokens = providers.Singleton(
        DoctorTokens,
        keys=signers,
        algorithms=settings.provided.jwt_algorithms,
        issuer=settings.provided.jwt_issuer,
        audience=settings.provided.jwt_audience,
        claim=settings.provided.jwt_claim,
        now=clock,
    )
    callers: providers.Provider[Callers] = providers.Selector(
        providers.Callable(_caller_source, settings),
        none=providers.Singleton(NoAuthentication, operators=settings.provided.sandboxed),
        keys=api_keys,
        tokens=doctor_tokens,
        both=providers.Singleton(KeysOrTokens, keys=api_keys, tokens=doctor_tokens),
    )
    pseudonyms = providers.Singleton(KeyedPseudonyms, secrets=pseudonym_secrets)
    sweep_news = providers.Singleton(
        LoggedSweepNews,
        metrics=metrics,
        pseudonyms=pseudonyms,
        newest=standing.provided.newest_delivery,
        now=monotonic,
    )
    tickets = providers.Singleton(SignedTickets, secrets=ticket_secrets, now=clock)
