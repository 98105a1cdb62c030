"""How often a caller may call: doctors by person, services by key, others by address."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from domain.caller import Anyone, Caller, Doctor, TicketHolder
from domain.policies.allowance import Allowance
from entrypoints.http.access.client_address import Network, client_address


@dataclass(frozen=True, slots=True)
class Allowances:
    """A doctor calls by hand; a service does it for everybody who uses it.

    ``proxies`` are those whose word counts on whom they forward.
    """

    doctors: Allowance
    services: Allowance
    proxies: Collection[Network]

    def take(
        self,
        caller: Caller | TicketHolder,
        operation: str,
        peer: str | None,
        forwarded: Iterable[str],
    ) -> float:
        """0 when the caller may call the operation now, which counts; else seconds to wait.

        The address tells those apart whom nobody asked who they are.
        """
        key = caller.key
        if isinstance(caller, Anyone):
            key = client_address(peer or "", forwarded, self.proxies)
        people = isinstance(caller, Doctor | TicketHolder)
        allowance = self.doctors if people else self.services
        return allowance.take(f"{operation} {key}")
