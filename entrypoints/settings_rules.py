"""What settings must fit together, and loading them with every problem named at once."""

import ipaddress
import os
from collections.abc import Iterator
from urllib.parse import urlsplit

from pydantic import ValidationError
from pydantic_core import PydanticCustomError

from adapters.callers.identity_keys import signer_algorithm
from adapters.plug_in import AdapterError
from application.rights import FreeMeetings, Hosts
from entrypoints.plug_ins import ATTENDANCE, VIDEO, load_factory, own_variables
from entrypoints.secret_files import read_secret_files
from entrypoints.setting_names import misspelt
from entrypoints.setting_types import BEARER, WEBHOOK_PATH, base_url, host_of, public_url
from entrypoints.settings import Settings

PLAIN = "plain http off this machine needs ALLOW_INSECURE=plain-http"


class SettingsError(Exception):
    """The settings cannot be served with; ``problems`` has one sentence for each reason."""

    def __init__(self, problems: list[str]) -> None:
        super().__init__("; ".join(problems))
        self.problems = problems


def load_settings() -> Settings:
    """The settings of the environment and of the files that it names; raises SettingsError with
    every problem at once."""
    from_files, problems = read_secret_files(os.environ)
    problems += misspelt(os.environ)
    try:
        settings = Settings.model_validate(from_files)
    except ValidationError as error:
        faulty = {str(fault["loc"][0]): fault["msg"] for fault in error.errors()}
        problems += [f"{name.upper()}: {message}" for name, message in faulty.items()]
        defaults = {name: Settings.model_fields[name].default for name in faulty}
        problems += _unfit(Settings.model_validate(from_files | defaults))
        raise SettingsError(problems) from error
    if problems := [*problems, *_unfit(settings)]:
        raise SettingsError(problems)
    return settings


def _unfit(settings: Settings) -> Iterator[str]:
    yield from _missing(settings)
    yield from _plugged_in(settings)
    yield from _unused(settings)
    yield from _itself(settings)
    yield from _open_to_anyone(settings)
    yield from _callers(settings)
    yield from _unverified(settings)
    yield from _unencrypted(settings)
    yield from _plain_database(settings)
    yield from _misdirected(settings)


def _missing(settings: Settings) -> Iterator[str]:
    provider, built_in = settings.video_provider, settings.profile is not None
    if built_in and settings.dyte_token is None:
        yield f"DYTE_TOKEN: needed with VIDEO_PROVIDER={provider}"
    if provider == "realtimekit" and settings.dyte_base_url is None:
        yield (
            "DYTE_BASE_URL: needed with VIDEO_PROVIDER=realtimekit: "
            "https://api.cloudflare.com/client/v4/accounts/{account}/realtime/kit/{app}"
        )
    if fault := settings.dyte_token_fault:
        yield f"DYTE_TOKEN: {fault}"
    elif built_in and settings.dyte_token and settings.organization is None:
        yield (
            f"PROVIDER_ORG_ID: needed with VIDEO_PROVIDER={provider} and this DYTE_TOKEN: whose "
            "events are ours; the provider signs those of all its customers with one key"
        )
    if settings.preset_host == settings.preset_participant:
        yield "PRESET_PARTICIPANT: the same as PRESET_HOST would make everybody the host"
    if settings.attendance_provider == "http" and settings.attendance_base_url is None:
        yield "ATTENDANCE_BASE_URL: needed with ATTENDANCE_PROVIDER=http"


def _plugged_in(settings: Settings) -> Iterator[str]:
    for setting, name in (
        (VIDEO, settings.video_provider),
        (ATTENDANCE, settings.attendance_provider),
    ):
        if ":" in name:
            try:
                load_factory(name)
            except AdapterError as error:
                yield f"{setting}: {error}"


def _itself(settings: Settings) -> Iterator[str]:
    url = settings.attendance_base_url
    if settings.attendance_provider == "http" and url and _is_own(settings, url):
        yield "ATTENDANCE_BASE_URL: this service would be its own attendance service"


def check_partner_url(settings: Settings, url: str) -> None:
    """A plugged-in adapter's base URL keeps the rules of a built-in one's. Raises AdapterError."""
    try:
        base_url(url)
    except PydanticCustomError as error:
        raise AdapterError(f"its base URL {error.message()}") from error
    if _is_own(settings, url):
        raise AdapterError("the base URL is this service's own: it would be its own partner")
    if "plain-http" not in settings.allow_insecure and _is_plain(url):
        raise AdapterError(PLAIN)


def webhook_at(settings: Settings, url: str) -> str:
    """The webhook's URL at a public address, which keeps the rules of ``PUBLIC_URL``. Raises
    SettingsError."""
    try:
        address = public_url(url)
    except PydanticCustomError as error:
        raise SettingsError([f"--url: {error.message()}"]) from error
    if "plain-http" not in settings.allow_insecure and _is_plain(address):
        raise SettingsError([f"--url: {PLAIN}"])
    return address + WEBHOOK_PATH


def _is_own(settings: Settings, url: str) -> bool:
    parts = urlsplit(url)
    port = parts.port or (443 if parts.scheme == "https" else 80)
    return port == settings.port and (
        _is_loopback(parts.hostname) or parts.hostname == settings.host
    )


def _is_plain(url: str) -> bool:
    """False for what is no URL, as a variable of a plugged-in adapter may be."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return False
    return parts.scheme == "http" and not _is_loopback(parts.hostname)


def _open_to_anyone(settings: Settings) -> Iterator[str]:
    if settings.sandboxed:
        return
    if settings.auth is None:
        yield (
            "AUTH: must be chosen with a real partner: jwt, api-key, or both with a comma; "
            "none needs ALLOW_INSECURE=no-auth"
        )
    elif "none" in settings.authentication and "no-auth" not in settings.allow_insecure:
        yield "AUTH: none with a real partner needs ALLOW_INSECURE=no-auth"


def _callers(settings: Settings) -> Iterator[str]:
    authentication = settings.authentication
    if "none" in authentication and len(authentication) > 1:
        yield "AUTH: none cannot stand beside another: nobody would be authentication"
    if "api-key" in authentication and not settings.service_keys:
        yield "API_KEYS: needed with AUTH=api-key; `videochamadas keys new NAME` makes one"
    if "jwt" in authentication:
        yield from _tokens(settings)
    if "none" in authentication and settings.host_policy is not Hosts.BOTH:
        yield "HOST_POLICY: binds nobody while nobody is authentication: needs AUTH=jwt or api-key"
    if settings.free_meetings is FreeMeetings.EVERYONE and settings.one_meeting_per_referral:
        yield (
            "FREE_MEETINGS: everyone could take a referral's one meeting before it has any; "
            "not with ONE_MEETING_PER_REFERRAL"
        )


def _unused(settings: Settings) -> Iterator[str]:
    """What is set for something that was not chosen: the choice was forgotten, and the service
    would be open in its place."""
    if settings.profile is None and (settings.dyte_token or settings.dyte_base_url):
        yield (
            "VIDEO_PROVIDER: must be dyte or realtimekit for DYTE_TOKEN and DYTE_BASE_URL to have "
            f"an effect; {settings.video_provider} would take the meetings"
        )
    if ":" in settings.video_provider and (settings.webhook_key_url or settings.webhook_public_key):
        yield (
            "VIDEO_PROVIDER: a plugged-in adapter checks signatures itself: WEBHOOK_KEY_URL and "
            "WEBHOOK_PUBLIC_KEY have no effect"
        )
    if settings.attendance_provider != "http" and (
        settings.attendance_base_url or settings.attendance_token or settings.attendance_headers
    ):
        yield (
            "ATTENDANCE_PROVIDER: must be http for ATTENDANCE_BASE_URL, ATTENDANCE_TOKEN and "
            "ATTENDANCE_HEADERS to have an effect; "
            f"{settings.attendance_provider} would take what is told"
        )
    if settings.egress_no_proxy and settings.egress_proxy is None:
        yield "EGRESS_PROXY: needed for EGRESS_NO_PROXY to have an effect"
    if settings.api_keys and "api-key" not in settings.authentication:
        yield "AUTH: must have api-key for API_KEYS to have an effect"
    if (settings.jwt_jwks_url or settings.jwt_public_key) and "jwt" not in settings.authentication:
        yield "AUTH: must have jwt for JWT_JWKS_URL and JWT_PUBLIC_KEY to have an effect"
    if settings.jwt_from != (BEARER,) and "jwt" not in settings.authentication:
        yield "AUTH: must have jwt for JWT_FROM to have an effect"


def _tokens(settings: Settings) -> Iterator[str]:
    for name in ("jwt_issuer", "jwt_audience"):
        if not getattr(settings, name):
            yield f"{name.upper()}: needed with AUTH=jwt"
    if settings.jwt_public_key and signer_algorithm(settings.jwt_public_key) not in (
        settings.jwt_algorithms
    ):
        yield "JWT_ALGORITHMS: none of them goes with JWT_PUBLIC_KEY"
    if (settings.jwt_jwks_url is None) is (settings.jwt_public_key is None):
        yield "JWT_JWKS_URL, JWT_PUBLIC_KEY: one of the two is needed with AUTH=jwt"


def _unverified(settings: Settings) -> Iterator[str]:
    if settings.sandboxed or settings.verification == "required":
        return
    if "no-webhook-verification" not in settings.allow_insecure:
        yield (
            "WEBHOOK_VERIFICATION: if-present with a real partner needs "
            "ALLOW_INSECURE=no-webhook-verification"
        )


def _unencrypted(settings: Settings) -> Iterator[str]:
    if "plain-http" in settings.allow_insecure:
        return
    for name in (
        "dyte_base_url",
        "attendance_base_url",
        "webhook_key_url",
        "jwt_jwks_url",
        "public_url",
    ):
        if _is_plain(getattr(settings, name) or ""):
            yield f"{name.upper()}: {PLAIN}"
    if ":" in settings.video_provider + settings.attendance_provider:
        for name, value in own_variables(os.environ).items():
            if _is_plain(value):
                yield f"{name}: {PLAIN}"


def _plain_database(settings: Settings) -> Iterator[str]:
    url = settings.database_url.get_secret_value()
    if url.startswith("sqlite:"):
        return
    from adapters.storage.postgres_address import (  # noqa: PLC0415 - takes 3 MB
        TlsError,
        is_plain,
    )

    try:
        plain = is_plain(url)
    except TlsError as error:
        yield f"DATABASE_URL: TLS cannot be used as it asks for: {error}"
        return
    if plain and "plain-database" not in settings.allow_insecure:
        yield (
            "DATABASE_URL: leads off this machine without verified TLS; add "
            "sslmode=verify-full&sslrootcert=FILE, or accept it: ALLOW_INSECURE=plain-database"
        )


def _misdirected(settings: Settings) -> Iterator[str]:
    host = urlsplit(settings.public_url or "").hostname
    if host and settings.public_hosts and host_of(host) not in settings.public_hosts:
        yield "PUBLIC_HOSTS: must have the host of PUBLIC_URL: the provider's webhooks come to it"


def _is_loopback(host: str | None) -> bool:
    try:
        return ipaddress.ip_address(host or "").is_loopback
    except ValueError:
        return host == "localhost"
