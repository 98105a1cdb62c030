"""A machine's two clocks, moved by hand."""

from dataclasses import dataclass

from tests.builders import NOON


@dataclass
class Machine:
    """``wall`` may be set; ``steady`` counts since the machine was started."""

    wall_seconds: float = NOON.timestamp()
    steady_seconds: float = 1000.0

    def wall(self) -> float:
        return self.wall_seconds

    def steady(self) -> float:
        return self.steady_seconds

    def pass_by(self, seconds: float) -> None:
        self.wall_seconds += seconds
        self.steady_seconds += seconds

    def set(self, seconds: float) -> None:
        """The wall clock is set forward, or back."""
        self.wall_seconds += seconds

    def restart(self, seconds: float) -> None:
        """It is off for so long."""
        self.wall_seconds += seconds
        self.steady_seconds = 5.0
