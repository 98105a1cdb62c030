"""How often a caller may open and join: doctors by person, services by key, others by address."""

from dataclasses import dataclass

from adapters.callers.unasked import ANYONE
from domain.allowance import Allowance
from domain.caller import Caller, Doctor


@dataclass(frozen=True, slots=True)
class Allowances:
    """A doctor starts and joins by hand; a service does it for everybody who uses it."""

    doctors: Allowance
    services: Allowance

    def take(self, caller: Caller, operation: str, address: str) -> float:
        """0 when the caller may call the operation now, which counts; else seconds to wait.

        ``address`` tells those apart whom nobody asked who they are.
        """
        known = caller.key if caller.key != ANYONE else address
        allowance = self.doctors if isinstance(caller, Doctor) else self.services
        return allowance.take(f"{operation} {known}")
