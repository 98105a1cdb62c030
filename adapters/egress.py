"""The way out through a proxy, for networks that have no other."""

import ipaddress
from collections.abc import Iterable
from dataclasses import dataclass, field

from aiohttp import ClientHandlerType, ClientRequest, ClientResponse
from yarl import URL


@dataclass(frozen=True, slots=True)
class EgressProxy:
    """A client middleware: every https request of a session goes through ``url``, which may hold
    credentials for the proxy and for nobody else.

    Plain http and this machine itself are always reached directly, and so is ``direct``: a name
    stands for that host and all below it, a network for addresses that are written as such.
    """

    url: str = field(repr=False)
    direct: frozenset[str] = frozenset()

    async def __call__(self, request: ClientRequest, handler: ClientHandlerType) -> ClientResponse:
        if request.proxy is None and self.leads_to(request.url):
            request.update_proxy(URL(self.url), None, None)
        return await handler(request)

    def leads_to(self, url: URL) -> bool:
        """Whether a request for that URL goes through the proxy."""
        host = (url.host or "").lower().rstrip(".")
        if url.scheme != "https" or host == "localhost" or host.endswith(".localhost"):
            return False
        try:
            address = ipaddress.ip_address(host)
        except ValueError:
            return not _below(host, self.direct)
        return not address.is_loopback and not _within(address, self.direct)


def _below(host: str, names: Iterable[str]) -> bool:
    plain = (name.lower().strip(".") for name in names)
    return any(host == name or host.endswith(f".{name}") for name in plain)


def _within(address: ipaddress.IPv4Address | ipaddress.IPv6Address, direct: Iterable[str]) -> bool:
    return any(address in network for network in map(_network, direct) if network is not None)


def _network(text: str) -> ipaddress.IPv4Network | ipaddress.IPv6Network | None:
    try:
        return ipaddress.ip_network(text)
    except ValueError:
        return None
