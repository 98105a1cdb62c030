"""The factory of the built-in video provider adapter: Dyte, or RealtimeKit."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import partial

from adapters.clock_probe import look_at_clock
from adapters.partner_calls import PartnerCalls
from adapters.plug_in import AdapterContext, Finding, VideoAdapter
from adapters.provider.probe import look_at_key, look_at_provider
from adapters.provider.profile import Profile
from adapters.provider.rooms import ProviderRooms
from adapters.provider.signature import load_key
from adapters.provider.webhook_keys import webhook_keys
from adapters.provider.webhook_registry import ProviderWebhookRegistry
from adapters.provider.webhooks import ProviderWebhooks
from adapters.published_keys import GivenKeys, KeyMemory
from domain.meeting import Preset


@dataclass(frozen=True, slots=True)
class ProviderFactory:
    """``presets`` has the provider's names of the contract's presets. Webhooks are verified with
    ``public_key`` (PEM) or, if that is None, the key published at ``key_url``; ``memory`` keeps it
    over a restart, and ``key_calls`` measures how it is fetched."""

    profile: Profile
    base_url: str
    token: str = field(repr=False)
    presets: Mapping[Preset, str]
    calls_per_minute: float
    key_url: str
    public_key: str | None
    memory: Callable[[], KeyMemory] | None = None
    key_calls: PartnerCalls | None = None

    def __call__(self, context: AdapterContext) -> VideoAdapter:
        api = context.api(
            self.base_url,
            authorization=self.profile.authorization(self.token),
            calls_per_minute=self.calls_per_minute,
        )
        published = context.api(self.key_url) if self.public_key is None else None
        if published is None:
            webhooks = ProviderWebhooks(GivenKeys(partial(load_key, self.public_key or "")))
        else:
            keys = webhook_keys(published, context.monotonic, self.memory, self.key_calls)
            webhooks = ProviderWebhooks(keys)
        rooms = ProviderRooms(api, self.profile, self.presets)

        async def probe() -> list[Finding]:
            found = await look_at_provider(api, self.presets)
            return [*found, *look_at_clock(api), *await look_at_key(published)]

        return VideoAdapter(rooms, webhooks, probe, ProviderWebhookRegistry(api))
