"""The types of settings. Their errors never repeat the value, which may be a secret."""

import re
from collections.abc import Callable
from ipaddress import IPv4Network, IPv6Network, ip_address, ip_network
from typing import Annotated, Literal
from urllib.parse import urlsplit

from pydantic import (
    AfterValidator,
    BeforeValidator,
    Field,
    HttpUrl,
    IPvAnyNetwork,
    SecretStr,
    StringConstraints,
    ValidationError,
)
from pydantic_core import PydanticCustomError
from pydantic_settings import NoDecode

from adapters.attendance.headers import read_headers
from adapters.callers.api_keys import read_entries
from adapters.callers.identity_keys import load_signer
from adapters.provider.signature import load_key

FACTORY = re.compile(r"[A-Za-z_]\w*(?:\.[A-Za-z_]\w*)*:[A-Za-z_]\w*(?:\.[A-Za-z_]\w*)*")

HOST_NAME = re.compile(r"[A-Za-z0-9_](?:[\w-]*)(?:\.[A-Za-z0-9_][\w-]*)*", re.ASCII)
HOST_AND_PORT = re.compile(r"(\[[^\[\]]*\]|[^:\[\]]*)(?::[0-9]*)?")

WEBHOOK_PATH = "/api/dyte/webhook"

BEARER, BARE, COOKIE = "bearer", "bare", "cookie:"
"""Where a doctor's token may stand; a cookie's name follows."""
COOKIE_NAME = re.compile(r"[A-Za-z0-9!#$%&'*+.^_`|~-]+")


def _ordered(value: object) -> object:
    """A comma-separated text as a tuple."""
    return _parts(value) if isinstance(value, str) else value


def _listed(value: object) -> object:
    """A comma-separated text as a set."""
    return frozenset(_parts(value)) if isinstance(value, str) else value


def _parts(text: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in text.split(",") if part.strip())


def base_url(value: str) -> str:
    """An http(s) URL without credentials, query or fragment; a trailing slash is dropped."""
    try:
        url = urlsplit(value)
        plain = not (url.username or url.password or url.query or url.fragment or url.port == 0)
        right = url.scheme in {"http", "https"} and bool(url.hostname) and plain
    except ValueError:
        right = False
    if not right:
        raise PydanticCustomError("base_url", "must be http(s)://host[:port][/path], nothing more")
    return value.rstrip("/")


def public_url(value: str) -> str:
    """What stands before ``WEBHOOK_PATH`` in a URL, which may be given with it or without."""
    return base_url(value).removesuffix(WEBHOOK_PATH)


def _origin(value: str) -> str:
    """An origin exactly as browsers send it; any other spelling would never match."""
    if "*" in value:
        raise PydanticCustomError("wildcard", "* is refused: name every origin by itself")
    try:
        right = str(HttpUrl(value)) == f"{value}/" and "@" not in value
    except ValidationError:
        right = False
    if not right:
        raise PydanticCustomError(
            "origin",
            "must be origins as browsers send them: http(s)://host[:port] in lower case, "
            "without a default port and without a slash at the end",
        )
    return value


def _bare(value: SecretStr) -> SecretStr:
    text = value.get_secret_value()
    if not text.isascii() or any(character.isspace() for character in text):
        raise PydanticCustomError(
            "token", "must be the bare token: ASCII, no spaces, without 'Basic' or 'Bearer'"
        )
    return value


def _headers(value: SecretStr) -> SecretStr:
    try:
        read_headers(value.get_secret_value())
    except ValueError as error:
        raise PydanticCustomError("headers", "{reason}", {"reason": str(error)}) from error
    return value


def _token_place(value: str) -> str:
    cookie = value.startswith(COOKIE) and COOKIE_NAME.fullmatch(value.removeprefix(COOKIE))
    if value not in {BEARER, BARE} and not cookie:
        raise PydanticCustomError("token_place", "must be of bearer, bare and cookie:NAME")
    return value


def _pem(value: str) -> str:
    try:
        load_key(value)
    except ValueError as error:
        raise PydanticCustomError("public_key", "must be an RSA public key in PEM") from error
    return value


def _signer(value: str) -> str:
    try:
        load_signer(value)
    except ValueError as error:
        raise PydanticCustomError(
            "signer", "must be a public key in PEM: RSA of 2048 bits or more, or elliptic curve"
        ) from error
    return value


def _keys(value: SecretStr) -> SecretStr:
    try:
        read_entries(value.get_secret_value())
    except ValueError as error:
        raise PydanticCustomError(
            "api_keys", "must be name=hash or name:role=hash, as `keys new` prints them"
        ) from error
    return value


def _database(value: SecretStr) -> SecretStr:
    url = value.get_secret_value()
    if not (url.startswith("sqlite:///") and url != "sqlite:///") and not url.startswith(
        ("postgresql://", "postgres://")
    ):
        raise PydanticCustomError("database_url", "must be sqlite:///path or postgresql://…")
    return value


def _proxy_url(value: SecretStr) -> SecretStr:
    """Not https: a proxy tunnels what is encrypted already."""
    try:
        url = urlsplit(value.get_secret_value())
        beyond = url.path.strip("/") or url.query or url.fragment or url.port == 0
        right = url.scheme == "http" and bool(url.hostname) and not beyond
    except ValueError:
        right = False
    if not right:
        raise PydanticCustomError("proxy_url", "must be http://[user:password@]host[:port]")
    return value


def _direct_host(value: str) -> str:
    try:
        ip_network(value)
    except ValueError:
        name = value.removeprefix(".")
        if not HOST_NAME.fullmatch(name) or name.replace(".", "").isdigit():
            raise PydanticCustomError(
                "direct_host", "must be host names, .suffixes, addresses and networks"
            ) from None
    return value


def _one_of(*names: str) -> Callable[[str], str]:
    """A built-in adapter's name, or the factory of another one."""

    def provider(value: str) -> str:
        if value not in names and not FACTORY.fullmatch(value):
            listed = ", ".join(names)
            raise PydanticCustomError(
                "provider", "must be one of {names}, or package.module:factory", {"names": listed}
            )
        return value

    return provider


def host_of(text: str) -> str | None:
    """The host that ``host[:port]`` names, in one spelling; None when it names none."""
    parts = HOST_AND_PORT.fullmatch(text)
    host = parts[1].strip("[]") if parts else text
    try:
        return str(ip_address(host))
    except ValueError:
        name = host.lower().removesuffix(".")
        return name if parts and HOST_NAME.fullmatch(name) else None


def _public_host(value: str) -> str:
    host, parts = host_of(value), HOST_AND_PORT.fullmatch(value)
    if host is None or (parts and parts[1] != value):
        raise PydanticCustomError("public_host", "must be host names and addresses, without ports")
    return host


def _proxy(value: IPv4Network | IPv6Network) -> IPv4Network | IPv6Network:
    if value.prefixlen == 0:
        raise PydanticCustomError("proxy", "must not be everybody")
    return value


Word = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)]
Proxy = Annotated[IPvAnyNetwork, AfterValidator(_proxy)]
PublicUrl = Annotated[str, AfterValidator(public_url)]
BaseUrl = Annotated[str, AfterValidator(base_url)]
Origin = Annotated[str, AfterValidator(_origin)]
Token = Annotated[SecretStr, AfterValidator(_bare)]
FixedHeaders = Annotated[SecretStr, AfterValidator(_headers)]
TokenPlace = Annotated[str, AfterValidator(_token_place)]
PublicKey = Annotated[str, AfterValidator(_pem)]
SignerKey = Annotated[str, AfterValidator(_signer)]
ServiceKeys = Annotated[SecretStr, AfterValidator(_keys)]
DatabaseUrl = Annotated[SecretStr, AfterValidator(_database)]
ProxyUrl = Annotated[SecretStr, AfterValidator(_proxy_url)]
DirectHost = Annotated[str, AfterValidator(_direct_host)]
PublicHost = Annotated[str, AfterValidator(_public_host)]
LISTED = (NoDecode, BeforeValidator(_listed))
ORDERED = (NoDecode, BeforeValidator(_ordered))
Seconds = Annotated[float, Field(gt=0, le=60)]
CallsAMinute = Annotated[int, Field(ge=1, le=1_000_000)]
Algorithm = Literal["RS256", "ES256"]
AuthenticationMethod = Literal["none", "api-key", "jwt"]
VideoProviderName = Annotated[str, AfterValidator(_one_of("sandbox", "dyte", "realtimekit"))]
AttendanceProviderName = Annotated[str, AfterValidator(_one_of("sandbox", "http"))]
Accepted = Literal["no-auth", "no-webhook-verification", "plain-http", "plain-database"]
