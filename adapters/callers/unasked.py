"""Callers whom nobody asks: whoever reaches the service may do anything."""

from dataclasses import dataclass

from domain.caller import Anyone, Caller


@dataclass(frozen=True, slots=True)
class Unasked:
    """``operators`` while nothing behind the service is real."""

    operators: bool

    async def identify(self, credential: str | None) -> Caller:  # noqa: ARG002 - nobody asks
        return Anyone(operator=self.operators)
