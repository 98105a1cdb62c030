"""``videochamadas serve``: the HTTP interface until SIGINT or SIGTERM."""

import argparse
import asyncio
import gc
import os
import signal
import sys
from contextlib import AbstractAsyncContextManager, nullcontext
from typing import cast

import structlog
from aiohttp import web

from adapters.plug_in import AdapterError
from domain.errors import StorageUnavailableError, StorageUnfitError
from domain.installation import ForeignStorageError
from entrypoints.app import create_app
from entrypoints.cli.exit_codes import EXIT_SETTINGS
from entrypoints.cli.open_files import allow_open_files
from entrypoints.cli.systemd import READY, STOPPING, tell_systemd
from entrypoints.cli.with_storage import foreign
from entrypoints.container import Container
from entrypoints.http.metrics import metrics_alone
from entrypoints.http.server import listening
from entrypoints.http.stopping import drain
from entrypoints.queued_output import QueuedOutput
from entrypoints.setting_names import unread
from entrypoints.settings import Settings

GRACE = 10.0  # seconds
GATHERED = 10_000
"""New objects, less those that were freed, after which the newest are looked at for cycles."""
EVERYWHERE = {"0.0.0.0", "::", ""}  # noqa: S104 - compared, not bound

log = structlog.get_logger()


def serve(settings: Settings, _arguments: argparse.Namespace) -> int:
    """Serve until a signal comes, and ``DRAIN_SECONDS`` longer. Requests in hand then get ``GRACE``
    seconds to finish."""
    allow_open_files()
    for variable in unread(os.environ):
        log.warning("settings.unread", variable=variable)
    try:
        with asyncio.Runner(loop_factory=_event_loop) as runner:
            runner.run(_until_told(settings))
    except (StorageUnavailableError, StorageUnfitError) as error:
        print(f"cannot use the database: {error}", file=sys.stderr)
        return 1
    except ForeignStorageError as error:
        print(foreign(error), file=sys.stderr)
        return EXIT_SETTINGS
    except AdapterError as error:
        print(f"cannot start with these settings:\n  {error}", file=sys.stderr)
        return EXIT_SETTINGS
    except OSError as error:
        print(f"cannot listen on {_addresses(settings)}: {error}", file=sys.stderr)
        return 1
    except asyncio.CancelledError:
        return 1
    return 0


async def _until_told(settings: Settings) -> None:
    """Serve until SIGINT or SIGTERM, drain, then close everything in order. A second signal ends
    every wait: CancelledError is raised."""
    task = cast("asyncio.Task[None]", asyncio.current_task())
    _cancel_on_signals(task)
    app = create_app(Container(settings=settings))
    try:
        async with (
            listening(
                app, settings.host, settings.port, reuse_port=settings.reuse_port, grace=GRACE
            ),
            _metrics_of(app, settings),
        ):
            _spare_the_collector()
            QueuedOutput(1).add(f"{banner(settings)}\n".encode())
            tell_systemd(READY)
            await _signal()
            tell_systemd(STOPPING)
            try:
                await drain(app, settings.drain_seconds)
            except asyncio.CancelledError:
                task.cancel()  # what comes now does not wait either
                raise
    except asyncio.CancelledError:
        if task.cancelling() > 1:
            raise


def _spare_the_collector() -> None:
    """What is there by now is not looked at again, since nearly all of it stays; and requests leave
    so few cycles that they may gather."""
    gc.freeze()
    gc.set_threshold(GATHERED)


async def _signal() -> None:
    """Until the first; it cancels whatever is awaited."""
    try:
        await asyncio.Event().wait()
    except asyncio.CancelledError:
        return


def _metrics_of(
    app: web.Application, settings: Settings
) -> AbstractAsyncContextManager[asyncio.Server | None]:
    """One port for each process, whatever port they share otherwise: their counts differ."""
    if settings.metrics_port is None:
        return nullcontext()
    host, port = settings.metrics_host, settings.metrics_port
    return listening(metrics_alone(app), host, port, grace=0)


def _cancel_on_signals(task: "asyncio.Task[None]") -> None:
    if sys.platform == "win32":
        return  # there is only Ctrl-C, which the runner handles
    for told in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(told, task.cancel)


def _addresses(settings: Settings) -> str:
    address = f"{settings.host}:{settings.port}"
    if settings.metrics_port is None:
        return address
    return f"{address} or {settings.metrics_host}:{settings.metrics_port}"


def _event_loop() -> asyncio.AbstractEventLoop:
    if sys.platform == "win32":
        return asyncio.new_event_loop()
    import uvloop  # noqa: PLC0415 - it has no wheel for Windows

    return uvloop.new_event_loop()


def banner(settings: Settings) -> str:
    """What is printed at start: the URL, the adapters, what is unprotected, a call to try."""
    host = "127.0.0.1" if settings.host in EVERYWHERE else settings.host
    url = f"http://{host}:{settings.port}"
    lines = [
        f"videochamadas listens on {url}",
        f"  video provider: {settings.video_provider}    "
        f"attendance service: {settings.attendance_provider}",
    ]
    if "none" in settings.authentication:
        lines.append("  open: callers are not authenticated (AUTH=none)")
    if settings.verification == "if-present":
        lines.append("  open: unsigned webhooks are accepted (WEBHOOK_VERIFICATION=if-present)")
    if settings.with_console:
        lines.append(f"  the console, a page to watch and play with: {url}/console")
    if settings.sandboxed:
        lines.append("  both partners are sandbox twins: they lose all their data at the end")
    if "none" in settings.authentication:
        lines += ["try:", f'  curl -s {url}/api/dyte/meeting -d \'{{"titleMeet": "enc-1001"}}\'']
    lines.append("then follow the tour in README.md; stop with Ctrl-C")
    return "\n".join(lines)
