"""A piece of the worker's work, in a trace of its own: what asked for it was answered before."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Generic, TypeVar

from adapters.trace import Spans, in_new_trace

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class InOwnTrace(Generic[T]):
    name: str
    act: Callable[[T], Awaitable[object]]
    spans: Spans | None

    async def __call__(self, item: T) -> None:
        with in_new_trace(self.name, self.spans):
            await self.act(item)
