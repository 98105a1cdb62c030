"""The adapters that are judged: the built-in ones, or those that ``--adapter`` names."""

import asyncio
import os
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from functools import partial
from urllib.parse import urlsplit

import aiohttp
from aiohttp.abc import AbstractResolver, ResolveResult

from adapters.attendance.factory import HttpAttendanceFactory
from adapters.plug_in import AdapterContext, AdapterError, AttendanceAdapter, VideoAdapter
from adapters.provider.factory import ProviderFactory
from adapters.provider.profile import DYTE, REALTIMEKIT, Profile
from adapters.system import epoch, steady
from domain.errors import Partner
from domain.meeting import Preset
from entrypoints.plug_ins import (
    load_factory,
    made_attendance_adapter,
    made_video_adapter,
    own_variables,
)
from entrypoints.settings import Settings
from entrypoints.settings_rules import check_partner_url
from tests.identity import public_pem

URL = "ADAPTER_URL"


@dataclass(frozen=True, slots=True)
class Candidate:
    """An adapter and the variables that its factory reads."""

    name: str
    partner: Partner
    factory: Callable[[AdapterContext], object]
    environment: Mapping[str, str]

    def __str__(self) -> str:
        return self.name


class Nowhere(AbstractResolver):
    """Knows no name: a call to anything but the suite's own server goes nowhere."""

    async def resolve(self, host: str, port: int = 0, family: int = 0) -> list[ResolveResult]:
        raise OSError("the suite lets no call leave this machine")

    async def close(self) -> None:
        """Nothing is open."""


@asynccontextmanager
async def context(
    partner: Partner, environment: Mapping[str, str], origin: str, patience: float
) -> AsyncIterator[AdapterContext]:
    """What a factory is called with: whatever is a URL in its variables leads to ``origin``."""
    rewritten = {name: _at(origin, value) for name, value in environment.items()}
    async with aiohttp.ClientSession(
        timeout=aiohttp.ClientTimeout(total=patience),
        connector=aiohttp.TCPConnector(resolver=Nowhere()),
    ) as session:
        check_url = partial(check_partner_url, Settings())
        yield AdapterContext(partner, session, rewritten, epoch, steady, asyncio.sleep, check_url)


def built_in() -> list[Candidate]:
    """One provider's key is given, the other's is fetched."""
    environment = {URL: "https://partner.example/v2"}
    return [
        Candidate("http", Partner.ATTENDANCE, _http, environment),
        Candidate("dyte", Partner.VIDEO, partial(_provider, DYTE, public_pem()), environment),
        Candidate("realtimekit", Partner.VIDEO, partial(_provider, REALTIMEKIT, None), environment),
    ]


def named(name: str) -> list[Candidate]:
    """One for each port that the factory makes an adapter of. Raises AdapterError when it makes
    none."""
    environment = own_variables(os.environ)
    if not any(_is_url(value) for value in environment.values()):
        raise AdapterError(
            f"{name}: its partner's URL must be in a variable that begins with ADAPTER_: "
            "the suite puts its own server in that place"
        )
    try:
        partners = asyncio.run(_partners(name, environment))
    except AdapterError as error:
        told = str(error)
        raise AdapterError(told if name in told else f"{name}: {told}") from error
    return [Candidate(name, one, load_factory(name), environment) for one in partners]


async def _partners(name: str, environment: Mapping[str, str]) -> list[Partner]:
    found: list[Partner] = []
    made = ""
    for partner in (Partner.ATTENDANCE, Partner.VIDEO):
        async with context(partner, environment, "http://127.0.0.1:9", 1.0) as given:
            adapter = load_factory(name)(given)
            made = type(adapter).__name__
            if partner is Partner.ATTENDANCE and isinstance(adapter, AttendanceAdapter):
                found.append(partner)
                made_attendance_adapter(name, given)
            elif partner is Partner.VIDEO and isinstance(adapter, VideoAdapter):
                found.append(partner)
                made_video_adapter(name, given)
    if not found:
        raise AdapterError(f"returned {made}, neither AttendanceAdapter nor VideoAdapter")
    return found


def _http(given: AdapterContext) -> AttendanceAdapter:
    return HttpAttendanceFactory(given.variable(URL), "made-up")(given)


def _provider(profile: Profile, key: str | None, given: AdapterContext) -> VideoAdapter:
    url = given.variable(URL)
    factory = ProviderFactory(
        profile=profile,
        base_url=url,
        token="made-up",
        presets={preset: preset.value for preset in Preset},
        calls_per_minute=profile.calls_per_minute,
        key_url=f"{url}/keys",
        public_key=key,
    )
    return factory(given)


def _at(origin: str, value: str) -> str:
    return origin + urlsplit(value).path if _is_url(value) else value


def _is_url(value: str) -> bool:
    return value.lower().startswith(("http://", "https://"))
