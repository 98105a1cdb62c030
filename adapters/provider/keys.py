"""The provider's public key: given by configuration, or fetched from where it is published."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

import structlog
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey

from adapters.partner_api import PartnerApi
from adapters.provider.signature import load_key
from domain.errors import KeyUnavailableError, PartnerError

FRESH = 60.0
OLD = 3600.0
IMPATIENT = 5.0

log = structlog.get_logger()


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
    """Asks at most once a minute, so that forgeries cannot make us hammer the provider; without
    any key yet, every five seconds. ``now`` only ever rises (seconds).

    A key that is an hour old is renewed while it goes on serving, also when that fails.
    """

    api: PartnerApi
    now: Callable[[], float]
    _key: RSAPublicKey | None = None
    _fetched: float = float("-inf")
    _asked: float = float("-inf")
    _question: "asyncio.Task[None] | None" = None

    async def current(self) -> RSAPublicKey:
        if self._key is None:
            await self._ask()
        elif self.now() - self._fetched > OLD:
            self._asking()
        if self._key is None:
            raise KeyUnavailableError("no key yet")
        return self._key

    async def newer(self) -> RSAPublicKey | None:
        if self._certain():
            return None
        await self._ask()
        if not self._certain():
            raise KeyUnavailableError("the key cannot be renewed")
        return self._key

    def _certain(self) -> bool:
        return self.now() - self._fetched < FRESH

    async def _ask(self) -> None:
        """Wait for the answer; who gives up waiting does not take the question back."""
        if (question := self._asking()) is not None:
            await asyncio.shield(question)

    def _asking(self) -> "asyncio.Task[None] | None":
        """The question that is out, or a new one; None when it is too early for another."""
        if self._question is None or self._question.done():
            self._question = None
            if self.now() - self._asked >= (IMPATIENT if self._key is None else FRESH):
                self._asked = self.now()
                self._question = asyncio.create_task(self._renew())
        return self._question

    async def _renew(self) -> None:
        try:
            self._key = load_key(await self._fetch())
        except (PartnerError, ValueError) as error:
            log.warning("webhook_key.unavailable", reason=type(error).__name__)
            return
        self._fetched = self.now()

    async def _fetch(self) -> str:
        """The PEM in ``data.publicKey`` (RealtimeKit's document) or ``publicKey``."""
        document = await self.api.call("GET")
        data = document.get("data", document)
        pem = data.get("publicKey") if isinstance(data, dict) else None
        if not isinstance(pem, str):
            raise ValueError("a key document without publicKey")  # noqa: TRY004
        return pem
