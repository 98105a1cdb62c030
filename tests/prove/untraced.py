"""The service without traces: ``python -m tests.prove.untraced serve``."""

import sys
from typing import Any

from adapters.measured import MeasuredStore
from adapters.partner_calls import PartnerCalls
from entrypoints.cli.main import main
from entrypoints.http import middlewares


def _none(*_: object) -> None:
    """Instead of a trace."""


async def _only_run(self: MeasuredStore, transaction: Any) -> object:
    return await self._measured(self.store.run(transaction))


def untraced() -> None:
    for where, name, instead in (
        (middlewares, "_given_trace", _none),
        (middlewares, "new_trace", _none),
        (MeasuredStore, "run", _only_run),
        (PartnerCalls, "__call__", PartnerCalls._measured),
    ):
        setattr(where, name, instead)


if __name__ == "__main__":
    untraced()
    main(sys.argv[1:])
