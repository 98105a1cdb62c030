"""The key that the provider publishes for checking its webhooks."""

from collections.abc import Callable
from dataclasses import dataclass

from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from adapters.partner_api import PartnerApi
from adapters.partner_calls import PartnerCalls
from adapters.provider.signature import load_key
from adapters.published_keys import KeyMemory, PublishedKeys
from domain.errors import KeyUnavailableError
from domain.policies.rate import Rate

RATE = Rate(every=60.0, burst=3)
"""Fetches that wrong signatures may cause: three at once, then one a minute."""


@dataclass(frozen=True, slots=True)
class RememberedKey:
    """The key of that URL, as PEM. The memory is opened when it is needed first."""

    url: str
    memory: Callable[[], KeyMemory]

    async def load(self) -> tuple[RSAPublicKey, float] | None:
        kept = await self.memory().kept(self.url)
        return None if kept is None else (load_key(kept[0]), kept[1])

    async def save(self, keys: RSAPublicKey) -> None:
        pem = keys.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
        await self.memory().keep(self.url, pem.decode())


def webhook_keys(
    api: PartnerApi,
    now: Callable[[], float],
    memory: Callable[[], KeyMemory] | None = None,
    calls: PartnerCalls | None = None,
) -> PublishedKeys[RSAPublicKey]:
    """Keys published at the URL of ``api``. ``now`` only rises (seconds); ``calls`` measures."""

    async def fetched() -> RSAPublicKey:
        return read_key(await api.call("GET"))

    async def fetch() -> RSAPublicKey:
        return await (fetched() if calls is None else calls("webhook_key", fetched))

    keys = PublishedKeys("webhook_key", fetch, _unavailable, now, RATE)
    if memory is not None:
        keys.remembered = RememberedKey(api.base_url, memory)
    return keys


def read_key(document: dict[str, object]) -> RSAPublicKey:
    """From the PEM in ``data.publicKey`` (RealtimeKit's document) or ``publicKey``.

    Raises ValueError.
    """
    data = document.get("data", document)
    pem = data.get("publicKey") if isinstance(data, dict) else None
    if not isinstance(pem, str):
        raise ValueError("a key document without publicKey")  # noqa: TRY004 - content, not type
    return load_key(pem)


def _unavailable() -> KeyUnavailableError:
    return KeyUnavailableError("the provider's key cannot be fetched")
