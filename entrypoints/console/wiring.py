"""What the console's views watch, resolved once."""

from collections.abc import Callable
from functools import partial
from importlib.metadata import version

from aiohttp import web

from adapters.sandbox.says import says
from application.operator_views import CallsOnView, Looked, ReferralView, nothing_noted
from application.see_calls import SeeCalls
from application.watched import Watched
from domain.installation import TWIN
from entrypoints.console.health import LookAtHealth, Registration, TwinsShown
from entrypoints.console.queues import LookAtWaiting
from entrypoints.console.views import EVERY, VIEWS, Views
from entrypoints.console.watch import WatchDocument
from entrypoints.container import Container
from entrypoints.database import storage_kind
from entrypoints.http.streams import STREAMS, Streams
from entrypoints.shown_settings import shown_settings


def resolve_views(app: web.Application, container: Container) -> None:
    app[VIEWS] = _views(container, app[STREAMS])


def _views(container: Container, streams: Streams) -> Views:
    """Of a container whose resources are open. What is known of the twins in this process is what
    they have now; of a real provider what it said last."""
    settings, world = container.settings(), container.sandbox()
    twins = TwinsShown(
        video=settings.video_provider == TWIN, attendance=settings.attendance_provider == TWIN
    )
    noted = (lambda: world.version) if twins.video or twins.attendance else nothing_noted
    inbox, watch, meetings = (
        container.operator_inbox(),
        container.operator_watch(),
        container.referral_meetings(),
    )
    see = SeeCalls(
        meetings,
        container.history(),
        watch,
        known=world.attendance.referrals.get if twins.attendance else container.known_referral(),
        twin=partial(says, world.rooms) if twins.video else None,
    )
    look = container.standing().look
    return Views(
        referrals=Watched(ReferralView(see, meetings, inbox, watch, noted)),
        document=WatchDocument(world, twins.video, twins.attendance),
        calls=Watched(CallsOnView(see, watch, noted), EVERY),
        waiting=Watched(Looked(LookAtWaiting(look, watch)), EVERY),
        health=Watched(Looked(_health(container, streams, twins)), EVERY),
    )


def _health(container: Container, streams: Streams, twins: TwinsShown) -> LookAtHealth:
    settings = container.settings()
    news, readiness = container.sweep_news(), container.readiness()
    return LookAtHealth(
        look=container.standing().look,
        inbox=container.operator_inbox(),
        breaker=container.breaker(),
        partners={"video": container.video_state(), "attendance": container.attendance_state()},
        twins=twins,
        version=version("videochamadas"),
        storage=storage_kind(settings),
        settings=shown_settings(settings),
        stopping=lambda: readiness.stopping,
        streams=lambda: len(streams),
        webhooks_stopped=lambda: news.webhooks_stopped,
        registration=_registration(container),
    )


def _registration(container: Container) -> Callable[[], Registration]:
    if not container.settings().webhook_url or container.webhook_registry() is None:
        return lambda: "not-watched"
    looking = container.watch_webhook()
    return lambda: "registered" if looking.registered else "unregistered"
