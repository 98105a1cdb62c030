"""The use cases over their adapters: the composition root.

It is synchronous, and needs what ``entrypoints.resources`` opens. A test or a staging script swaps
an adapter with ``container.rooms.override(...)`` before the application starts.
"""

import asyncio
from functools import partial

from dependency_injector import providers

from adapters.own_trace import InOwnTrace
from adapters.system import new_secret
from application.clear_presence import ClearPresence
from application.close_meeting import CloseMeeting
from application.conclude_sweep import ConcludeSweep
from application.count_visits import CountVisits
from application.decide_event import DecideEvent
from application.discard_delivery import DiscardDelivery
from application.doubt_listed import DoubtListed
from application.ensure_webhook import EnsureWebhook
from application.erase_again import EraseAgain
from application.erase_person import ErasePerson
from application.explain_presence import ExplainPresence
from application.finish_closing import FinishClosing
from application.handle_delivery import HandleDelivery
from application.handle_participant import HandleParticipant
from application.handle_session_end import HandleSessionEnd
from application.join_meeting import JoinMeeting
from application.judge_left_out import JudgeLeftOut
from application.leave_meeting import LeaveMeeting
from application.prune import Prune
from application.read_delivery import ReadDelivery
from application.receive_webhook import ReceiveWebhook
from application.report_presence import ReportPresence
from application.retry_deliveries import RetryDeliveries
from application.reuse_meeting import ReuseMeeting
from application.rights import Rights
from application.rotate_secrets import RotateSecrets
from application.see_presence import SeePresence
from application.shown_meetings import ShownMeetings
from application.start_meeting import StartMeeting
from application.start_once import StartOnce
from application.sweep_live_list import SweepLiveList
from application.sweep_meeting import SweepMeeting
from application.sync_presence import SyncPresence
from application.sync_together import SyncTogether
from application.watch_presence import WatchPresence
from application.watch_webhook import WatchWebhook
from application.watched import Watched
from application.work import Work
from application.write_audit import WriteAudit
from domain.policies.allowance import Allowance
from domain.policies.pace import Pace
from domain.policies.rate import Rate
from entrypoints.adapters_behind_ports import Adapters
from entrypoints.partner_news import PartnerNews
from entrypoints.readiness import Readiness
from entrypoints.scrape import Scrape
from entrypoints.settings import Settings

HANDLED_AT_ONCE = 64  # webhooks
BETWEEN_LOOKS = 240.0  # seconds; an alarm comes within five minutes
BETWEEN_SECRETS = 10.0
"""Seconds after which a process knows the secrets that another one stored."""
NOTICE = 60.0
FAILURES_PER_MINUTE = 300
"""Of one address, which a whole hospital may share; each token of a doctor ends now and then."""
BETWEEN_DELETIONS = 0.02  # seconds in which others may write


def _signature_required(settings: Settings) -> bool:
    return settings.verification == "required"


def _sweep_rate(settings: Settings) -> Rate:
    return Rate(1 / settings.sweep_calls_per_second)


class Container(Adapters):
    """The use cases of handlers, the worker and commands."""

    rights = providers.Singleton(
        Rights,
        referrals=Adapters.referral_lookup,
        meetings=Adapters.meetings,
        hosts=Adapters.settings.provided.host_policy,
        free=Adapters.settings.provided.free_meetings,
    )

    start_meeting = providers.Singleton(
        StartMeeting,
        rights=rights,
        opener=Adapters.measured_rooms,
        meetings=Adapters.meetings,
        records=Adapters.idempotency_records,
        once=providers.Singleton(
            StartOnce,
            records=Adapters.idempotency_records,
            now=Adapters.stored_now,
            new_key=Adapters.new_key,
            lease=Adapters.settings.provided.start_lease,
        ),
        reuse=providers.Singleton(
            ReuseMeeting,
            facts=Adapters.presence,
            meetings=Adapters.meetings,
            calls=Adapters.measured_rooms,
            now=Adapters.stored_now,
        ),
        now=Adapters.stored_now,
        one_per_referral=Adapters.settings.provided.one_meeting_per_referral,
        patience=Adapters.settings.provided.partner_timeout,
    )
    join_meeting = providers.Singleton(
        JoinMeeting,
        rights=rights,
        meetings=Adapters.meetings,
        admitter=Adapters.measured_rooms,
        tickets=Adapters.tickets,
    )
    sync_presence = providers.Singleton(
        SyncPresence,
        facts=Adapters.presence,
        updates=Adapters.presence,
        attendance=Adapters.guarded_attendance,
        now=Adapters.stored_now,
        patience=Adapters.settings.provided.partner_timeout,
        random=Adapters.random,
    )
    sync_together = providers.Singleton(SyncTogether, sync=sync_presence, updates=Adapters.presence)
    finish_closing = providers.Singleton(
        FinishClosing,
        closings=Adapters.closings,
        closer=Adapters.measured_rooms,
        referrals=Adapters.referral_lookup,
        sync=sync_together,
        now=Adapters.stored_now,
        random=Adapters.random,
        lease=Adapters.settings.provided.lease,
    )
    close_meeting = providers.Singleton(
        CloseMeeting,
        rights=rights,
        closings=Adapters.closings,
        finish=finish_closing,
        audit=Adapters.audit_log,
        pseudonyms=Adapters.pseudonyms,
        now=Adapters.stored_now,
        lease=Adapters.settings.provided.closing_lease,
    )
    report_presence = providers.Singleton(
        ReportPresence,
        rights=rights,
        facts=Adapters.presence,
        sync=sync_presence,
        breaker=Adapters.breaker,
        now=Adapters.stored_now,
        new_key=Adapters.new_key,
        lease=Adapters.settings.provided.lease,
    )
    leave_meeting = providers.Singleton(
        LeaveMeeting,
        report=report_presence,
        rights=rights,
        facts=Adapters.presence,
        updates=Adapters.presence,
        sweeps=Adapters.sweeps,
        now=Adapters.stored_now,
    )
    shown_meetings = providers.Singleton(ShownMeetings, meetings=Adapters.referral_meetings)
    see_presence = providers.Singleton(SeePresence, rights=rights, meetings=shown_meetings)
    watch_presence = providers.Singleton(
        WatchPresence,
        rights=rights,
        watched=providers.Singleton(Watched, source=shown_meetings),
        now=Adapters.clock,
    )
    handle_session_end = providers.Singleton(
        HandleSessionEnd,
        attendance=Adapters.guarded_attendance,
        meetings=Adapters.meetings,
        facts=Adapters.presence,
        calls=Adapters.measured_rooms,
        reasons=Adapters.settings.provided.session_end_reasons,
    )
    handle_participant = providers.Singleton(
        HandleParticipant, attendance=Adapters.guarded_attendance, meetings=Adapters.meetings
    )
    decide_event = providers.Singleton(
        DecideEvent,
        attendance=Adapters.guarded_attendance,
        meetings=Adapters.meetings,
        participant=handle_participant,
        session_end=handle_session_end,
        sweeps=Adapters.sweeps,
        organization=Adapters.settings.provided.organization,
    )
    handle_delivery = providers.Singleton(
        HandleDelivery,
        source=Adapters.webhooks,
        decide=decide_event,
        deliveries=Adapters.deliveries,
        sync=sync_together,
        now=Adapters.stored_now,
        random=Adapters.random,
        lease=Adapters.settings.provided.lease,
    )
    receive_webhook = providers.Singleton(
        ReceiveWebhook,
        source=Adapters.webhooks,
        inbox=Adapters.deliveries,
        handle=handle_delivery,
        breaker=Adapters.breaker,
        slots=providers.Singleton(asyncio.Semaphore, HANDLED_AT_ONCE),
        now=Adapters.stored_now,
        new_key=Adapters.new_key,
        lease=Adapters.settings.provided.lease,
        signature_required=providers.Callable(_signature_required, Adapters.settings),
    )
    work = providers.Singleton(
        Work,
        deliveries=Adapters.deliveries,
        updates=Adapters.presence,
        closings=Adapters.closings,
        handle=providers.Factory(InOwnTrace, "delivery", handle_delivery, Adapters.spans),
        sync=providers.Factory(InOwnTrace, "update", sync_presence, Adapters.spans),
        finish=providers.Factory(InOwnTrace, "closing", finish_closing, Adapters.spans),
        breaker=Adapters.breaker,
        now=Adapters.stored_now,
        lease=Adapters.settings.provided.lease,
        closing_lease=Adapters.settings.provided.closing_lease,
    )
    readiness = providers.Singleton(Readiness, check=Adapters.store.provided.check)
    scrape = providers.Singleton(
        Scrape,
        metrics=Adapters.metrics,
        check=Adapters.store.provided.check,
        look=Adapters.standing.provided.look,
        breaker=Adapters.breaker,
    )
    partner_news = providers.Singleton(
        PartnerNews,
        partners=providers.List(
            Adapters.video_state, Adapters.attendance_state, Adapters.identity_state
        ),
        look=Adapters.standing.provided.look,
        now=Adapters.monotonic,
        stored_now=Adapters.stored_now,
    )
    sweep_pace = providers.Singleton(
        Pace,
        providers.Callable(_sweep_rate, Adapters.settings),
        now=Adapters.monotonic,
        sleep=Adapters.sleep,
    )
    conclude_sweep = providers.Singleton(
        ConcludeSweep,
        sweeps=Adapters.sweeps,
        news=Adapters.sweep_news,
        referrals=Adapters.referral_lookup,
        interval=Adapters.settings.provided.sweep_interval,
        between=Adapters.settings.provided.sweep_between,
    )
    sweep_meeting = providers.Singleton(
        SweepMeeting,
        sweeps=Adapters.sweeps,
        facts=Adapters.presence,
        calls=Adapters.measured_rooms,
        conclude=conclude_sweep,
        pace=sweep_pace,
        now=Adapters.stored_now,
        lease=Adapters.settings.provided.lease,
        interval=Adapters.settings.provided.sweep_interval,
    )
    doubt_listed = providers.Singleton(
        DoubtListed,
        sweeps=Adapters.sweeps,
        facts=Adapters.presence,
        pace=sweep_pace,
        now=Adapters.stored_now,
        every=Adapters.settings.provided.sweep_between,
        between=Adapters.settings.provided.sweep_between,
        interval=Adapters.settings.provided.sweep_interval,
    )
    judge_left_out = providers.Singleton(
        JudgeLeftOut,
        facts=Adapters.presence,
        calls=Adapters.measured_rooms,
        conclude=conclude_sweep,
        pace=sweep_pace,
    )
    sweep_live_list = providers.Singleton(
        SweepLiveList,
        lists=Adapters.live_lists,
        calls=Adapters.measured_rooms,
        left_out=judge_left_out,
        doubt=doubt_listed,
        pace=sweep_pace,
        now=Adapters.stored_now,
        every=Adapters.settings.provided.sweep_between,
    )
    ensure_webhook = providers.Singleton(EnsureWebhook, registry=Adapters.webhook_registry)
    watch_webhook = providers.Singleton(
        WatchWebhook,
        registry=Adapters.measured_registry,
        url=Adapters.settings.provided.webhook_url,
    )
    between_looks = providers.Object(BETWEEN_LOOKS)
    explain_presence = providers.Singleton(
        ExplainPresence,
        history=Adapters.history,
        facts=Adapters.presence,
        audit=Adapters.audit_log,
        pseudonyms=Adapters.pseudonyms,
    )
    count_visits = providers.Singleton(
        CountVisits, facts=Adapters.visit_facts, now=Adapters.stored_now
    )
    read_delivery = providers.Singleton(
        ReadDelivery, inbox=Adapters.operator_inbox, audit=Adapters.audit_log
    )
    retry_deliveries = providers.Singleton(
        RetryDeliveries,
        inbox=Adapters.operator_inbox,
        audit=Adapters.audit_log,
        now=Adapters.stored_now,
    )
    discard_delivery = providers.Singleton(
        DiscardDelivery,
        inbox=Adapters.operator_inbox,
        audit=Adapters.audit_log,
        now=Adapters.stored_now,
    )
    clear_presence = providers.Singleton(
        ClearPresence,
        history=Adapters.history,
        facts=Adapters.presence,
        audit=Adapters.audit_log,
        pseudonyms=Adapters.pseudonyms,
        now=Adapters.stored_now,
        new_key=Adapters.new_key,
    )
    prune = providers.Singleton(
        Prune,
        retention=Adapters.retention,
        now=Adapters.stored_now,
        pause=providers.Object(partial(asyncio.sleep, BETWEEN_DELETIONS)),
    )
    erase_person = providers.Singleton(
        ErasePerson,
        erasure=Adapters.erasure,
        audit=Adapters.audit_log,
        pseudonyms=Adapters.pseudonyms,
        now=Adapters.stored_now,
        new_id=Adapters.new_id,
    )
    erase_again = providers.Singleton(
        EraseAgain, erasure=Adapters.erasure, pseudonyms=Adapters.pseudonyms, erase=erase_person
    )
    rotate_secrets = providers.Singleton(
        RotateSecrets,
        secrets=Adapters.secrets,
        audit=Adapters.audit_log,
        now=Adapters.stored_now,
        new_secret=providers.Object(new_secret),
        notice=providers.Object(NOTICE),
    )
    between_secrets = providers.Object(BETWEEN_SECRETS)
    write_audit = providers.Singleton(
        WriteAudit, outbox=Adapters.audit_outbox, audit=Adapters.audit_log
    )
    doctors_allowance = providers.Singleton(
        Allowance,
        per_minute=Adapters.settings.provided.doctor_calls_per_minute,
        now=Adapters.monotonic,
    )
    services_allowance = providers.Singleton(
        Allowance,
        per_minute=Adapters.settings.provided.service_calls_per_minute,
        now=Adapters.monotonic,
    )
    failures_allowance = providers.Singleton(
        Allowance, per_minute=FAILURES_PER_MINUTE, now=Adapters.monotonic
    )
