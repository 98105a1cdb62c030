"""What browsers make of the service's CORS headers."""

import pytest
from playwright.async_api import Error, Page

from entrypoints.container import Container
from entrypoints.settings import Settings
from tests.browser.conftest import OpenSite
from tests.conftest import Client, Serve

START = """async ([url, body]) => {
  const headers = { "Content-Type": "application/json", "X-Request-ID": "from-a-page" };
  const answer = await fetch(`${url}api/dyte/meeting`, { method: "POST", headers, body });
  return [answer.status, answer.headers.get("X-Request-ID"), await answer.text()];
}"""


async def opened_by(settings: Settings, serve: Serve, origin: str) -> Client:
    allowed = settings.model_copy(update={"cors_origins": frozenset({origin})})
    return await serve(Container(settings=allowed))


async def meetings(client: Client) -> int:
    return len((await (await client.get("/sandbox/calls")).json())["calls"])


@pytest.mark.parametrize(
    ("body", "status", "said"),
    [('{"titleMeet":"enc-1001"}', 201, "enc-1001"), ("{}", 422, "campo obrigatório")],
)
async def test_a_page_of_a_configured_origin_may_call_and_read_answers_and_problems(
    tab: Page,
    open_site: OpenSite,
    settings: Settings,
    serve: Serve,
    body: str,
    status: int,
    said: str,
) -> None:
    site = await open_site()
    client = await opened_by(settings, serve, site.origin)
    await tab.goto(site.origin)

    answer = await tab.evaluate(START, [str(client.make_url("/")), body])

    assert answer[:2] == [status, "from-a-page"]
    assert said in answer[2]


async def test_a_page_of_another_origin_is_kept_from_calling(
    tab: Page, open_site: OpenSite, settings: Settings, serve: Serve
) -> None:
    site, other = await open_site(), await open_site()
    client = await opened_by(settings, serve, site.origin)
    await tab.goto(other.origin)

    with pytest.raises(Error, match="Failed to fetch"):
        await tab.evaluate(START, [str(client.make_url("/")), '{"titleMeet":"enc-1001"}'])

    assert await meetings(client) == 0
