"""Through a proxy: what goes there, and what is never shown to it."""

import asyncio
import base64
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

import aiohttp
import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from pydantic import SecretStr
from structlog.testing import capture_logs
from yarl import URL

from adapters.attendance.http import HttpAttendance
from adapters.egress import EgressProxy
from adapters.partner_api import PartnerApi
from domain.errors import (
    KeyUnavailableError,
    Partner,
    PartnerMisconfiguredError,
    PartnerUnavailableError,
)
from domain.referral import ReferralId
from entrypoints.container import Container
from entrypoints.look_at_partners import look_at_partners
from entrypoints.resources import open_partners, open_storage
from entrypoints.settings import Settings
from tests.builders import a_referral

HOST = "partner.example"


@dataclass
class Proxy:
    """Tunnels to ``target`` whatever name is asked for; without one it answers ``status``."""

    target: int | None = None
    status: str = "502 Bad Gateway"
    url: str = ""
    heads: list[str] = field(default_factory=list)

    @property
    def names(self) -> list[str]:
        return [head.split()[1] for head in self.heads]

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.heads.append((await reader.readuntil(b"\r\n\r\n")).decode())
        if self.target is None:
            writer.write(f"HTTP/1.1 {self.status}\r\nContent-Length: 0\r\n\r\n".encode())
            await writer.drain()
        else:
            writer.write(b"HTTP/1.1 200 Connection established\r\n\r\n")
            there, onwards = await asyncio.open_connection("127.0.0.1", self.target)
            await asyncio.gather(_pipe(reader, onwards), _pipe(there, writer))
        writer.close()


async def _pipe(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    while data := await reader.read(2**16):
        writer.write(data)
        await writer.drain()
    writer.close()


@asynccontextmanager
async def running(proxy: Proxy) -> AsyncIterator[Proxy]:
    server = await asyncio.start_server(proxy.serve, "127.0.0.1", 0)
    proxy.url = f"127.0.0.1:{server.sockets[0].getsockname()[1]}"
    yield proxy
    server.close()


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Key and certificate of the partner, made up."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, HOST)])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(HOST)]), critical=False)
        .sign(key, hashes.SHA256())
    )
    path = tmp_path_factory.mktemp("tls") / "partner.pem"
    private = key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    path.write_bytes(private + made.public_bytes(serialization.Encoding.PEM))
    return path


async def test_an_answer_comes_through_the_tunnel_and_the_proxy_hears_nothing_of_it(
    certificate: Path,
) -> None:
    heard: list[web.Request] = []

    async def answer(request: web.Request) -> web.Response:
        heard.append(request)
        return web.json_response({"solicitante": {"id": "dra-ana"}})

    app = web.Application()
    app.router.add_get("/{rest:.*}", answer)
    inside = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    inside.load_cert_chain(certificate)
    trusting = ssl.create_default_context(cafile=str(certificate))
    server = TestServer(app, scheme="https")
    await server.start_server(ssl=inside)
    async with running(Proxy(target=server.port)) as proxy:
        way_out = EgressProxy(f"http://us:a%40b@{proxy.url}")
        async with aiohttp.ClientSession(
            connector=aiohttp.TCPConnector(ssl=trusting), middlewares=(way_out,)
        ) as session:
            api = PartnerApi(Partner.ATTENDANCE, session, f"https://{HOST}", "Bearer canary")
            found = [await HttpAttendance(api).referral(ReferralId("enc-1")) for _ in range(2)]
    await server.close()

    assert found == [a_referral(specialist=None)] * 2
    assert [request.headers["Authorization"] for request in heard] == ["Bearer canary"] * 2
    assert all("Proxy-Authorization" not in request.headers for request in heard)
    assert proxy.names == [f"{HOST}:443"]
    assert base64.b64encode(b"us:a@b").decode() in proxy.heads[0]
    assert "canary" not in proxy.heads[0]
    assert "enc-1" not in proxy.heads[0]


def real(proxy: str, **more: object) -> dict[str, object]:
    return {
        "video_provider": "dyte",
        "dyte_base_url": "https://video.example/v2",
        "dyte_token": SecretStr("canary"),
        "webhook_key_url": "https://keys.example/webhooks.json",
        "attendance_provider": "http",
        "attendance_base_url": "https://attendance.example",
        "auth": frozenset({"jwt"}),
        "jwt_jwks_url": "https://id.example/keys",
        "egress_proxy": SecretStr(f"http://us:canary@{proxy}"),
        **more,
    }


async def test_every_partner_is_reached_through_the_proxy(settings: Settings) -> None:
    async with running(Proxy()) as proxy:
        container = Container(settings=settings.model_copy(update=real(proxy.url)))
        async with open_storage(container, create=True), open_partners(container):
            findings = await look_at_partners(container)
            with pytest.raises(KeyUnavailableError):
                await container.webhooks().verify({"dyte-signature": ["x"]}, b"{}")

    hosts = ("video", "keys", "attendance", "id", "keys")
    assert proxy.names == [f"{host}.example:443" for host in hosts]
    assert not any(finding.ok for finding in findings)
    assert all("the egress proxy answered 502" in finding.detail for finding in findings)
    assert "canary" not in str(findings)


async def test_what_is_reached_directly_never_asks_the_proxy(settings: Settings) -> None:
    async def answer(_request: web.Request) -> web.Response:
        return web.json_response({})

    app = web.Application()
    app.router.add_get("/{rest:.*}", answer)
    async with TestServer(app) as server, running(Proxy()) as proxy:
        direct = {
            "dyte_base_url": str(server.make_url("/v2")),
            "webhook_key_url": f"https://127.0.0.1:{server.port}/webhooks.json",
            "attendance_base_url": f"https://127.0.0.1:{server.port}",
            "jwt_jwks_url": f"https://localhost:{server.port}/keys",
        }
        container = Container(settings=settings.model_copy(update=real(proxy.url, **direct)))
        async with open_partners(container):
            await look_at_partners(container)

    assert proxy.names == []


async def test_without_a_setting_no_variable_of_the_environment_leads_to_a_proxy(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with running(Proxy()) as proxy:
        for name in ("HTTPS_PROXY", "https_proxy", "HTTP_PROXY", "http_proxy", "ALL_PROXY"):
            monkeypatch.setenv(name, f"http://{proxy.url}")
        closed = {"attendance_base_url": "https://attendance.invalid", "egress_proxy": None}
        container = Container(settings=settings.model_copy(update=real(proxy.url, **closed)))
        async with open_partners(container):
            with pytest.raises(PartnerUnavailableError):
                await container.attendance().referral(ReferralId("enc-1"))

    assert proxy.names == []


@pytest.mark.parametrize("status", ["407 Proxy Authentication Required", "403 Forbidden"])
async def test_a_proxy_that_refuses_us_is_a_misconfiguration_that_is_later(
    settings: Settings, status: str
) -> None:
    async with running(Proxy(status=status)) as proxy:
        container = Container(settings=settings.model_copy(update=real(proxy.url)))
        async with open_partners(container):
            with capture_logs() as logs, pytest.raises(PartnerMisconfiguredError) as caught:
                await container.attendance().referral(ReferralId("enc-1"))

    assert caught.value.kind.later
    (line,) = logs
    assert line["reason"] == f"attendance service: the egress proxy refused us with {status[:3]}"


async def test_a_proxy_that_is_not_there_makes_the_partner_unavailable(settings: Settings) -> None:
    async with running(Proxy()) as proxy:
        nobody = proxy.url
    container = Container(settings=settings.model_copy(update=real(nobody)))
    async with open_partners(container):
        with pytest.raises(PartnerUnavailableError) as caught:
            await container.attendance().referral(ReferralId("enc-1"))

    assert "canary" not in str(caught.value)


@pytest.mark.parametrize(
    ("url", "through"),
    [
        ("https://api.dyte.io/v2", True),
        ("https://10.1.2.3", False),
        ("https://11.1.2.3", True),
        ("https://192.0.2.7", False),
        ("https://[2001:db8::1]", False),
        ("https://[2001:db9::1]", True),
        ("https://atendimento.hospital.example", False),
        ("https://Hospital.Example.", False),
        ("https://myhospital.example", True),
        ("https://login.example:8443", False),
        ("https://below.login.example", False),
        ("https://nologin.example", True),
        ("http://api.dyte.io/v2", False),
        ("https://localhost:9000", False),
        ("https://127.0.0.2", False),
        ("https://[::1]", False),
    ],
)
def test_names_stand_for_all_below_them_and_networks_for_addresses(url: str, through: bool) -> None:
    direct = {".hospital.example", "login.example", "10.0.0.0/8", "192.0.2.7", "2001:db8::/32"}

    assert EgressProxy("http://proxy:3128", frozenset(direct)).leads_to(URL(url)) is through


def test_no_repr_holds_the_proxys_password() -> None:
    assert "canary" not in repr(EgressProxy("http://us:canary@proxy:3128"))
