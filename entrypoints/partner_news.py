"""Say that a partner is back, once what waited for it is through."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from domain.errors import Partner
from domain.standing import Standing

PATIENCE = 60.0
"""Seconds after its first answer; by then it is said in any case."""


class State(Protocol):
    """What is known of a partner by the newest calls."""

    partner: Partner
    unavailable: bool
    answered_at: float | None

    def is_back(self, *, waited: int, through: int) -> None: ...


class Look(Protocol):
    def __call__(self, *, since: float | None = None) -> Awaitable[Standing]: ...


@dataclass(slots=True)
class PartnerNews:
    """Called every second or so. ``now`` only rises; ``stored_now`` is the storage's clock."""

    partners: Sequence[State]
    look: Look
    now: Callable[[], float]
    stored_now: Callable[[], float]
    _waited: dict[Partner, int] = field(default_factory=dict)
    _since: dict[Partner, float] = field(default_factory=dict)

    async def __call__(self) -> None:
        """Asks storage only while a partner is unavailable."""
        for state in self.partners:
            if not state.unavailable:
                continue
            if state.answered_at is None:
                self._since.pop(state.partner, None)
                self._waited[state.partner] = _waiting(state.partner, await self.look())
            else:
                await self._coming_back(state, state.answered_at)

    async def _coming_back(self, state: State, answered_at: float) -> None:
        since = self._since.setdefault(state.partner, self.stored_now())
        left = _waiting(state.partner, await self.look(since=since))
        waited = max(left, self._waited.get(state.partner, 0))
        if not left or self.now() - answered_at >= PATIENCE:
            state.is_back(waited=waited, through=waited - left)
            self._waited.pop(state.partner, None)
            self._since.pop(state.partner, None)


def _waiting(partner: Partner, found: Standing) -> int:
    match partner:
        case Partner.VIDEO:
            return found.closings.count
        case Partner.ATTENDANCE:
            return found.deliveries.count + found.updates.count
        case Partner.IDENTITY:
            return 0
