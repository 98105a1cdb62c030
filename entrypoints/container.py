"""The use cases over their adapters: the composition root.

It is synchronous, and needs what ``entrypoints.resources`` opens. A test or a staging script swaps
an adapter with ``container.rooms.override(...)`` before the application starts.
"""

import asyncio

from dependency_injector import providers

from adapters.provider.webhook import read_stored_event
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
from domain.pace import Pace
from domain.ports import Openings
from domain.rate import Rate
from entrypoints.adapters_behind_ports import Adapters
from entrypoints.http.access.allowances import Allowances
from entrypoints.operations.corrections import Corrections
from entrypoints.readiness import Readiness
from entrypoints.settings import Settings

HANDLED_AT_ONCE = 64


def _openings_source(settings: Settings) -> str:
    return "one_per_referral" if settings.one_meeting_per_referral else "new_each_time"


def _sweep_rate(settings: Settings) -> Rate:
    return Rate(1 / settings.sweep_calls_per_second)


class Container(Adapters):
    """What handlers, the worker and commands ask for."""

    rights = providers.Singleton(
        Rights,
        roster=Adapters.roster,
        meetings=Adapters.meetings,
        hosts=Adapters.settings.provided.host_policy,
        free=Adapters.settings.provided.free_meetings,
    )

    start_once_per_referral = providers.Singleton(
        StartOnce,
        rooms=Adapters.rooms,
        receipts=Adapters.receipts,
        now=Adapters.clock,
        new_id=Adapters.ids,
        lease=Adapters.settings.provided.start_lease,
        while_live=True,
    )
    openings: providers.Provider[Openings] = providers.Selector(
        providers.Callable(_openings_source, Adapters.settings),
        new_each_time=Adapters.rooms,
        one_per_referral=providers.Singleton(
            OnePerReferral,
            once=start_once_per_referral,
            patience=Adapters.settings.provided.partner_timeout,
        ),
    )
    start_once = providers.Singleton(
        StartOnce,
        rooms=openings,
        receipts=Adapters.receipts,
        now=Adapters.clock,
        new_id=Adapters.ids,
        lease=Adapters.settings.provided.start_lease,
    )
    start_meeting = providers.Singleton(
        StartMeeting,
        rights=rights,
        rooms=openings,
        meetings=Adapters.meetings,
        once=start_once,
        now=Adapters.clock,
    )
    join_meeting = providers.Singleton(
        JoinMeeting, rights=rights, rooms=Adapters.rooms, tickets=Adapters.tickets
    )
    push_seat = providers.Singleton(
        PushSeat,
        seats=Adapters.seats,
        attendance=Adapters.guarded_attendance,
        now=Adapters.clock,
        patience=Adapters.settings.provided.partner_timeout,
        random=Adapters.dice,
    )
    report_presence = providers.Singleton(
        ReportPresence,
        rights=rights,
        seats=Adapters.seats,
        push=push_seat,
        breaker=Adapters.breaker,
        now=Adapters.clock,
        new_id=Adapters.ids,
        lease=Adapters.settings.provided.lease,
    )
    leave_meeting = providers.Singleton(LeaveMeeting, report=report_presence)
    handle_session_end = providers.Singleton(
        HandleSessionEnd,
        attendance=Adapters.guarded_attendance,
        meetings=Adapters.meetings,
        seats=Adapters.seats,
        rooms=Adapters.rooms,
        reasons=Adapters.settings.provided.session_end_reasons,
    )
    handle_participant = providers.Singleton(
        HandleParticipant, attendance=Adapters.guarded_attendance, meetings=Adapters.meetings
    )
    decide_event = providers.Singleton(
        DecideEvent,
        participant=handle_participant,
        session_end=handle_session_end,
        organization=Adapters.settings.provided.organization,
    )
    handle_delivery = providers.Singleton(
        HandleDelivery,
        read=providers.Object(read_stored_event),
        decide=decide_event,
        deliveries=Adapters.deliveries,
        push=push_seat,
        now=Adapters.clock,
        random=Adapters.dice,
        lease=Adapters.settings.provided.lease,
    )
    receive_webhook = providers.Singleton(
        ReceiveWebhook,
        intake=Adapters.deliveries,
        handle=handle_delivery,
        breaker=Adapters.breaker,
        slots=providers.Singleton(asyncio.Semaphore, HANDLED_AT_ONCE),
        now=Adapters.clock,
        new_id=Adapters.ids,
        lease=Adapters.settings.provided.lease,
    )
    work = providers.Singleton(
        Work,
        deliveries=Adapters.deliveries,
        seats=Adapters.seats,
        handle=handle_delivery,
        push=push_seat,
        breaker=Adapters.breaker,
        now=Adapters.clock,
        lease=Adapters.settings.provided.lease,
    )
    readiness = providers.Singleton(Readiness, meetings=Adapters.meetings)
    sweep_meeting = providers.Singleton(
        SweepMeeting,
        sweeps=Adapters.sweeps,
        rooms=Adapters.rooms,
        pace=providers.Singleton(
            Pace,
            providers.Callable(_sweep_rate, Adapters.settings),
            now=Adapters.ticks,
            sleep=Adapters.naps,
        ),
        now=Adapters.clock,
        lease=Adapters.settings.provided.lease,
        interval=Adapters.settings.provided.sweep_interval,
        between=Adapters.settings.provided.sweep_between,
    )
    explain_presence = providers.Singleton(
        ExplainPresence, history=Adapters.history, sweeps=Adapters.sweeps
    )
    corrections = providers.Singleton(
        Corrections,
        inbox=Adapters.inbox,
        pseudonyms=Adapters.pseudonyms,
        clear_presence=providers.Singleton(
            ClearPresence,
            history=Adapters.history,
            seats=Adapters.seats,
            now=Adapters.clock,
            new_id=Adapters.ids,
        ),
        now=Adapters.clock,
    )
    prune = providers.Singleton(Prune, retention=Adapters.retention, now=Adapters.clock)
    erase_person = providers.Singleton(
        ErasePerson, erasure=Adapters.erasure, now=Adapters.clock, new_id=Adapters.ids
    )
    allowances = providers.Singleton(
        Allowances,
        doctors=providers.Singleton(
            Allowance,
            per_minute=Adapters.settings.provided.doctor_calls_per_minute,
            now=Adapters.ticks,
        ),
        services=providers.Singleton(
            Allowance,
            per_minute=Adapters.settings.provided.service_calls_per_minute,
            now=Adapters.ticks,
        ),
        proxies=Adapters.settings.provided.trusted_proxies,
    )
