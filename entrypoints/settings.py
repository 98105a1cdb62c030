"""All settings; each is read from the environment variable of the same name in capitals."""

import base64
from typing import Annotated, Literal

from pydantic import (
    Field,
    SecretStr,
)
from pydantic_settings import BaseSettings, SettingsConfigDict
from yarl import URL

from adapters.attendance.headers import read_headers
from adapters.callers.api_keys import ApiKey, read_entries
from adapters.provider.profile import PROFILES, Profile
from application.rights import FreeMeetings, Hosts
from domain.installation import TWIN, Installation
from domain.meeting import Preset
from entrypoints.setting_types import (
    BEARER,
    COOKIE,
    LISTED,
    ORDERED,
    WEBHOOK_PATH,
    Accepted,
    Algorithm,
    AttendanceProviderName,
    AuthenticationMethod,
    BaseUrl,
    CallsAMinute,
    DatabaseUrl,
    DirectHost,
    FixedHeaders,
    Origin,
    Proxy,
    ProxyUrl,
    PublicHost,
    PublicKey,
    PublicUrl,
    Seconds,
    ServiceKeys,
    SignerKey,
    Token,
    TokenPlace,
    VideoProviderName,
    Word,
)

ENCODE = "make it with: printf %s 'ORGANIZATION_ID:API_KEY' | base64 | tr -d '\\n'"


class Settings(BaseSettings):
    """Frozen. Types check each field by itself; ``settings_rules`` checks them together."""

    model_config = SettingsConfigDict(
        frozen=True, env_ignore_empty=True, extra="ignore", hide_input_in_errors=True
    )

    video_provider: VideoProviderName = "sandbox"
    dyte_base_url: BaseUrl | None = None
    dyte_token: Token | None = None
    preset_host: Word = Preset.HOST.value
    preset_participant: Word = Preset.PARTICIPANT.value

    attendance_provider: AttendanceProviderName = "sandbox"
    attendance_base_url: BaseUrl | None = None
    attendance_token: Token | None = None
    attendance_headers: FixedHeaders | None = None

    partner_timeout: Seconds = 5.0
    partner_connect_timeout: Seconds = 2.0

    egress_proxy: ProxyUrl | None = None
    egress_no_proxy: Annotated[frozenset[DirectHost], *LISTED] = frozenset()

    provider_rate_share: Annotated[float, Field(gt=0, le=1)] = 1.0

    one_meeting_per_referral: bool = False

    provider_org_id: Word | None = None
    public_url: PublicUrl | None = None
    webhook_key_url: BaseUrl | None = None
    webhook_public_key: PublicKey | None = None
    session_end_reasons: Annotated[frozenset[str], *LISTED] = frozenset({"ALL_PARTICIPANTS_LEFT"})
    sweep: bool = True
    sweep_interval: Annotated[float, Field(gt=0, le=3600)] = 40.0  # seconds
    sweep_calls_per_second: Annotated[float, Field(gt=0, le=100)] = 5.0
    webhook_verification: Literal["required", "if-present"] | None = None
    auth: Annotated[frozenset[AuthenticationMethod], *LISTED, Field(min_length=1)] | None = None
    api_keys: ServiceKeys | None = None
    jwt_jwks_url: BaseUrl | None = None
    jwt_public_key: SignerKey | None = None
    jwt_algorithms: Annotated[frozenset[Algorithm], *LISTED, Field(min_length=1)] = frozenset(
        {"RS256"}
    )
    jwt_issuer: Word | None = None
    jwt_audience: Word | None = None
    jwt_claim: Word = "sub"
    jwt_from: Annotated[tuple[TokenPlace, ...], *ORDERED, Field(min_length=1)] = (BEARER,)
    host_policy: Hosts = Hosts.BOTH
    free_meetings: FreeMeetings = FreeMeetings.SERVICES
    doctor_calls_per_minute: CallsAMinute = 12
    service_calls_per_minute: CallsAMinute = 600
    cors_origins: Annotated[frozenset[Origin], *LISTED] = frozenset()
    public_hosts: Annotated[frozenset[PublicHost], *LISTED] = frozenset()
    allow_insecure: Annotated[frozenset[Accepted], *LISTED] = frozenset()

    database_url: DatabaseUrl = SecretStr("sqlite:///data/videochamadas.db")

    console: bool | None = None

    host: str = "127.0.0.1"
    port: Annotated[int, Field(ge=1, le=65535)] = 8080
    reuse_port: bool = False
    drain_seconds: Annotated[float, Field(ge=0, le=300)] = 0.0
    metrics_host: str = "127.0.0.1"
    metrics_port: Annotated[int, Field(ge=1, le=65535)] | None = None
    trusted_proxies: Annotated[frozenset[Proxy], *LISTED] = frozenset()
    log_level: Literal["debug", "info", "warning", "error"] = "info"
    log_format: Literal["json", "console"] | None = None

    @property
    def sandboxed(self) -> bool:
        """Both partners are sandbox twins, so access need not be protected."""
        return self.video_provider == "sandbox" and self.attendance_provider == "sandbox"

    @property
    def with_sandbox(self) -> bool:
        """A twin stands in for a partner, or the console may show that none does."""
        return TWIN in {self.video_provider, self.attendance_provider} or self.with_console

    @property
    def with_console(self) -> bool:
        """The page for people: unless it is set, only where both partners are twins."""
        return self.sandboxed if self.console is None else self.console

    @property
    def authentication(self) -> frozenset[str]:
        """The methods by which callers are authenticated; ``none`` for no authentication."""
        return self.auth or frozenset({"none"})

    @property
    def token_cookies(self) -> tuple[str, ...]:
        """The names of the cookies in which a doctor's token may stand."""
        return tuple(
            place.removeprefix(COOKIE) for place in self.jwt_from if place.startswith(COOKIE)
        )

    @property
    def fixed_headers(self) -> dict[str, str]:
        """What goes with every call to the attendance service."""
        headers = self.attendance_headers
        return {} if headers is None else read_headers(headers.get_secret_value())

    @property
    def service_keys(self) -> tuple[ApiKey, ...]:
        """The keys that are valid now."""
        return read_entries(self.api_keys.get_secret_value()) if self.api_keys else ()

    @property
    def verification(self) -> Literal["required", "if-present"]:
        """Whether a webhook must be signed."""
        return self.webhook_verification or ("if-present" if self.sandboxed else "required")

    @property
    def profile(self) -> Profile | None:
        """The built-in video provider's profile; None for the sandbox and plugged-in adapters."""
        return PROFILES.get(self.video_provider)

    @property
    def video_base_url(self) -> str:
        """The base URL of the built-in video provider; empty for others."""
        return self.dyte_base_url or (self.profile and self.profile.base_url) or ""

    @property
    def provider_calls_per_minute(self) -> float:
        """This instance's share of the built-in provider's published rate; 0 for others."""
        return (self.profile.calls_per_minute if self.profile else 0) * self.provider_rate_share

    @property
    def key_url(self) -> str:
        """The URL of the key that the built-in provider signs webhooks with; else empty."""
        return self.webhook_key_url or (self.profile and self.profile.key_url) or ""

    @property
    def webhook_url(self) -> str | None:
        """Where the provider should send its webhooks, as far as it is known."""
        return None if self.public_url is None else self.public_url + WEBHOOK_PATH

    @property
    def organization(self) -> str | None:
        """The organization whose events are accepted; None accepts all.

        Dyte's token is base64 of ``organization:key``; RealtimeKit's does not hold it.
        """
        if self.provider_org_id:
            return self.provider_org_id
        organization, separator, _ = self._decoded_dyte_token.partition(":")
        return organization if separator and organization else None

    @property
    def dyte_token_fault(self) -> str | None:
        """What was forgotten in making Dyte's token; None when nothing was."""
        if self.video_provider == "dyte" and self.dyte_token:
            if ":" in self.dyte_token.get_secret_value():
                return f"is organization:key as it is, not encoded; {ENCODE}"
            if self._decoded_dyte_token.endswith(("\n", "\r")):
                return f"was encoded with the end of its line, which Dyte takes for key; {ENCODE}"
        return None

    @property
    def _decoded_dyte_token(self) -> str:
        """Empty where there is none, and where it is no base64 of a text."""
        if self.video_provider != "dyte" or self.dyte_token is None:
            return ""
        try:
            return base64.b64decode(self.dyte_token.get_secret_value(), validate=True).decode()
        except ValueError:
            return ""

    @property
    def installation(self) -> Installation:
        """Whose the database is that is used with these settings."""
        attendance = self.attendance_provider
        if attendance == "http":
            attendance = str(URL(self.attendance_base_url or ""))
        twin = self.video_provider == TWIN
        return Installation(self.video_provider, None if twin else self.organization, attendance)

    @property
    def sweep_between(self) -> float:
        """Seconds between the two answers that must agree: 20, or less when sweeping more often."""
        return min(20.0, self.sweep_interval / 2)

    @property
    def lease(self) -> float:
        """Seconds that a claim lasts: longer than the longest attempt, two calls in a row."""
        return 2 * self.partner_timeout + 5

    @property
    def meeting_within(self) -> float:
        """Seconds for opening or joining a meeting, however many calls that takes."""
        return 2 * self.partner_timeout

    @property
    def closing_lease(self) -> float:
        """Seconds that a claim on a closing lasts: four calls in a row."""
        return 2 * self.lease

    @property
    def start_lease(self) -> float:
        """Seconds that a start may take before another call takes it over."""
        return max(30.0, self.lease)

    @property
    def presets(self) -> dict[Preset, str]:
        """The provider's names of the contract's presets."""
        return {Preset.HOST: self.preset_host, Preset.PARTICIPANT: self.preset_participant}
