"""The page at /docs in a browser that reaches nothing but the service."""

from playwright.async_api import Page, Request

from tests.conftest import Client


async def test_the_docs_page_shows_the_operations_and_asks_nobody_else(
    tab: Page, client: Client
) -> None:
    asked: set[str] = set()
    complaints: list[str] = []

    def note(request: Request) -> None:
        asked.add(request.url)

    tab.on("request", note)
    tab.on("console", lambda message: complaints.append(message.text))

    await tab.goto(str(client.make_url("/docs")))
    operation = tab.locator("#operations-videochamadas-startMeeting")
    await operation.wait_for(state="visible")

    assert "/api/dyte/meeting" in await operation.inner_text()
    assert str(client.make_url("/openapi.json")) in asked
    ours = (str(client.make_url("/")), "data:")
    assert [url for url in asked if not url.startswith(ours)] == []
    assert [text for text in complaints if "Content Security Policy" in text] == []
