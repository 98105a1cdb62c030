"""``videochamadas serve``: the HTTP interface until SIGINT or SIGTERM."""

import argparse
import asyncio
import sys

import structlog
from aiohttp import web

from domain.errors import BookTooNewError, BookUnavailableError
from entrypoints.container import Container
from entrypoints.http.app import create_app
from entrypoints.settings import Settings

GRACE = 10.0
EVERYWHERE = {"0.0.0.0", "::", ""}  # noqa: S104 - compared, not bound

log = structlog.get_logger()


def serve(settings: Settings, _arguments: argparse.Namespace) -> int:
    """Requests in hand get ``GRACE`` seconds to finish once a signal came."""
    if settings.profile and settings.organization is None:
        log.warning("organization.unknown", effect="events of other organizations are not noticed")
    app = create_app(Container(settings=settings))
    try:
        web.run_app(
            app,
            host=settings.host,
            port=settings.port,
            access_log=None,
            shutdown_timeout=GRACE,
            reuse_port=settings.reuse_port or None,
            handler_cancellation=False,  # a tab that closes hangs up on what it has just said
            loop=_event_loop(),
            print=lambda _: print(banner(settings), flush=True),
        )
    except (BookUnavailableError, BookTooNewError) as error:
        print(f"cannot use the database: {error}", file=sys.stderr)
        return 1
    except OSError as error:
        print(f"cannot listen on {settings.host}:{settings.port}: {error}", file=sys.stderr)
        return 1
    return 0


def _event_loop() -> asyncio.AbstractEventLoop:
    if sys.platform == "win32":
        return asyncio.new_event_loop()
    import uvloop  # noqa: PLC0415 - there is no wheel of it for Windows

    return uvloop.new_event_loop()


def banner(settings: Settings) -> str:
    """Where it listens, what is behind it, what is open, and what to try next."""
    host = "127.0.0.1" if settings.host in EVERYWHERE else settings.host
    url = f"http://{host}:{settings.port}"
    lines = [
        f"videochamadas listens on {url}",
        f"  video provider: {settings.video_provider}    "
        f"attendance service: {settings.attendance_provider}",
    ]
    if "none" in settings.asked:
        lines.append("  open: nobody is asked who they are (AUTH=none)")
    if settings.verification == "if-present":
        lines.append("  open: unsigned webhooks are believed (WEBHOOK_VERIFICATION=if-present)")
    if settings.sandboxed:
        lines.append("  nothing here is real; the twins forget all of it at the end")
    lines += [
        "try:",
        f'  curl -s {url}/api/dyte/meeting -d \'{{"titleMeet": "enc-1001"}}\'',
        "then follow the tour in README.md; stop with Ctrl-C",
    ]
    return "\n".join(lines)
