"""What a webhook comes to."""

from dataclasses import dataclass

from domain.delivery import Outcome
from domain.facts import Fact
from domain.presence import Seat


@dataclass(frozen=True, slots=True)
class Decision:
    """The facts to append and the seats to mark due; without facts nothing changes.

    All facts are about one meeting. ``why`` is the slug of the reason when nothing is applied.
    """

    outcome: Outcome
    why: str | None = None
    facts: tuple[Fact, ...] = ()
    seats: tuple[Seat, ...] = ()
