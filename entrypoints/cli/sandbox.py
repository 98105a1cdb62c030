"""``videochamadas sandbox``: serve the sandbox twins over HTTP, to try the real adapters."""

import argparse
import asyncio
import signal
import sys
from contextlib import AsyncExitStack

from aiohttp import web

from adapters.sandbox.events import ORGANIZATION
from adapters.sandbox.world import SandboxWorld
from adapters.system import new_id, utc_now
from entrypoints.logs import configure_logs
from entrypoints.queued_output import QueuedOutput
from entrypoints.sandbox import provider
from entrypoints.sandbox.attendance import create_attendance_app

WEBHOOK = "http://127.0.0.1:8080/api/dyte/webhook"
GRACE = 1.0  # seconds


def add_sandbox_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--host", default="127.0.0.1", help="both listen on it (%(default)s)")
    parser.add_argument("--provider-port", type=int, default=8081, help="default %(default)s")
    parser.add_argument("--attendance-port", type=int, default=8082, help="default %(default)s")
    parser.add_argument(
        "--webhook", default=WEBHOOK, help="URL that gets the webhooks (%(default)s)"
    )


def sandbox(arguments: argparse.Namespace) -> int:
    """Serve until SIGINT or SIGTERM; nothing is stored."""
    configure_logs("info", None)
    try:
        asyncio.run(_serve(arguments))
    except OSError as error:
        print(f"cannot listen: {error}", file=sys.stderr)
        return 1
    return 0


async def _serve(arguments: argparse.Namespace) -> None:
    stopped = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, stopped.set)
    async with AsyncExitStack() as stack:
        world = await stack.enter_async_context(SandboxWorld.open(utc_now, new_id))
        world.register(arguments.webhook)
        for app, port in (
            (provider.create_provider_app(world), arguments.provider_port),
            (create_attendance_app(world), arguments.attendance_port),
        ):
            runner = web.AppRunner(app, access_log=None, shutdown_timeout=GRACE)
            await runner.setup()
            stack.push_async_callback(runner.cleanup)
            await web.TCPSite(runner, arguments.host, port).start()
        QueuedOutput(1).add(f"{_banner(arguments)}\n".encode())
        await stopped.wait()


def _banner(arguments: argparse.Namespace) -> str:
    video = f"http://{arguments.host}:{arguments.provider_port}"
    attendance = f"http://{arguments.host}:{arguments.attendance_port}"
    common = [
        "    DATABASE_URL=sqlite:///data/practice.db AUTH=none ALLOW_INSECURE=no-auth \\",
        f"    WEBHOOK_KEY_URL={video}{provider.KEY_PATH} \\",
        f"    ATTENDANCE_PROVIDER=http ATTENDANCE_BASE_URL={attendance} \\",
    ]
    return "\n".join(
        [
            f"fake provider on {video}, fake attendance service on {attendance}",
            f"webhooks go to {arguments.webhook}",
            "",
            "in another terminal, the service with its real adapters, as Dyte:",
            *common,
            f"    VIDEO_PROVIDER=dyte DYTE_BASE_URL={video}{provider.DYTE_PATH} \\",
            f"    DYTE_TOKEN={provider.DYTE_TOKEN} .venv/bin/videochamadas serve",
            "",
            "or as RealtimeKit:",
            *common,
            f"    VIDEO_PROVIDER=realtimekit PROVIDER_ORG_ID={ORGANIZATION} \\",
            f"    DYTE_BASE_URL={video}{provider.REALTIMEKIT_PATH} \\",
            f"    DYTE_TOKEN={provider.REALTIMEKIT_TOKEN} .venv/bin/videochamadas serve",
            "",
            "then play: docs/sandbox.md; stop with Ctrl-C",
        ]
    )
