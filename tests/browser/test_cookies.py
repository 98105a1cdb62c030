"""Whose pages a real browser lets in with a doctor's cookie: those of the service's own origin."""

from aiohttp import web
from playwright.async_api import Page
from pytest_aiohttp.plugin import AiohttpClient

from entrypoints.app import create_app
from entrypoints.container import Container
from entrypoints.settings import Settings
from tests.browser.conftest import OpenSite
from tests.conftest import Serve
from tests.identity import a_token, asking

START = """async ([url, credentials]) => {
  const body = '{"titleMeet":"enc-1001"}';
  const sent = { method: "POST", headers: { "Content-Type": "text/plain" }, credentials, body };
  try { return (await fetch(`${url}api/dyte/meeting`, sent)).status; } catch { return null; }
}"""
READ = """async (url) => {
  try { return (await fetch(`${url}operations/inbox`)).status; } catch { return null; }
}"""
WATCH = """(url) => new Promise((told) => {
  const stream = `${url}api/referrals/enc-1001/presence/stream`;
  const presence = new EventSource(stream, { withCredentials: true });
  presence.onmessage = () => told("everything");
  presence.onerror = () => told(presence.readyState === EventSource.CLOSED ? "nothing" : "wait");
})"""
BEACON = """([url, body]) => navigator.sendBeacon(`${url}api/update-doctor-meet`, body)"""


def asking_for_cookies(settings: Settings, *origins: str) -> Container:
    changed = {
        **asking(),
        "auth": frozenset({"jwt"}),
        "api_keys": None,
        "jwt_from": ("cookie:TOKEN",),
        "cors_origins": frozenset(origins),
    }
    return Container(settings=settings.model_copy(update=changed))


async def signed_in(tab: Page, url: str) -> None:
    """Cookies know no ports: the browser sends this one to the whole machine, whoever asks."""
    await tab.context.add_cookies(
        [{"name": "TOKEN", "value": a_token(), "url": url, "httpOnly": True}]
    )


async def test_a_page_of_our_own_gets_in_with_the_cookie_for_gets_and_beacons_too(
    tab: Page, settings: Settings, serve: Serve
) -> None:
    client = await serve(asking_for_cookies(settings))
    url = str(client.make_url("/"))
    await tab.goto(f"{url}docs")
    without = await tab.evaluate(START, [url, "same-origin"])
    await signed_in(tab, url)

    assert (without, await tab.evaluate(START, [url, "same-origin"])) == (401, 201)
    assert await tab.evaluate(READ, url) == 403  # known, and no operator
    assert await tab.evaluate(START, [url, "omit"]) == 401
    async with tab.expect_response("**/api/update-doctor-meet") as told:
        meeting = (await (await client.get("/sandbox/calls")).json())["calls"][0]["meetingId"]
        body = f'{{"doctorID":"dra-ana","referralID":"enc-1001","meetID":"{meeting}"}}'
        assert await tab.evaluate(BEACON, [url, body])
    assert (await told.value).status == 200


async def test_a_page_of_another_origin_is_nobody_although_its_requests_bring_the_cookie(
    tab: Page, open_site: OpenSite, settings: Settings, aiohttp_client: AiohttpClient
) -> None:
    friend, stranger = await open_site(), await open_site()
    app = create_app(asking_for_cookies(settings, friend.origin))
    came: list[tuple[str, bool, int]] = []

    async def note(request: web.Request, response: web.StreamResponse) -> None:
        site = request.headers.get("Sec-Fetch-Site", "")
        came.append((site, "Cookie" in request.headers, response.status))

    app.on_response_prepare.append(note)
    url = str((await aiohttp_client(app)).make_url("/"))
    await signed_in(tab, url)
    for site in (friend, stranger):
        await tab.goto(site.origin)
        await tab.evaluate(START, [url, "include"])
        assert await tab.evaluate(WATCH, url) == "nothing"
    await tab.goto(f"{url}operations/inbox")

    assert came[:5] == [  # the icon of an address that was typed comes last
        ("same-site", True, 401),
        ("same-site", True, 401),
        ("same-site", True, 403),
        ("same-site", True, 401),
        ("none", True, 401),
    ]
