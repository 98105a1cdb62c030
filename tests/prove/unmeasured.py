"""The service with nothing measured: ``python -m tests.prove.unmeasured serve``."""

import sys
from collections.abc import Awaitable, Callable
from typing import Any

from adapters.measured import MeasuredStore
from adapters.metrics import Bound
from adapters.partner_calls import PartnerCalls
from entrypoints.cli.main import main


def _nothing(*_: object) -> None:
    """Instead of counting."""


async def _only_call(_: object, _operation: str, call: Callable[[], Awaitable[object]]) -> object:
    return await call()


async def _only_run(self: MeasuredStore, transaction: Any) -> object:
    return await self.store.run(transaction)


def unmeasured() -> None:
    for kind, name, instead in (
        (Bound, "count", _nothing),
        (PartnerCalls, "__call__", _only_call),
        (MeasuredStore, "run", _only_run),
    ):
        setattr(kind, name, instead)


if __name__ == "__main__":
    unmeasured()
    main(sys.argv[1:])
