"""How often a caller may open and join: doctors by person, services by key, others by address."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from adapters.callers.unasked import ANYONE
from domain.allowance import Allowance
from domain.caller import Caller, Doctor
from entrypoints.http.client_address import Network, client_address


@dataclass(frozen=True, slots=True)
class Allowances:
    """A doctor starts and joins by hand; a service does it for everybody who uses it.

    ``proxies`` are those whose word counts on whom they forward.
    """

    doctors: Allowance
    services: Allowance
    proxies: Collection[Network]

    def take(
        self, caller: Caller, operation: str, peer: str | None, forwarded: Iterable[str]
    ) -> float:
        """0 when the caller may call the operation now, which counts; else seconds to wait.

        The address tells those apart whom nobody asked who they are.
        """
        key = caller.key
        if key == ANYONE:
            key = client_address(peer or "", forwarded, self.proxies)
        allowance = self.doctors if isinstance(caller, Doctor) else self.services
        return allowance.take(f"{operation} {key}")
