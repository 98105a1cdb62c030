"""Each call through the measuring wrappers is counted by its name, and reaches its target."""

import inspect
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

import pytest

from adapters.measured import MeasuredAttendance, MeasuredRegistry, MeasuredStore, MeasuredVideo
from adapters.metrics import OPERATIONS, Metrics
from adapters.storage.transaction import Transaction
from domain.errors import Partner, StorageUnavailableError


class Calls:
    def __init__(self) -> None:
        self.counted: list[str] = []

    async def __call__(self, operation: str, call: Callable[[], Awaitable[Any]]) -> Any:
        self.counted.append(operation)
        return await call()


class Target:
    """Whatever is asked of it answers with the method's name."""

    def __getattr__(self, name: str) -> Any:
        async def answer(*_arguments: object, **_named: object) -> str:
            return name

        async def pages() -> AsyncIterator[str]:
            yield name

        return pages if name == "live_pages" else answer


@pytest.mark.parametrize(
    ("wrapper", "partner"),
    [
        (MeasuredVideo, Partner.VIDEO),
        (MeasuredRegistry, Partner.VIDEO),
        (MeasuredAttendance, Partner.ATTENDANCE),
    ],
)
async def test_each_method_is_counted_by_its_own_name_which_metrics_know(
    wrapper: Callable[[Target, Calls], object], partner: Partner
) -> None:
    for name, method in inspect.getmembers(wrapper, inspect.isfunction):
        if name.startswith("_"):
            continue
        calls = Calls()
        arguments: dict[str, Any] = dict.fromkeys([*inspect.signature(method).parameters][1:])
        answered = getattr(wrapper(Target(), calls), name)(**arguments)
        if name == "live_pages":
            assert [page async for page in answered] == [name]
        else:
            assert await answered in {name, None}
        assert set(calls.counted) == {name}
        assert name in OPERATIONS[partner]


class Storage:
    """Every other transaction fails."""

    working = False

    async def run(self, transaction: Transaction[str]) -> str:
        transaction.close()
        self.working = not self.working
        if self.working:
            raise StorageUnavailableError("full")
        return "done"

    async def check(self) -> None: ...

    def now(self) -> float:
        return 7.0


async def test_each_transaction_is_measured_and_each_failure_of_the_database_counted() -> None:
    metrics = Metrics("sqlite")
    store = MeasuredStore(Storage(), metrics)  # type: ignore[arg-type]

    def transaction() -> Transaction[str]:
        yield "SELECT 1", ()
        return ""

    with pytest.raises(StorageUnavailableError):
        await store.run(transaction())
    assert await store.run(transaction()) == "done"

    told = metrics.text().decode()
    assert "videochamadas_storage_failures_total 1.0" in told
    assert "videochamadas_storage_seconds_count 2.0" in told
    assert store.now() == 7.0
