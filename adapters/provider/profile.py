"""What differs between Dyte and RealtimeKit (provider documents); the rest of the API is one."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Profile:
    """``base_url`` is None when each customer has a different one.

    ``calls_per_minute`` is the published limit: Dyte's for each source address, RealtimeKit's
    (3,500 in five minutes) for the whole account.
    """

    name: str
    base_url: str | None
    auth_scheme: str
    sends_region: bool
    key_url: str
    calls_per_minute: int

    def authorization(self, token: str) -> str:
        """The value of the Authorization header; the token goes in as it is."""
        return f"{self.auth_scheme} {token}"


DYTE = Profile(
    name="dyte",
    base_url="https://api.dyte.io/v2",
    auth_scheme="Basic",
    sends_region=True,
    key_url="https://api.dyte.io/.well-known/webhooks.json",
    calls_per_minute=2000,
)
REALTIMEKIT = Profile(
    name="realtimekit",
    base_url=None,
    auth_scheme="Bearer",
    sends_region=False,
    key_url="https://api.realtime.cloudflare.com/.well-known/webhooks.json",
    calls_per_minute=700,
)
PROFILES = {profile.name: profile for profile in (DYTE, REALTIMEKIT)}
