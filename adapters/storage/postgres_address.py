"""Where a PostgreSQL URL leads, and whether the way there is secure."""

import configparser
import ssl
from ipaddress import ip_address
from typing import Any, NamedTuple, cast

from asyncpg import connect_utils
from asyncpg.exceptions import ClientConfigurationError

READ_BY_ASYNCPG = dict.fromkeys(
    (
        *("host", "port", "user", "password", "passfile", "database", "ssl", "service"),
        *("servicefile", "direct_tls", "server_settings", "target_session_attrs", "krbsrvname"),
        "gsslib",
    )
)
"""What asyncpg takes beside a URL: nothing, as when it connects."""
UNREADABLE = (ValueError, TypeError, LookupError, configparser.Error)


class TlsError(Exception):
    """TLS cannot be used as it is asked for. The message says why, without a secret."""


class Way(NamedTuple):
    """What asyncpg makes of a URL: ``hosts`` without the sockets of this machine."""

    hosts: list[str]
    verified: bool


def is_plain(url: str) -> bool:
    """Whether the URL leads off this machine without verified TLS. False where it cannot be read,
    since nothing is connected to then. Raises TlsError.

    The server is verified when its certificate must come from an authority that was named:
    ``verify-full`` and ``verify-ca``, and ``require`` where there is an authority's file.
    """
    try:
        hosts, verified = _way(url)
    except ClientConfigurationError as error:
        raise TlsError(str(error).splitlines()[0]) from error
    except OSError as error:
        raise TlsError(error.strerror or type(error).__name__) from error
    except UNREADABLE:
        return False
    return not verified and not all(map(_is_here, hosts))


def _way(url: str) -> Way:
    """asyncpg itself reads the URL, and what counts beside it (``PGHOST``, ``PGSSLMODE``, a file of
    services), as it does to connect: a reader of our own would differ from it somewhere."""
    read = cast("Any", connect_utils)._parse_connect_dsn_and_args  # noqa: SLF001
    addresses, asked = read(dsn=url, **READ_BY_ASYNCPG)
    hosts = [address[0] for address in addresses if isinstance(address, tuple)]
    return Way(hosts, bool(asked.ssl) and asked.ssl.verify_mode == ssl.CERT_REQUIRED)


def _is_here(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host.lower().removesuffix(".") == "localhost"
