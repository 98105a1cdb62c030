"""Call limits: doctors are counted by person, services by key, unauthenticated ones by address, and
so are credentials that fail."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from domain.caller import Anyone, Caller, Doctor, TicketHolder
from domain.policies.allowance import Allowance
from entrypoints.http.access.client_address import Network, client_address, one_holder


@dataclass(frozen=True, slots=True)
class Allowances:
    """One limit for doctors and ticket holders, another for services and unauthenticated callers.

    ``proxies`` are the networks whose ``X-Forwarded-For`` is trusted.
    """

    doctors: Allowance
    services: Allowance
    failures: Allowance
    proxies: Collection[Network]

    def take(
        self,
        caller: Caller | TicketHolder,
        operation: str,
        peer: str | None,
        forwarded: Iterable[str],
    ) -> float:
        """Count a call and return 0, or return the seconds to wait and count nothing.

        With ``AUTH=none`` callers are told apart by their address.
        """
        key = caller.key
        if isinstance(caller, Anyone):
            key = self._holder(peer, forwarded)
        people = isinstance(caller, Doctor | TicketHolder)
        allowance = self.doctors if people else self.services
        return allowance.take(f"{operation} {key}")

    def fail(self, peer: str | None, forwarded: Iterable[str]) -> float:
        """Count a credential that failed and return 0, or return the seconds to wait and count
        nothing."""
        return self.failures.take(self._holder(peer, forwarded))

    def _holder(self, peer: str | None, forwarded: Iterable[str]) -> str:
        return one_holder(client_address(peer or "", forwarded, self.proxies))
