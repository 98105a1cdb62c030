"""The address of a request's client: the peer's, unless the peer is a trusted proxy."""

from collections.abc import Collection, Iterable
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address

Address = IPv4Address | IPv6Address
Network = IPv4Network | IPv6Network

FORWARDED_FOR = "X-Forwarded-For"
ONE_HOLDER = 64
"""Bits of an IPv6 address; one machine has all addresses that share them."""


def client_address(peer: str, forwarded: Iterable[str], trusted: Collection[Network]) -> str:
    """The nearest address that is not a trusted proxy's. ``forwarded`` are the values of
    ``X-Forwarded-For`` in order.

    Each proxy appends its own caller's address, so the search goes from the peer to the left. What
    is left of an untrusted address may be forged. An entry that is no address ends the search at
    the last trusted proxy. A peer that is no address (a local socket) is returned as it is.
    """
    found = _address(peer)
    if found is None:
        return peer
    hops = ",".join(forwarded).split(",")
    while hops and _is_one_of(found, trusted):
        before = _entry(hops.pop().strip(" \t"))
        if before is None:
            break
        found = before
    return str(found)


def one_holder(address: str) -> str:
    """What all addresses of one machine or household have in common: the address itself, or of IPv6
    the /64."""
    found = _address(address)
    if not isinstance(found, IPv6Address):
        return address
    return str(IPv6Network((found, ONE_HOLDER), strict=False))


def _entry(text: str) -> Address | None:
    """``1.2.3.4``, ``1.2.3.4:5``, ``2001:db8::1``, ``[2001:db8::1]`` or ``[2001:db8::1]:5``.

    None for anything else, also for a scope (``fe80::1%eth0``): it means nothing elsewhere.
    """
    if "%" in text:
        return None
    if text.startswith("["):
        text, closed, rest = text[1:].partition("]")
        right = closed and ":" in text and (not rest or _is_port(rest))
        return _address(text) if right else None
    host, separator, port = text.partition(":")
    if separator and ":" not in port:
        return _address(host) if _is_port(separator + port) else None
    return _address(text)


def _is_port(text: str) -> bool:
    return text[0] == ":" and text[1:].isascii() and text[1:].isdigit()


def _address(text: str) -> Address | None:
    """An IPv4-mapped IPv6 address becomes its IPv4 address; None when it is no address."""
    try:
        address = ip_address(text)
    except ValueError:
        return None
    mapped = address.ipv4_mapped if isinstance(address, IPv6Address) else None
    return mapped or address


def _is_one_of(address: Address, networks: Collection[Network]) -> bool:
    return any(address in network for network in networks)
