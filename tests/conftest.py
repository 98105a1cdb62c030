"""What all tests share: a clean environment, the sandbox, and the service on a test port."""

import gc
import os
import shutil
import sys
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import closing
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from unittest.mock import Mock

import aioresponses.core
import asyncpg
import pytest
import structlog
from aiohttp import ClientResponse, web
from aiohttp.test_utils import TestClient
from pydantic import SecretStr
from pytest_aiohttp.plugin import AiohttpClient

from adapters.sandbox.world import SandboxWorld
from adapters.storage.schema import migrate
from adapters.storage.sqlite_file import drive, made
from adapters.system import new_id, utc_now
from entrypoints.app import create_app
from entrypoints.container import Container
from entrypoints.http.openapi import Json, build_document
from entrypoints.http.operation import OPERATIONS, Operation
from entrypoints.setting_names import KNOWN, misspelt
from entrypoints.settings import Settings
from tests.databases import postgres

TESTS = Path(__file__).parent
OF_PROCESSES = {"bench", "e2e", "prove", "canary"}
"""The folders of tests that all start processes."""

IN_MEMORY = "/dev/shm" if os.access("/dev/shm", os.W_OK) else None

Client = TestClient[web.Request, web.Application]
Serve = Callable[[Container], Awaitable[Client]]


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--runs", type=int, default=8, help="how many seeds a seeded test runs with")
    parser.addoption(
        "--quick", action="store_true", help="only what needs neither processes nor PostgreSQL"
    )
    parser.addoption(
        "--adapter",
        action="append",
        default=[],
        metavar="PACKAGE.MODULE:FACTORY",
        help="judge somebody's adapter by tests/contract/partners, and nothing else",
    )


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_auto_num_workers(config: pytest.Config) -> int:
    """What is not quick waits for processes, so one more than there are processors has work."""
    return (os.cpu_count() or 1) + (not config.getoption("--quick"))


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    if "seed" in metafunc.fixturenames:
        metafunc.parametrize("seed", range(metafunc.config.getoption("--runs")))


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    """Not even importing them saves a second."""
    of_processes = collection_path.parent == TESTS and collection_path.name in OF_PROCESSES
    return True if of_processes and config.getoption("--quick") else None


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    if config.getoption("--quick"):
        slow = [item for item in items if _is_slow(item)]
        config.hook.pytest_deselected(items=slow)
        items[:] = [item for item in items if not _is_slow(item)]


def pytest_collection_finish() -> None:
    """The tests themselves, which are many, are looked at in no collection of garbage."""
    gc.freeze()


def _is_slow(item: pytest.Item) -> bool:
    """Whether it needs processes or PostgreSQL."""
    assert isinstance(item, pytest.Function)
    parameters = item.callspec.params.values() if hasattr(item, "callspec") else ()
    return (
        item.get_closest_marker("processes") is not None
        or "postgres_url" in item.fixturenames
        or "postgres" in parameters
    )


@pytest.fixture(scope="session", autouse=True)
def _no_processes(request: pytest.FixtureRequest) -> None:
    """A test that starts one all the same fails when only the quick ones are run."""
    if request.config.getoption("--quick"):
        sys.addaudithook(_refuse_processes)


def _refuse_processes(event: str, _arguments: tuple[object, ...]) -> None:
    if event == "subprocess.Popen":
        raise AssertionError("a process: mark the test with @pytest.mark.processes")


class _Response(ClientResponse):
    """aioresponses 0.7.9 does not know the argument that aiohttp 3.14 asks for (its issue 289)."""

    def __init__(self, *args: object, **kwargs: object) -> None:
        kwargs.setdefault("stream_writer", Mock(output_size=0))
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]


aioresponses.core.ClientResponse = _Response  # type: ignore[attr-defined]


@pytest.fixture(scope="session", autouse=True)
def _clean_environment() -> Iterator[None]:
    """Settings of whoever runs the tests reach none of them; a test that sets some sets its own."""
    with pytest.MonkeyPatch.context() as monkeypatch:
        for name in KNOWN:
            monkeypatch.delenv(name, raising=False)
        for sentence in list(misspelt(os.environ)):
            monkeypatch.delenv(sentence.partition(":")[0])
        for name in [name for name in os.environ if name.startswith("OTEL_")]:
            monkeypatch.delenv(name)
        yield


@pytest.fixture(scope="session", autouse=True)
def _defaults(_clean_environment: None) -> Settings:
    """Read once, because that takes a while, and before any test sets a variable."""
    return Settings.model_validate({})


@pytest.fixture(autouse=True)
def _plain_tracebacks() -> None:
    """Structlog's own show every variable of every frame, which takes a second for each."""
    plain = structlog.dev.ConsoleRenderer(exception_formatter=structlog.dev.plain_traceback)
    structlog.configure(processors=[structlog.processors.add_log_level, plain])


@pytest.fixture
async def world() -> AsyncIterator[SandboxWorld]:
    async with SandboxWorld.open(utc_now, new_id) as opened:
        yield opened


@pytest.fixture(scope="session")
def empty_database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A file with the whole schema, to be copied, which takes a third of the time of making it."""
    path = tmp_path_factory.mktemp("empty") / "storage.db"
    with closing(made(path)) as connection:
        connection.execute("BEGIN")
        drive(connection, migrate("sqlite"))
        connection.execute("COMMIT")
    return path


@pytest.fixture(scope="session")
def database_folder() -> Iterator[Path]:
    """Waits for no disk where memory has a folder."""
    with TemporaryDirectory(
        prefix="videochamadas-", dir=IN_MEMORY, ignore_cleanup_errors=True
    ) as folder:
        yield Path(folder)


@pytest.fixture
def database_file(empty_database: Path, database_folder: Path) -> Iterator[Path]:
    """A copy of it that is the test's own.

    Whoever still has it open at the end of the test may write into its folder while that is
    removed; what is left then goes with all the others.
    """
    folder = database_folder / new_id()
    folder.mkdir()
    yield Path(shutil.copy(empty_database, folder))
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def settings(_defaults: Settings, database_file: Path) -> Settings:
    """The defaults, with a database of the test's own."""
    return _defaults.model_copy(update={"database_url": SecretStr(f"sqlite:///{database_file}")})


@pytest.fixture
def container(settings: Settings) -> Container:
    """The service's own container with the sandbox twins; override before using ``client``."""
    return Container(settings=settings)


@pytest.fixture
async def fresh_postgres(postgres_url: str) -> AsyncIterator[str]:
    """A database of the test's own on that server."""
    name = f"test_{new_id().replace('-', '')}"
    server = await asyncpg.connect(postgres_url)
    await server.execute(f"CREATE DATABASE {name}")
    yield postgres_url.rpartition("/")[0] + f"/{name}"
    await server.execute(f"DROP DATABASE {name} WITH (FORCE)")
    await server.close()


@pytest.fixture(scope="session")
def postgres_url() -> Iterator[str]:
    """A server for all tests; each empties what it needs."""
    with postgres(durable=False) as url:
        yield url


@pytest.fixture
async def client(serve: Serve, container: Container) -> Client:
    """The whole HTTP interface over that container."""
    return await serve(container)


@pytest.fixture
def serve(database_file: Path, aiohttp_client: AiohttpClient) -> Iterator[Serve]:
    """The whole HTTP interface over any container. It is closed before its database's file goes.

    Whatever a test makes it answer must be in its own document: the status and the media type.
    """
    undocumented: list[str] = []

    async def start(container: Container) -> Client:
        app = create_app(container)
        app.on_response_prepare.append(partial(note_undocumented, undocumented))
        return await aiohttp_client(app)

    yield start
    assert undocumented == []


async def note_undocumented(
    undocumented: list[str], request: web.Request, response: web.StreamResponse
) -> None:
    """Append what the response is, unless the document of its operation has it."""
    resource = request.match_info.route.resource
    for operation in request.app[OPERATIONS]:
        if resource and (operation.path, operation.method) == (resource.canonical, request.method):
            known = _documented(operation).get(str(response.status), {})
            if response.content_type not in known.get("content", {response.content_type: 1}):
                known = {}
            if not known:
                undocumented.append(f"{operation.id}: {response.status} {response.content_type}")


_DOCUMENTED: dict[str, tuple[Operation, Json]] = {}


def _documented(operation: Operation) -> Json:
    """Its responses; building them takes longer than most answers, so once for each operation."""
    known = _DOCUMENTED.get(operation.id)
    if known is None or known[0] != operation:
        paths = build_document([operation], "0")["paths"]
        known = operation, paths[operation.path][operation.method.lower()]["responses"]
        _DOCUMENTED[operation.id] = known
    return known[1]
