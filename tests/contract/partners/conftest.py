"""An adapter over a partner that answers everything with ``fault``, which a test may choose."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from functools import partial

import pytest

from adapters.plug_in import AdapterContext, AdapterError, AttendanceAdapter, VideoAdapter
from domain.errors import Partner
from domain.ports.attendance import Attendance
from domain.ports.video import VideoProvider
from domain.ports.webhooks import WebhookSource
from tests.contract.partners.candidates import Candidate, built_in, context, named
from tests.contract.partners.faults import EMPTY, HANG, Fault, FaultServer, serving
from tests.waiting import pass_by

JUDGED = pytest.StashKey[list[Candidate]]()
FIXTURES = {
    "attendance_service": Partner.ATTENDANCE,
    "video_provider": Partner.VIDEO,
    "webhook_source": Partner.VIDEO,
}


def pytest_configure(config: pytest.Config) -> None:
    try:
        given = [one for name in config.getoption("adapter") for one in named(name)]
    except AdapterError as error:
        raise pytest.UsageError(str(error)) from error
    config.stash[JUDGED] = given or built_in()


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Each test of a port for each adapter that is judged."""
    for fixture, partner in FIXTURES.items():
        if fixture in metafunc.fixturenames:
            judged = [one for one in metafunc.config.stash[JUDGED] if one.partner is partner]
            # None is deselected below: nobody's adapter is behind that port.
            metafunc.parametrize("candidate", judged or [None], ids=str)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Somebody's own adapter is judged alone."""
    if config.getoption("adapter"):
        kept = [item for item in items if _is_of_a_candidate(item)]
        config.hook.pytest_deselected(items=[item for item in items if item not in kept])
        items[:] = kept


def _is_of_a_candidate(item: pytest.Item) -> bool:
    callspec = getattr(item, "callspec", None)
    return callspec is not None and isinstance(callspec.params.get("candidate"), Candidate)


@pytest.fixture(scope="session")
def fault_server() -> Iterator[FaultServer]:
    with serving() as server:
        yield server


@pytest.fixture
def fault() -> Fault:
    return EMPTY


@pytest.fixture
def partner(fault_server: FaultServer, fault: Fault) -> FaultServer:
    fault_server.play(fault)
    return fault_server


@pytest.fixture
async def given(
    candidate: Candidate, partner: FaultServer, fault: Fault
) -> AsyncIterator[AdapterContext]:
    patience = 2.0 if fault is HANG else 4.0
    loop = asyncio.get_running_loop()
    partner.when_hanging = partial(loop.call_soon_threadsafe, pass_by, loop, patience)
    async with context(candidate.partner, candidate.environment, partner.origin, patience) as made:
        yield made


@pytest.fixture
def attendance_service(candidate: Candidate, given: AdapterContext) -> Attendance:
    adapter = candidate.factory(given)
    assert isinstance(adapter, AttendanceAdapter)
    return adapter.attendance


@pytest.fixture
def video_adapter(candidate: Candidate, given: AdapterContext) -> VideoAdapter:
    adapter = candidate.factory(given)
    assert isinstance(adapter, VideoAdapter)
    return adapter


@pytest.fixture
def video_provider(video_adapter: VideoAdapter) -> VideoProvider:
    return video_adapter.calls


@pytest.fixture
def webhook_source(video_adapter: VideoAdapter) -> WebhookSource:
    return video_adapter.webhooks
