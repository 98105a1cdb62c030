"""The HTTP application: middlewares, routes, and the use cases resolved once at start."""

from collections.abc import AsyncIterator

from aiohttp import web

from entrypoints.container import Container
from entrypoints.http import health, keys, meetings, presence, webhook
from entrypoints.http.middlewares import answer_problems, identify_and_log, refuse_loops
from entrypoints.resources import open_resources
from entrypoints.sandbox import control
from entrypoints.settings import Settings

ROUTES = (
    web.post("/api/dyte/meeting", meetings.start_meeting),
    web.post("/api/dyte/participants", meetings.join_meeting),
    web.post(
        "/attendance-service/referrals/{referralId}/meetings/{meetingId}/user",
        presence.report_presence,
    ),
    web.post("/api/update-doctor-meet", presence.leave_meeting),
    web.post("/api/dyte/webhook", webhook.receive_webhook),
    web.get("/health/live", health.live),
    web.get("/health/ready", health.ready),
)


def create_app(container: Container) -> web.Application:
    """The application over a container whose providers may have been overridden before."""
    app = web.Application(middlewares=[identify_and_log, answer_problems, refuse_loops])
    app.add_routes(ROUTES)
    app.add_routes(_control_routes(container.settings()))

    async def resources(app: web.Application) -> AsyncIterator[None]:
        async with open_resources(container):
            _resolve(app, container)
            yield

    app.cleanup_ctx.append(resources)
    return app


def _control_routes(settings: Settings) -> list[web.RouteDef]:
    """Those of the twins that run in this process, and none in production."""
    routes: list[web.RouteDef] = []
    if settings.video_provider == "sandbox":
        routes += control.CALL_ROUTES
    if settings.attendance_provider == "sandbox":
        routes += control.ATTENDANCE_ROUTES
    if routes:
        routes += control.FAULT_ROUTES
    return routes


def _resolve(app: web.Application, container: Container) -> None:
    app[keys.START_MEETING] = container.start_meeting()
    app[keys.JOIN_MEETING] = container.join_meeting()
    app[keys.REPORT_PRESENCE] = container.report_presence()
    app[keys.LEAVE_MEETING] = container.leave_meeting()
    app[keys.HANDLE_SESSION_END] = container.handle_session_end()
    app[control.WORLD] = container.sandbox()
    app[control.FAULTS] = app[control.WORLD].faults
