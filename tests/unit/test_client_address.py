from ipaddress import ip_network

import pytest

from entrypoints.http.access.client_address import client_address

TRUSTED = [ip_network(text) for text in ("10.0.0.0/8", "192.0.2.7", "2001:db8:aa::/48")]


@pytest.mark.parametrize(
    ("peer", "forwarded", "client"),
    [
        ("203.0.113.5", [], "203.0.113.5"),
        ("203.0.113.5", ["198.51.100.1"], "203.0.113.5"),
        ("10.0.0.1", [], "10.0.0.1"),
        ("10.0.0.1", ["198.51.100.1"], "198.51.100.1"),
        ("10.0.0.1", ["1.1.1.1, 198.51.100.1"], "198.51.100.1"),
        ("10.0.0.1", ["1.1.1.1,198.51.100.1 ,\t10.9.9.9, 192.0.2.7"], "198.51.100.1"),
        ("10.0.0.1", ["1.1.1.1", "198.51.100.1", "10.9.9.9"], "198.51.100.1"),
        ("10.0.0.1", ["10.2.2.2, 10.3.3.3"], "10.2.2.2"),
        ("192.0.2.8", ["198.51.100.1"], "192.0.2.8"),
        ("10.0.0.1", ["198.51.100.1:4711"], "198.51.100.1"),
        ("10.0.0.1", ["2001:db8::1"], "2001:db8::1"),
        ("10.0.0.1", ["[2001:db8::1]"], "2001:db8::1"),
        ("10.0.0.1", ["[2001:DB8:0::1]:443"], "2001:db8::1"),
        ("2001:db8:aa::9", ["198.51.100.1"], "198.51.100.1"),
        ("2001:db8:bb::9", ["198.51.100.1"], "2001:db8:bb::9"),
        ("::ffff:10.0.0.1", ["198.51.100.1"], "198.51.100.1"),
        ("::ffff:203.0.113.5", ["198.51.100.1"], "203.0.113.5"),
        ("10.0.0.1", ["1.1.1.1, ::ffff:198.51.100.1"], "198.51.100.1"),
        ("10.0.0.1", ["1.1.1.1, [::ffff:10.2.2.2]:80"], "1.1.1.1"),
        ("fe80::1%eth0", ["198.51.100.1"], "fe80::1%eth0"),
        ("", ["198.51.100.1"], ""),
        ("/run/service.sock", ["198.51.100.1"], "/run/service.sock"),
    ],
)
def test_the_client_is_the_nearest_address_that_is_not_a_trusted_proxys(
    peer: str, forwarded: list[str], client: str
) -> None:
    assert client_address(peer, forwarded, TRUSTED) == client


@pytest.mark.parametrize(
    "entry",
    [
        "",
        "unknown",
        "_hidden",
        "198.51.100.1:",
        "198.51.100.1:http",
        "198.51.100.1 evil",
        "198.51.100.256",
        "198.51.100",
        "0x7f.1",
        "010.0.0.1",
        "[198.51.100.1]",
        "[2001:db8::1",
        "[2001:db8::1]x",
        "[2001:db8::1]:",
        "2001:db8::1]",
        "fe80::1%any text",
        "[fe80::1%any text]:1",
        "\N{ARABIC-INDIC DIGIT ONE}.1.1.1",
        '"198.51.100.1"',
        "x" * 8000,
    ],
)
def test_what_is_no_address_ends_the_walk_at_the_last_trusted_proxy(entry: str) -> None:
    assert client_address("10.0.0.1", [f"1.1.1.1,{entry},10.2.2.2"], TRUSTED) == "10.2.2.2"


def test_without_trusted_proxies_the_header_says_nothing() -> None:
    assert client_address("10.0.0.1", ["198.51.100.1"], ()) == "10.0.0.1"
