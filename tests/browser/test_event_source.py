"""``EventSource`` with a cookie, in a page that shares its origin with the service."""

from playwright.async_api import Page, expect
from pytest_aiohttp.plugin import AiohttpServer

from entrypoints.settings import Settings
from tests.browser.proxy import Proxy
from tests.browser.test_cookies import asking_for_cookies, signed_in
from tests.conftest import Serve

STREAM = "/api/referrals/enc-1001/presence/stream"
WATCH = f"""
const presence = new EventSource("{STREAM}");
presence.onmessage = ({{ data, lastEventId }}) => {{
  const [newest] = JSON.parse(data).data.meetings;
  const inside = newest?.users.some(({{ inMeeting }}) => inMeeting);
  document.body.textContent = inside ? "in" : "out";
  document.body.id = lastEventId;
}};
"""
COME_IN = """async () => {
  const post = (path, body) => fetch(path, { method: "POST", body: JSON.stringify(body) });
  const { data } = await (await post("/api/dyte/meeting", { titleMeet: "enc-1001" })).json();
  const user = `/attendance-service/referrals/enc-1001/meetings/${data.id}/user`;
  await post(user, { inMeeting: true, userId: "dra-ana" });
  return data.id;
}"""
LEAVE = """(meetID) => {
  const leaving = { doctorID: "dra-ana", referralID: "enc-1001", meetID };
  navigator.sendBeacon("/api/update-doctor-meet", JSON.stringify(leaving));
}"""


async def test_it_watches_through_a_proxy_and_comes_back_by_itself_to_what_it_missed(
    tab: Page, aiohttp_server: AiohttpServer, settings: Settings, serve: Serve
) -> None:
    proxy = Proxy(script=WATCH, service=await serve(asking_for_cookies(settings)))
    proxy.origin = str((await aiohttp_server(proxy.app())).make_url("/").origin())
    await signed_in(tab, proxy.origin)
    badge = tab.locator("body")

    await tab.goto(proxy.origin)
    await expect(badge).to_have_text("out")
    meeting = await tab.evaluate(COME_IN)
    await expect(badge).to_have_text("in")
    shown = await badge.get_attribute("id")

    await proxy.cut()
    await tab.evaluate(LEAVE, meeting)
    await expect(badge).to_have_text("out")

    streams = [request for request in proxy.passed if request.path == STREAM]
    assert [request.headers.get("Last-Event-ID") for request in streams] == [None, shown]
