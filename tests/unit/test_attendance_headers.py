"""What ``ATTENDANCE_HEADERS`` may hold."""

import pytest

from adapters.attendance.headers import read_headers


@pytest.mark.parametrize(
    ("text", "headers"),
    [
        ("", {}),
        (" ; ", {}),
        ("app-name: nextmed-web", {"app-name": "nextmed-web"}),
        ("app-name:nextmed-web;", {"app-name": "nextmed-web"}),
        ("App-Name:\t a b, c=d\t ; x_y: e", {"App-Name": "a b, c=d", "x_y": "e"}),
        ("app-name: nextmed-web\n", {"app-name": "nextmed-web"}),
        ("url: https://app.example:443/", {"url": "https://app.example:443/"}),
        ("User-Agent: nextmed/1.0", {"User-Agent": "nextmed/1.0"}),
    ],
)
def test_headers_are_names_and_values_between_semicolons(
    text: str, headers: dict[str, str]
) -> None:
    assert read_headers(text) == headers


@pytest.mark.parametrize(
    "text",
    [
        "nextmed-web",
        "app-name:",
        ": nextmed-web",
        "app name: x",
        "app-name : x",
        "app(name): x",
        "app-name: é",
        "açpp: x",
        "app-name: a\r\nHost: evil.example",
        "app-name: a\nb",
        "app-name: a\0b",
        "app-name: a\x7fb",
        "a: b; a: c",
        "App-Name: b; app-name: b",
    ],
)
def test_whatever_is_no_header_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"^must (be name: value|have each name once)"):
        read_headers(text)


@pytest.mark.parametrize(
    "name",
    [
        *("Authorization", "authorization", "Proxy-Authorization", "Host", "Via", "Cookie"),
        *("Content-Type", "Content-Length", "CONTENT-ENCODING", "Accept", "Accept-Encoding"),
        *("Connection", "Keep-Alive", "TE", "Trailer", "Transfer-Encoding", "Upgrade", "Expect"),
        *("X-Request-ID", "x-request-id", "Proxy-Connection", "traceparent", "Tracestate"),
    ],
)
def test_what_is_set_already_is_refused(name: str) -> None:
    with pytest.raises(ValueError, match="must leave out"):
        read_headers(f"app-name: x; {name}: y")
