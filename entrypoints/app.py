"""The HTTP application: middlewares, routes, and the use cases resolved once at start."""

from collections.abc import AsyncIterator

from aiohttp import web

from entrypoints.background import background
from entrypoints.console.front_door import FRONT_DOOR, LEADS_TO_CONSOLE
from entrypoints.container import Container
from entrypoints.http import app_keys
from entrypoints.http.access.allowances import Allowances
from entrypoints.http.access.cors import allow_origins, permit_reading
from entrypoints.http.access.credentials import Credentials
from entrypoints.http.access.gate import with_access
from entrypoints.http.access.hosts import refuse_other_hosts
from entrypoints.http.access.origins import PAGES
from entrypoints.http.contract import CONTRACT, FRONT_END
from entrypoints.http.deadline import MEETING_WITHIN
from entrypoints.http.docs import DOCUMENT, ServedDocument
from entrypoints.http.limits import DEFAULT_LIMITS, LIMITS, Limits
from entrypoints.http.middlewares import answering, refuse_loops, set_headers
from entrypoints.http.openapi_security import asked
from entrypoints.http.operation import OPERATIONS, Operation
from entrypoints.http.service import SERVICE
from entrypoints.http.stopping import close_connection
from entrypoints.http.streams import STREAMS, Streams
from entrypoints.http.unwanted_events import UnwantedEvents
from entrypoints.operators import app_keys as operators
from entrypoints.operators.table import FOR_OPERATORS
from entrypoints.resources import open_resources
from entrypoints.setting_types import BARE
from entrypoints.settings import Settings


def create_app(container: Container, limits: Limits = DEFAULT_LIMITS) -> web.Application:
    """Build the application over a container. Override its providers before this call."""
    settings = container.settings()
    origins = settings.cors_origins
    cors = [allow_origins(origins, FRONT_END)] if origins else []
    hosts = [refuse_other_hosts(settings.public_hosts)] if settings.public_hosts else []
    app = web.Application(middlewares=[answering(*hosts, refuse_loops), *cors])
    app[PAGES] = origins
    app[LIMITS] = limits
    app[MEETING_WITHIN] = settings.meeting_within
    app[STREAMS] = Streams(limits.streams, limits.streams_of_doctor)
    app.on_response_prepare.extend([set_headers, close_connection])
    if origins:
        app.on_response_prepare.append(permit_reading)
    app[OPERATIONS] = operations_of(settings)
    metrics = app[app_keys.METRICS] = container.metrics()
    app[app_keys.REQUESTS] = metrics.requests([one.id for one in app[OPERATIONS]])
    app[LEADS_TO_CONSOLE] = settings.sandboxed and settings.with_console
    app[app_keys.UNWANTED_EVENTS] = UnwantedEvents()
    metrics.streams.set_function(lambda: len(app[STREAMS]))
    security = asked(settings.authentication, settings.jwt_from, sandboxed=settings.sandboxed)
    app[DOCUMENT] = ServedDocument(app[OPERATIONS], security)
    app.add_routes([with_access(one, sandboxed=settings.sandboxed) for one in app[OPERATIONS]])

    async def resources(app: web.Application) -> AsyncIterator[None]:
        async with open_resources(container):
            _resolve(app, container)
            async with background(container):
                yield

    async def stop_wanting_work(_app: web.Application) -> None:
        container.work().stop_claiming()

    app.cleanup_ctx.append(resources)
    app.on_shutdown.append(stop_wanting_work)
    return app


def operations_of(settings: Settings) -> tuple[Operation, ...]:
    """What this process serves: the contract's operations, the operators', the service's own, and
    the console where it is on, and the control routes of the sandbox twins in this process."""
    operations = [*CONTRACT, *FOR_OPERATORS, *SERVICE, *FRONT_DOOR]
    if settings.with_console:
        from entrypoints.console.table import CONSOLE  # noqa: PLC0415 - takes 1 MB

        operations += CONSOLE
    if settings.with_sandbox:
        from entrypoints.sandbox.in_process import control_operations  # noqa: PLC0415 - takes 1 MB

        operations += control_operations(settings)
    return tuple(operations)


def _resolve(app: web.Application, container: Container) -> None:
    app[app_keys.START_MEETING] = container.start_meeting()
    app[app_keys.JOIN_MEETING] = container.join_meeting()
    app[app_keys.CLOSE_MEETING] = container.close_meeting()
    app[app_keys.REPORT_PRESENCE] = container.report_presence()
    app[app_keys.LEAVE_MEETING] = container.leave_meeting()
    app[app_keys.SEE_PRESENCE] = container.see_presence()
    app[app_keys.WATCH_PRESENCE] = container.watch_presence()
    app[app_keys.RECEIVE_WEBHOOK] = container.receive_webhook()
    app[app_keys.CREDENTIALS] = Credentials(
        callers=container.callers(),
        doctors=container.doctor_tokens(),
        bare=BARE in container.settings().jwt_from,
        cookies=container.settings().token_cookies,
    )
    app[app_keys.TICKETS] = container.tickets()
    app[app_keys.LOOP_MARK] = container.loop_mark()
    app[app_keys.PSEUDONYMS] = container.pseudonyms()
    app[app_keys.AUDIT_LOG] = container.audit_log()
    app[app_keys.ALLOWANCES] = Allowances(
        doctors=container.doctors_allowance(),
        services=container.services_allowance(),
        failures=container.failures_allowance(),
        proxies=container.settings().trusted_proxies,
    )
    app[app_keys.SPANS] = container.spans()
    app[app_keys.READINESS] = container.readiness()
    app[app_keys.SCRAPE] = container.scrape()
    app[operators.INBOX] = container.operator_inbox()
    app[operators.READ_DELIVERY] = container.read_delivery()
    app[operators.EXPLAIN_PRESENCE] = container.explain_presence()
    app[operators.COUNT_VISITS] = container.count_visits()
    app[operators.RETRY_DELIVERIES] = container.retry_deliveries()
    app[operators.DISCARD_DELIVERY] = container.discard_delivery()
    app[operators.CLEAR_PRESENCE] = container.clear_presence()
    if container.settings().with_console:
        from entrypoints.console.wiring import resolve_views  # noqa: PLC0415 - takes 1 MB

        resolve_views(app, container)
    if container.settings().with_sandbox:
        from entrypoints.sandbox.in_process import resolve_world  # noqa: PLC0415 - takes 1 MB

        resolve_world(app, container.sandbox(), container.settings())
