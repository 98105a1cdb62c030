"""The provider's public key: given by configuration, or fetched from where it is published."""

from collections.abc import Callable
from dataclasses import InitVar, dataclass, field
from typing import Protocol

from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey

from adapters.fetched import Fetched
from adapters.partner_api import PartnerApi
from adapters.provider.signature import load_key
from domain.errors import KeyUnavailableError

FRESH = 60.0


class PublicKeys(Protocol):
    """Where the key to check a webhook with comes from."""

    async def current(self) -> RSAPublicKey:
        """The key to try first. Raises KeyUnavailableError."""
        ...

    async def newer(self) -> RSAPublicKey | None:
        """A key to try when the current one says no; None when the current one is certain.

        Raises KeyUnavailableError when that cannot be found out.
        """
        ...


@dataclass(frozen=True, slots=True)
class GivenKey:
    """A key that whoever configured it answers for; a text that may change is read each time."""

    pem: Callable[[], str]

    async def current(self) -> RSAPublicKey:
        return load_key(self.pem())

    async def newer(self) -> RSAPublicKey | None:
        return None


@dataclass(slots=True)
class FetchedKey:
    """The key that the provider publishes. ``now`` only ever rises (seconds)."""

    api: PartnerApi
    now: InitVar[Callable[[], float]]
    _published: Fetched[RSAPublicKey] = field(init=False)

    def __post_init__(self, now: Callable[[], float]) -> None:
        self._published = Fetched("webhook_key", self._fetch, now, FRESH)

    async def current(self) -> RSAPublicKey:
        key = await self._published.current()
        if key is None:
            raise KeyUnavailableError("no key yet")
        return key

    async def newer(self) -> RSAPublicKey | None:
        if self._published.certain:
            return None
        key = await self._published.renewed()
        if key is None:
            raise KeyUnavailableError("the key cannot be renewed")
        return key

    async def _fetch(self) -> RSAPublicKey:
        """From the PEM in ``data.publicKey`` (RealtimeKit's document) or ``publicKey``."""
        document = await self.api.call("GET")
        data = document.get("data", document)
        pem = data.get("publicKey") if isinstance(data, dict) else None
        if not isinstance(pem, str):
            raise ValueError("a key document without publicKey")  # noqa: TRY004
        return load_key(pem)
