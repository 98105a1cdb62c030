"""Where a doctor's token may stand (``JWT_FROM``), and how a cookie is read."""

import pytest
from aiohttp import ClientResponse

from entrypoints.container import Container
from entrypoints.http.access.credentials import sent_cookies
from entrypoints.settings import Settings
from tests.conftest import Client, Serve
from tests.http.test_leave_ticket import LEAVE
from tests.identity import PORTAL_KEY, a_token, asking

ANA, BRUNO = a_token("dra-ana"), a_token("dr-bruno")
OUR_PAGE = ("Sec-Fetch-Site", "same-origin")
BEARER, BARE = ("Authorization", f"Bearer {ANA}"), ("Authorization", ANA)
COOKIE = ("Cookie", f"TOKEN={ANA}")


@pytest.fixture
def settings(settings: Settings) -> Settings:
    places = ("bearer", "cookie:TOKEN", "cookie:__Host-ACCESS")
    return settings.model_copy(update={**asking(), "jwt_from": places})


async def started(client: Client, *headers: tuple[str, str]) -> ClientResponse:
    body = {"titleMeet": "enc-1001"}
    return await client.post("/api/dyte/meeting", json=body, headers=[OUR_PAGE, *headers])


@pytest.mark.parametrize(
    ("places", "statuses"),
    [
        (("bearer",), [201, 401, 401]),
        (("bare",), [401, 201, 401]),
        (("cookie:TOKEN",), [401, 401, 201]),
        (("bare", "cookie:TOKEN"), [401, 201, 201]),
    ],
)
@pytest.mark.parametrize("methods", ["jwt", "jwt,api-key"])
async def test_a_token_stands_where_the_settings_say_and_nowhere_else(
    settings: Settings, serve: Serve, places: tuple[str, ...], statuses: list[int], methods: str
) -> None:
    keys = settings.api_keys if methods == "jwt,api-key" else None
    changed = {"jwt_from": places, "auth": frozenset(methods.split(",")), "api_keys": keys}
    client = await serve(Container(settings=settings.model_copy(update=changed)))

    told = [(await started(client, header)).status for header in (BEARER, BARE, COOKIE)]
    key = await started(client, ("Authorization", f"Bearer {PORTAL_KEY}"))

    assert told == statuses
    assert key.status == (201 if methods == "jwt,api-key" else 401)


@pytest.mark.parametrize(
    "headers",
    [
        pytest.param([("Cookie", f"a=b; TOKEN={ANA}; c=d")], id="among others"),
        pytest.param([("Cookie", f"a=b;TOKEN={ANA};c")], id="without spaces"),
        pytest.param([("Cookie", f"TOKEN = {ANA} ")], id="with spaces"),
        pytest.param([("Cookie", f'TOKEN="{ANA}"')], id="quoted"),
        pytest.param([("Cookie", f"__Host-ACCESS={ANA}")], id="the second name"),
        pytest.param([("Cookie", f"__Host-ACCESS=x; TOKEN={ANA}")], id="the first name goes first"),
        pytest.param([("Cookie", f"TOKEN=; __Host-ACCESS={ANA}")], id="an empty one is none"),
        pytest.param([("Cookie", f"token=x; TOKEN={ANA}")], id="names differ by their case"),
    ],
)
async def test_a_cookie_is_read(client: Client, headers: list[tuple[str, str]]) -> None:
    assert (await started(client, *headers)).status == 201


MISSING, WRONG = "unauthenticated", "invalid-credentials"


@pytest.mark.parametrize(
    ("headers", "slug"),
    [
        pytest.param([("Cookie", f"TOKEN={ANA}; TOKEN={ANA}")], MISSING, id="twice"),
        pytest.param([("Cookie", f"TOKEN={BRUNO}; a=b; TOKEN ={ANA}")], MISSING, id="two values"),
        pytest.param([COOKIE, COOKIE], MISSING, id="two headers"),
        pytest.param([COOKIE, ("Cookie", "a=b")], MISSING, id="two headers and one token"),
        pytest.param([("Cookie", f"token={ANA}")], MISSING, id="another case"),
        pytest.param([("Cookie", f"XTOKEN={ANA}")], MISSING, id="a longer name"),
        pytest.param([("Cookie", ANA)], MISSING, id="no name"),
        pytest.param([("Cookie", "TOKEN")], MISSING, id="no value"),
        pytest.param([("Cookie", "TOKEN=;")], MISSING, id="an empty value"),
        pytest.param([("Cookie", 'TOKEN=""')], MISSING, id="an empty quoted value"),
        pytest.param([("Cookie", "")], MISSING, id="an empty header"),
        pytest.param([("Cookie", f"a=b, TOKEN={ANA}")], MISSING, id="a comma"),
        pytest.param([("Cookie", f'TOKEN="{ANA}')], WRONG, id="half quoted"),
        pytest.param([("Cookie", f'TOKEN=""{ANA}""')], WRONG, id="quoted twice"),
        pytest.param([("Cookie", f"TOKEN=Bearer {ANA}")], WRONG, id="with a scheme"),
        pytest.param([("Cookie", f"TOKEN={ANA}=")], WRONG, id="with an equals sign"),
        pytest.param([("Cookie", f"TOKEN={ANA}é")], WRONG, id="not ASCII"),
        pytest.param([("Cookie", f"TOKEN={'x' * 8000}")], WRONG, id="long"),
        pytest.param([("Cookie", f"TOKEN={PORTAL_KEY}")], WRONG, id="a service's key"),
        pytest.param([COOKIE, ("Authorization", "")], WRONG, id="beside an empty header"),
        pytest.param([COOKIE, BEARER, BEARER], WRONG, id="beside two headers"),
    ],
)
async def test_any_other_cookie_is_nobodys(
    client: Client, headers: list[tuple[str, str]], slug: str
) -> None:
    answer = await started(client, *headers)

    assert answer.status == 401
    assert (await answer.json())["type"].endswith(f":{slug}")
    assert ('error="invalid_token"' in answer.headers["WWW-Authenticate"]) is (slug == WRONG)


async def test_a_cookie_that_is_too_long_for_a_header_is_no_request(client: Client) -> None:
    assert (await started(client, ("Cookie", f"TOKEN={'x' * 20_000}"))).status == 400


async def test_two_sites_in_two_headers_are_no_page_of_ours(client: Client) -> None:
    assert (await started(client, COOKIE, ("Sec-Fetch-Site", "cross-site"))).status == 401


async def test_no_answer_lets_a_page_elsewhere_send_cookies(
    settings: Settings, serve: Serve
) -> None:
    origin = "https://app.example"
    allowed = settings.model_copy(update={"cors_origins": frozenset({origin})})
    client = await serve(Container(settings=allowed))
    headers = {"Origin": origin, "Access-Control-Request-Method": "POST"}

    preflight = await client.options("/api/dyte/meeting", headers=headers)
    answer = await started(client, COOKIE, ("Origin", origin))

    assert (preflight.status, answer.status) == (204, 201)
    for told in (preflight, answer):
        assert told.headers["Access-Control-Allow-Origin"] == origin
        assert "Access-Control-Allow-Credentials" not in told.headers
    assert "Cookie" not in preflight.headers["Access-Control-Allow-Headers"]


def test_a_semicolon_ends_a_cookie_even_between_quotation_marks() -> None:
    assert sent_cookies(['a="x; TOKEN=y; b"']) == {"a": '"x', "TOKEN": "y", 'b"': ""}


async def test_the_document_shows_where_a_token_may_stand(settings: Settings, serve: Serve) -> None:
    places = {"jwt_from": ("bare", "cookie:TOKEN")}
    client = await serve(Container(settings=settings.model_copy(update=places)))
    document = await (await client.get("/openapi.json")).json()

    schemes = document["components"]["securitySchemes"]
    told = {name: (one["type"], one.get("in"), one.get("name")) for name, one in schemes.items()}
    assert told == {
        "bearer": ("http", None, None),
        "bare": ("apiKey", "header", "Authorization"),
        "cookie-1": ("apiKey", "cookie", "TOKEN"),
    }
    paths = document["paths"]
    callers: list[dict[str, list[str]]] = [{"bearer": []}, {"bare": []}, {"cookie-1": []}]
    assert paths["/api/dyte/meeting"]["post"]["security"] == callers
    assert paths[LEAVE]["post"]["security"] == [*callers, {}]
    assert paths["/operations/inbox"]["get"]["security"] == [{"bearer": []}]
