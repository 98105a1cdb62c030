"""No authentication: every caller may do anything."""

from dataclasses import dataclass

from domain.caller import Anyone, Caller


@dataclass(frozen=True, slots=True)
class NoAuthentication:
    """``operators``: callers are operators too, as when both partners are sandbox twins."""

    operators: bool

    async def identify(self, credential: str | None) -> Caller:  # noqa: ARG002 - the port has it
        return Anyone(operator=self.operators)
