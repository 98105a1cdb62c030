"""Callers whom nobody asks: whoever reaches the service may do what services may."""

from dataclasses import dataclass

from domain.caller import Caller, Service

NAME = "anyone"
ANYONE = Service(NAME).key


@dataclass(frozen=True, slots=True)
class Unasked:
    """``operators`` while nothing behind the service is real."""

    operators: bool

    async def identify(self, credential: str | None) -> Caller:  # noqa: ARG002 - nobody asks
        return Service(NAME, operator=self.operators)
